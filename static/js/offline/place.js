/* The position is asked for when the tick is set, and forgotten when it is taken away. */
(function () {
  "use strict";
  const Offline = (window.Offline = window.Offline || {});

  function watch(form) {
    const box = form.querySelector("[data-position]");
    if (!box || !navigator.geolocation || !window.isSecureContext) return () => null;
    const tick = box.querySelector("[name=position_consent]");
    const told = box.querySelector("[data-position-told]");
    const latitude = box.querySelector("[name=latitude]");
    const longitude = box.querySelector("[name=longitude]");
    box.hidden = false;

    function clear() {
      latitude.value = longitude.value = "";
      told.textContent = "不勾选则不读取位置。";
    }
    tick.addEventListener("change", function () {
      clear();
      if (!tick.checked) return;
      told.textContent = "正在读取位置…";
      navigator.geolocation.getCurrentPosition(function (found) {
        if (!tick.checked) return;
        latitude.value = found.coords.latitude.toFixed(6);
        longitude.value = found.coords.longitude.toFixed(6);
        told.textContent = "已读取位置（误差约 " + Math.round(found.coords.accuracy) + " 米）。";
      }, function () {
        tick.checked = false;
        told.textContent = "没有读到位置，本次走访不记录位置。";
      }, { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
    });
    return clear;
  }

  Offline.place = { watch: watch };
})();
