/* Filling the form of the offline page: from the day list, from a draft, or from an item that has to be mended. */
(function () {
  "use strict";
  const Offline = (window.Offline = window.Offline || {});

  function set(form, name, value) {
    const field = form.elements[name];
    if (!field) return;
    if (field instanceof RadioNodeList) {
      Array.from(field).forEach((one) => { if (one.type === "radio" || one.type === "checkbox") one.checked = one.value === value; });
    } else if (field.type === "checkbox") field.checked = Boolean(value);
    else field.value = value;
  }

  function values(form) {
    const found = {};
    for (const [name, value] of new FormData(form).entries()) if (typeof value === "string") found[name] = value;
    return found;
  }

  function restore(form, kept) {
    Object.keys(kept).forEach((name) => set(form, name, kept[name]));
    openFolds(form);
  }

  function openFolds(form) {
    form.querySelectorAll("details.fold").forEach(function (fold) {
      if (Array.from(fold.querySelectorAll("input, select")).some((field) => field.value)) fold.open = true;
    });
  }

  function last(form, row) {
    const held = (row && row.guarantees) || {};
    form.querySelectorAll("[data-held]").forEach(function (place) {
      const state = held[place.dataset.held];
      const word = state && form.querySelector('[name="g-' + place.dataset.held + '-state"][value="' + state + '"] + span');
      place.textContent = word ? "现为：" + word.textContent : "";
    });
    const amounts = (row && row.amounts) || {};
    form.querySelectorAll("[data-last]").forEach(function (place) {
      place.textContent = amounts[place.dataset.last] ? "上次：" + amounts[place.dataset.last] : "";
    });
    form.querySelectorAll("[data-same]").forEach(function (button) {
      const had = row && row.last && row.last["had_" + button.dataset.same];
      button.hidden = !had;
      button.dataset.text = had ? "与上次相同（" + row.last.visited_on + " 走访）" : "";
    });
  }

  function quarters(form, list, row) {
    const card = form.querySelector("#income-card");
    const choice = form.elements["q-quarter"];
    card.hidden = !(row && row.income_asked);
    choice.disabled = card.hidden;
    choice.textContent = "";
    ((list && list.quarters) || []).forEach((one) => choice.append(new Option(one.name, one.code)));
  }

  /* A fresh form for a household of the list: same kind, same people as last time. */
  function fresh(form, list, row) {
    form.reset();
    form.querySelectorAll("details.fold").forEach((fold) => { fold.open = false; });
    set(form, "uuid", Offline.uuid());
    set(form, "visited_on", Offline.daylist.today(list));
    quarters(form, list, row);
    last(form, row);
    if (row && row.last) {
      set(form, "kind", row.last.kind);
      set(form, "present", row.last.present);
    }
  }

  /* An item as it was sent, back into the fields. */
  function mend(form, body) {
    ["uuid", "visited_on", "kind", "present", "difficulties", "wishes", "note"].forEach((name) => set(form, name, body[name] || ""));
    body.guarantees.forEach(function (one) {
      set(form, "g-" + one.kind + "-state", one.state);
      set(form, "g-" + one.kind + "-evidence", one.evidence);
    });
    body.events.slice(0, 1).forEach((one) => ["kind", "happened_on", "note"].forEach((name) => set(form, "e0-" + name, one[name] || "")));
    if (body.income) {
      const ends = body.income.period_end;
      const code = ends.slice(0, 4) + "Q" + Number(ends.slice(5, 7)) / 3;
      const choice = form.elements["q-quarter"];
      if (!Array.from(choice.options).some((one) => one.value === code)) choice.append(new Option(code, code));
      form.querySelector("#income-card").hidden = choice.disabled = false;
      choice.value = code;
      Object.keys(body.income).forEach((name) => set(form, "q-" + name + "_fen", body.income[name]));
    }
    openFolds(form);
  }

  /* What the fields of this form cannot show (told on the page with all fields) goes along unchanged. */
  function carried(body, before) {
    if (!before) return body;
    body.situations = before.situations || [];
    body.living = before.living || {};
    if ((before.events || []).length > 1) body.events = body.events.concat(before.events.slice(1));
    if (body.events.length && (before.events || []).length) body.events[0].person_id = before.events[0].person_id;
    if (before.position_consent && !body.position_consent) {
      ["position_consent", "latitude", "longitude"].forEach((name) => { if (name in before) body[name] = before[name]; });
    }
    return body;
  }

  Offline.fill = { fresh: fresh, mend: mend, carried: carried, values: values, restore: restore };
})();
