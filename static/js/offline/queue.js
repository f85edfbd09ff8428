/* What waits on this phone: visits, their photos, and drafts of forms that are still being filled in. */
(function () {
  "use strict";
  const Offline = (window.Offline = window.Offline || {});
  const db = Offline.db;
  const seal = Offline.seal;
  const told = "BroadcastChannel" in window ? new BroadcastChannel("visits-offline") : null;
  const listeners = [];

  function changed() {
    if (told) told.postMessage("changed");
    listeners.forEach((one) => one());
  }
  if (told) told.onmessage = () => listeners.forEach((one) => one());

  async function put(item, value) {
    item.sealed = await seal.seal(value, item.user_id);
    await db.put("items", item);
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => false);
  }

  function blank(kind, uuid, user) {
    return {
      uuid: uuid, kind: kind, visit: null, household: null, user_id: user.id, user_name: user.name, saved_at: Date.now(),
      state: "waiting", reason: "", field: "", code: "", tries: 0, next_try: 0,
    };
  }

  /* A visit; the photos of its draft become part of the queue with it. `body` is what the server is sent, `shown` how it is
     called on this phone. */
  async function addVisit(uuid, body, shown, user, formerUuid) {
    const item = blank("visit", uuid, user);
    item.household = body.household;
    await put(item, { body: body, shown: shown });
    for (const photo of await photosOf(formerUuid || uuid)) {
      photo.visit = uuid;
      photo.state = "waiting";
      photo.reason = photo.code = "";
      await db.put("items", photo);
    }
    if (formerUuid && formerUuid !== uuid) await db.remove("items", formerUuid);
    changed();
  }

  async function addDraft(uuid, household, values, user) {
    const known = await db.get("items", uuid);
    if (known && known.kind === "visit") return; // saved in the meantime
    const item = blank("draft", uuid, user);
    item.household = household;
    item.state = "draft";
    await put(item, values);
  }

  async function addPhoto(visit, bytes, user, state) {
    const item = blank("photo", Offline.uuid(), user);
    item.visit = visit;
    item.state = state;
    await put(item, bytes);
    changed();
    return item;
  }

  async function photosOf(visit) {
    const items = await db.all("items");
    return items.filter((item) => item.kind === "photo" && item.visit === visit).sort((a, b) => a.saved_at - b.saved_at);
  }

  async function draftOf(household, userId) {
    const items = await db.all("items");
    return items.find((one) => one.kind === "draft" && one.household === household && one.user_id === userId) || null;
  }

  /* Everything that is to be sent, oldest first, visits before photos. */
  async function unsent() {
    const items = (await db.all("items")).filter((item) => item.state !== "draft");
    return items.sort((a, b) => (a.kind === b.kind ? a.saved_at - b.saved_at : a.kind === "visit" ? -1 : 1));
  }

  async function remove(uuid) {
    await db.remove("items", uuid);
    changed();
  }

  /* A visit leaves with its photos only by the wish of its person. */
  async function discard(uuid) {
    for (const photo of await photosOf(uuid)) await db.remove("items", photo.uuid);
    await remove(uuid);
  }

  async function mark(uuid, words) {
    const item = await db.get("items", uuid);
    if (!item) return;
    await db.put("items", Object.assign(item, words));
    changed();
  }

  /* Photos of forms that were never finished: after a week nobody will come back for them. */
  async function sweep() {
    const items = await db.all("items");
    const forms = new Set(items.filter((item) => item.kind !== "photo").map((item) => item.uuid));
    const week = Date.now() - 7 * 24 * 3600000;
    for (const item of items) {
      if (item.state === "draft" && item.saved_at < week && !forms.has(item.visit || item.uuid)) await db.remove("items", item.uuid);
    }
  }

  Offline.queue = {
    addVisit: addVisit, addDraft: addDraft, addPhoto: addPhoto, photosOf: photosOf, draftOf: draftOf, unsent: unsent,
    remove: remove, discard: discard, sweep: sweep, mark: mark, changed: changed, onChange: (one) => listeners.push(one),
    get: (uuid) => db.get("items", uuid), open: (item) => seal.unseal(item.sealed),
  };
})();
