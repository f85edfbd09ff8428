/* Small helps; every page works without them. No inline handlers: the content security policy allows scripts from files only. */
(function () {
  "use strict";

  function toast(text, tone) {
    var place = document.getElementById("toasts");
    if (!place) return;
    var box = document.createElement("div");
    box.className = "alert alert-" + (tone || "info");
    box.setAttribute("role", tone === "danger" ? "alert" : "status");
    box.textContent = text;
    place.appendChild(box);
    window.setTimeout(function () { box.remove(); }, 8000);
  }
  window.pageToast = toast;

  document.addEventListener("click", function (event) {
    var menu = event.target.closest("[data-menu-toggle]");
    var sidebar = document.getElementById("sidebar");
    if (menu && sidebar) {
      var open = sidebar.classList.toggle("open");
      menu.setAttribute("aria-expanded", String(open));
      return;
    }
    if (sidebar && sidebar.classList.contains("open") && !event.target.closest("#sidebar")) {
      sidebar.classList.remove("open");
    }
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("[data-back]")) {
      if (window.history.length > 1) window.history.back();
      else window.location.assign("/");
    }
  });

  /* Ask before an act, and send every form once only: a second click on a slow line must not post twice. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var question = form.getAttribute("data-confirm");
    if (question && !window.confirm(question)) {
      event.preventDefault();
      return;
    }
    if ((form.method || "").toLowerCase() !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    window.setTimeout(function () { delete form.dataset.sent; }, 15000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  /* A field that decides a filter sends its form; data-autosubmit on the form. */
  document.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-autosubmit]");
    if (form && form.requestSubmit) form.requestSubmit();
  });

  /* A refused htmx request shows its sentence instead of doing nothing. */
  document.addEventListener("htmx:responseError", function (event) {
    var request = event.detail.xhr;
    var config = event.detail.requestConfig;
    if (config && config.headers && config.headers["X-Poll"]) return; // nobody asked: nobody is to be told
    var parsed = new DOMParser().parseFromString(request.responseText || "", "text/html");
    var sentence = parsed.querySelector("[data-sentence]");
    toast(sentence ? sentence.textContent : "操作没有完成（" + request.status + "），请刷新后再试。", "danger");
  });
  document.addEventListener("htmx:sendError", function (event) {
    var config = event.detail.requestConfig;
    if (config && config.headers && config.headers["X-Poll"]) return;
    toast("网络不通，操作没有送达，请稍后再试。", "danger");
  });
})();
