/* The visit form with network: one-tap answers, photos made small, and, when the network is gone at the moment of saving, the
   queue of this phone instead of a lost form. Without scripts the form works as it is. */
(function () {
  "use strict";
  const Offline = window.Offline;
  const form = document.querySelector(".visit-form");
  const me = Offline && Offline.session.ofPage();
  if (!form || !me) return;
  const household = Number(form.dataset.household);
  const uuid = () => form.elements.uuid.value;
  let touched = false;

  function say(words) {
    const box = document.getElementById("form-told");
    box.textContent = words;
    box.hidden = !words;
    if (words) box.scrollIntoView({ block: "nearest" });
  }

  form.addEventListener("input", function () { touched = true; });
  window.addEventListener("beforeunload", function (event) {
    if (!touched) return;
    event.preventDefault();
    event.returnValue = "";
  });
  form.querySelectorAll("[data-same]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      const field = form.elements[button.dataset.same];
      field.value = button.dataset.text;
      field.focus();
      touched = true;
    });
  });
  const showPhotos = Offline.photo.watch(form.querySelector("[data-photos]"), uuid, () => me, say);
  Offline.place.watch(form);

  async function photosTo(state) {
    for (const item of await Offline.queue.photosOf(uuid())) await Offline.queue.mark(item.uuid, { state: state, next_try: 0 });
  }

  /* Photos wait as drafts while the form is open: also when the server has just sent the form back. */
  photosTo("draft").then(showPhotos).catch(() => null);

  async function reachable() {
    try {
      await Offline.session.probe();
      return true;
    } catch (broken) {
      return false;
    }
  }

  async function queued(nothing) {
    const body = Offline.entry.read(form, household, nothing);
    const found = Offline.entry.wrong(body, form.dataset.today);
    if (found) return say(found.sentence);
    await Offline.queue.addVisit(body.uuid, body, form.dataset.name, me, body.uuid);
    touched = false;
    return window.location.assign("/households/offline/#queue");
  }

  function send(nothing) {
    if (nothing) {
      const word = document.createElement("input");
      word.type = "hidden";
      word.name = "nothing_changed";
      word.value = "1";
      form.append(word);
    }
    touched = false;
    form.submit();
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (form.dataset.saving) return; // a second tap on a slow line
    form.dataset.saving = "1";
    const nothing = Boolean(event.submitter && event.submitter.name === "nothing_changed");
    say("正在保存…");
    (async function () {
      if (await reachable()) {
        await photosTo("waiting").catch(() => null);
        send(nothing);
        return;
      }
      delete form.dataset.saving;
      await queued(nothing).catch(() => say("网络不通，本机也没有保存成功。请不要关闭此页，到有网络的地方再保存。"));
    })();
  });
  window.addEventListener("pageshow", function () { delete form.dataset.saving; });
})();
