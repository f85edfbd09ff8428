/* What lies on the phone is sealed with AES-GCM. The key is derived from the password while it is being typed at the login,
   cannot be read out of the browser, and goes when its person leaves and nothing sealed with it waits any more. */
(function () {
  "use strict";
  const Offline = (window.Offline = window.Offline || {});
  const db = Offline.db;
  const ROUNDS = 310000;
  const PENDING = "pending";

  const able = () => Boolean(window.isSecureContext && window.crypto && window.crypto.subtle);

  async function derive(password) {
    const subtle = window.crypto.subtle;
    const words = await subtle.importKey("raw", new TextEncoder().encode(password), "PBKDF2", false, ["deriveKey"]);
    const salt = window.crypto.getRandomValues(new Uint8Array(16));
    const how = { name: "PBKDF2", hash: "SHA-256", salt: salt, iterations: ROUNDS };
    return subtle.deriveKey(how, words, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  }

  /* At the login nobody knows yet whether the password is right: the key waits until a page comes that knows the person. */
  async function remember(username, password) {
    if (!able()) return;
    const key = await derive(password);
    await db.put("keys", { id: PENDING, username: username.trim(), key: key, made_at: Date.now() });
  }

  async function promote(user) {
    const waiting = await db.get("keys", PENDING);
    if (!waiting) return;
    if (waiting.username === user.username) {
      const row = { id: Offline.uuid(), user_id: user.id, key: waiting.key, made_at: waiting.made_at };
      await db.put("keys", row);
    }
    await db.remove("keys", PENDING);
    await tidy();
  }

  async function keyOf(userId) {
    const mine = (await db.all("keys")).filter((row) => row.user_id === userId);
    return mine.sort((a, b) => b.made_at - a.made_at)[0] || null;
  }

  /* Keys that nothing is sealed with go, except the newest of who is here. `leaving` is a person who logs out. */
  async function tidy(leaving) {
    const items = await db.all("items");
    const list = await db.meta("daylist");
    const used = new Set(items.map((item) => item.sealed.key_id));
    if (list) used.add(list.sealed.key_id);
    const user = await db.meta("user");
    const newest = user && user.id !== leaving ? await keyOf(user.id) : null;
    for (const row of await db.all("keys")) {
      const needed = used.has(row.id) || row.id === PENDING || (newest && newest.id === row.id);
      if (!needed) await db.remove("keys", row.id);
    }
  }

  const isBytes = (value) => value instanceof ArrayBuffer;

  /* Where there is no key (no https) the unsent lies open: rather that than not at all. The day list never does. */
  async function seal(value, userId) {
    const row = able() ? await keyOf(userId) : null;
    if (!row) return { key_id: null, plain: value };
    const iv = window.crypto.getRandomValues(new Uint8Array(12));
    const bytes = isBytes(value) ? value : new TextEncoder().encode(JSON.stringify(value));
    const data = await window.crypto.subtle.encrypt({ name: "AES-GCM", iv: iv }, row.key, bytes);
    return { key_id: row.id, iv: iv, data: data, bytes: isBytes(value) };
  }

  async function unseal(sealed) {
    if (!sealed.key_id) return sealed.plain;
    const row = await db.get("keys", sealed.key_id);
    if (!row) throw new Error("the key is gone");
    const bytes = await window.crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, row.key, sealed.data);
    return sealed.bytes ? bytes : JSON.parse(new TextDecoder().decode(bytes));
  }

  Offline.seal = { able: able, remember: remember, promote: promote, keyOf: keyOf, tidy: tidy, seal: seal, unseal: unseal };
})();
