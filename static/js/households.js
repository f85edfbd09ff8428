/* The visit form: a half-filled form is not lost by a slip of the thumb. */
(function () {
  "use strict";
  var form = document.querySelector(".visit-form");
  if (!form) return;
  var touched = false;
  form.addEventListener("input", function () { touched = true; });
  form.addEventListener("submit", function () { touched = false; });
  window.addEventListener("beforeunload", function (event) {
    if (!touched) return;
    event.preventDefault();
    event.returnValue = "";
  });
})();
