/* Who is here. Only the server knows; the phone remembers the last answer, to say whose the unsent is. */
(function () {
  "use strict";
  const Offline = (window.Offline = window.Offline || {});
  const db = Offline.db;
  const WAIT_MS = 15000;

  async function ask(url, options) {
    const stop = "AbortController" in window ? new AbortController() : null;
    const timer = window.setTimeout(() => stop && stop.abort(), WAIT_MS * (options && options.body instanceof FormData ? 4 : 1));
    try {
      const base = { cache: "no-store", redirect: "error", credentials: "same-origin", signal: stop && stop.signal };
      return await fetch(url, Object.assign(base, options));
    } finally {
      window.clearTimeout(timer);
    }
  }

  /* The person of the page or of the session. Somebody else than last time: the other one's day list goes. */
  async function adopt(user) {
    const before = await db.meta("user");
    if (!before || before.id !== user.id || before.name !== user.name) {
      await db.set("user", { id: user.id, name: user.name, username: user.username });
    }
    if (before && before.id !== user.id) {
      await db.forget("daylist");
      await db.forget("done");
    }
    await Offline.seal.promote(user);
    if (before && before.id !== user.id && Offline.queue) Offline.queue.changed(); // whose the unsent is, is said anew
  }

  /* {id, name, username, csrf_token}, or null when nobody is logged in; throws when the server cannot be reached. */
  async function probe() {
    const answer = await ask("/api/v1/session/", { headers: { "X-Poll": "1" } });
    if (answer.status === 401) return null;
    if (!answer.ok) throw new Error("server " + answer.status);
    const user = await answer.json();
    await adopt(user);
    return user;
  }

  /* Leaving: what may be read goes from the phone; what is unsent stays, with the key that opens it. */
  async function leave() {
    const user = await db.meta("user");
    await db.forget("daylist");
    await db.forget("done");
    await Offline.seal.tidy(user ? user.id : null);
  }

  function ofPage() {
    const words = document.body.dataset;
    if (!words.userId) return null;
    return { id: Number(words.userId), name: words.userDisplay || "", username: words.userName || "" };
  }

  Offline.session = { ask: ask, adopt: adopt, probe: probe, leave: leave, ofPage: ofPage, last: () => db.meta("user") };
})();
