/* Sends what waits: each item on its own, visits before their photos, one tab at a time. A refused item stays and holds up no
   other; what was sent but not answered is sent again, and the server knows it by its UUID. */
(function () {
  "use strict";
  const Offline = (window.Offline = window.Offline || {});
  const queue = Offline.queue;
  const session = Offline.session;
  const EVERY_MS = 4000;
  const LONGEST_MS = 5 * 60 * 1000;
  const status = { word: "", sent: 0 }; // word: "", "sending", "offline", "login", "busy"
  let running = null;

  function say(word) {
    if (status.word === word) return;
    status.word = word;
    queue.changed();
  }

  /* What is sent for an item, or null when this phone can no longer open it (then it is said, and the rest go on). */
  async function sending(item) {
    try {
      const kept = await queue.open(item);
      if (item.kind === "visit") return { url: "/api/v1/visits/", body: JSON.stringify(kept.body), json: true };
      const form = new FormData();
      form.append("uuid", item.uuid);
      form.append("file", new Blob([kept], { type: "image/jpeg" }), "photo.jpg");
      return { url: "/api/v1/visits/" + item.visit + "/photos/", body: form };
    } catch (broken) {
      const reason = "本机已经打不开这一条，请与管理员联系后重新填写。";
      await queue.mark(item.uuid, { state: "refused", reason: reason, code: "sealed", field: "" });
      return null;
    }
  }

  function send(wanted, user) {
    const headers = { "X-CSRFToken": user.csrf_token, "X-Queued-By": String(user.id) };
    if (wanted.json) headers["Content-Type"] = "application/json";
    return session.ask(wanted.url, { method: "POST", headers: headers, body: wanted.body });
  }

  async function later(item, now) {
    const tries = item.tries + 1;
    const wait = Math.min(LONGEST_MS, EVERY_MS * Math.pow(2, Math.min(tries, 10)));
    await queue.mark(item.uuid, { tries: tries, next_try: now + wait });
  }

  async function done(item) {
    if (item.kind === "visit") {
      const list = (await Offline.db.meta("done")) || [];
      await Offline.db.set("done", list.concat([{ household: item.household, at: Date.now() }]).slice(-500));
    }
    status.sent += 1;
    await queue.remove(item.uuid);
  }

  /* true: go on with the next one; false: there is no sense in going on now. */
  async function settle(item, answer) {
    if (answer.ok) {
      await done(item);
      return true;
    }
    const words = await answer.json().catch(() => ({}));
    const orphan = item.kind === "photo" && answer.status === 404 && item.tries < 5; // its visit may be on its way
    const again = answer.status >= 500 || [408, 429].includes(answer.status) || words.code === "permission_denied" || orphan;
    if (answer.status === 401 || words.code === "password_change_needed" || words.code === "other_user") {
      say("login");
      return false;
    }
    if (again) {
      await later(item, Date.now());
      return true;
    }
    const reason = words.detail || "服务器没有接受（" + answer.status + "）";
    await queue.mark(item.uuid, { state: "refused", reason: reason, code: words.code || "", field: words.field || "" });
    return true;
  }

  async function ready(userId) {
    const items = await queue.unsent();
    const waiting = new Set(items.filter((item) => item.kind === "visit").map((item) => item.uuid));
    const now = Date.now();
    return items.filter(function (item) {
      const free = item.kind === "visit" || !waiting.has(item.visit);
      return item.user_id === userId && item.state === "waiting" && item.next_try <= now && free;
    });
  }

  async function work() {
    if (!(await queue.unsent()).length) return say("");
    let user;
    try {
      user = await session.probe();
    } catch (broken) {
      return say(/^server/.test(broken.message) ? "busy" : "offline");
    }
    if (!user) return say("login");
    // Photos become ready when their visit has gone: look again until a look finds nothing new.
    const tried = new Set();
    for (;;) {
      const next = (await ready(user.id)).find((item) => !tried.has(item.uuid));
      if (!next) break;
      tried.add(next.uuid);
      say("sending");
      const wanted = await sending(next);
      if (!wanted) continue;
      let answer;
      try {
        answer = await send(wanted, user);
      } catch (broken) {
        await later(next, Date.now() - LONGEST_MS); // the line, not the item: the next look may try it at once
        return say("offline");
      }
      if (!(await settle(next, answer))) return undefined;
    }
    return say("");
  }

  function sync() {
    if (navigator.locks) return navigator.locks.request("visits-offline-sync", { ifAvailable: true }, (lock) => (lock ? work() : null));
    running = running || work().finally(() => { running = null; });
    return running;
  }

  const quiet = () => sync().catch(() => say("offline"));

  /* Refused items that were looked at again, or a person who is impatient: everything that waits is tried now. */
  async function hurry() {
    for (const item of await queue.unsent()) if (item.next_try) await queue.mark(item.uuid, { next_try: 0 });
    return quiet();
  }

  window.addEventListener("online", hurry);
  window.setInterval(quiet, EVERY_MS);
  Offline.sync = { now: quiet, hurry: hurry, status: status };
})();
