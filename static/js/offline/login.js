/* At the login the key of this phone's store is made from the password; nothing of it leaves the phone. */
(function () {
  "use strict";
  const Offline = window.Offline;
  const form = document.querySelector("form.entrance-card");
  if (!form || !Offline || !Offline.seal.able()) return;
  form.addEventListener("submit", function (event) {
    const name = form.querySelector("[name=username]").value;
    const password = form.querySelector("[name=password]").value;
    if (form.dataset.keyed || !name || !password) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.dataset.keyed = "1";
    const slow = new Promise((resolve) => window.setTimeout(resolve, 8000)); // a weak phone still gets in
    Promise.race([Offline.seal.remember(name, password), slow]).catch(() => null).then(() => form.submit());
  }, true);
})();
