/* The queue as a file, for the township to hand in when the phone finds no network or its storage fails. */
(function () {
  "use strict";
  const Offline = (window.Offline = window.Offline || {});

  function base64(buffer) {
    const bytes = new Uint8Array(buffer);
    let words = "";
    for (let from = 0; from < bytes.length; from += 8192) words += String.fromCharCode.apply(null, bytes.subarray(from, from + 8192));
    return window.btoa(words);
  }

  function offer(content, name) {
    const url = URL.createObjectURL(new Blob([JSON.stringify(content)], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(() => URL.revokeObjectURL(url), 60000);
  }

  function named() {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    return "走访队列-" + now.getFullYear() + two(now.getMonth() + 1) + two(now.getDate()) + "-" + two(now.getHours()) + two(now.getMinutes()) + ".json";
  }

  async function content(items) {
    const found = { format: "visit-queue", version: 1, saved_at: new Date().toISOString(), visits: [], photos: [] };
    let closed = 0;
    for (const item of items) {
      let kept;
      try {
        kept = await Offline.queue.open(item);
      } catch (broken) {
        closed += 1;
        continue;
      }
      const whose = { user_id: item.user_id, user_name: item.user_name };
      if (item.kind === "visit") found.visits.push(Object.assign({}, kept.body, whose));
      else found.photos.push(Object.assign({ uuid: item.uuid, visit: item.visit, content: base64(kept) }, whose));
    }
    return { file: found, closed: closed };
  }

  /* Everything that waits on this phone. It stays there: what is sent later is known by its UUID. */
  async function save() {
    const made = await content(await Offline.queue.unsent());
    offer(made.file, named());
    return { count: made.file.visits.length + made.file.photos.length, closed: made.closed };
  }

  /* One visit that could not be stored at all. */
  function saveOne(body, user) {
    const visit = Object.assign({}, body, { user_id: user.id, user_name: user.name });
    offer({ format: "visit-queue", version: 1, saved_at: new Date().toISOString(), visits: [visit], photos: [] }, named());
  }

  Offline.file = { save: save, saveOne: saveOne };
})();
