/* From the fields of a visit form to what the server takes at /api/v1/visits/. One reading for the page with and the page
   without network: both use the same names. */
(function () {
  "use strict";
  const Offline = (window.Offline = window.Offline || {});
  const FLAGS = ["is_healthy", "has_serious_illness", "has_medical_insurance", "water_safe"];
  const AMOUNTS = ["wage", "business", "property", "transfer", "production_cost", "self_paid"];

  const text = (values, name) => String(values.get(name) || "").trim();

  function typed(field, value) {
    if (FLAGS.includes(field)) return value === "" ? null : value === "true";
    if (field === "work_months") return value === "" ? null : Number(value);
    return value;
  }

  /* Fields that were prefilled travel with what stood there ("initial-..."); only what differs is a change. */
  function changes(values, prefix) {
    const found = {};
    for (const [name, value] of values.entries()) {
      if (!name.startsWith(prefix + "-") || !values.has("initial-" + name)) continue;
      if (value !== values.get("initial-" + name)) found[name.slice(prefix.length + 1)] = typed(name.slice(prefix.length + 1), value);
    }
    return found;
  }

  function situations(values) {
    const people = new Set();
    for (const name of values.keys()) {
      const person = /^m(\d+)-/.exec(name);
      if (person) people.add(person[1]);
    }
    return Array.from(people)
      .map((person) => ({ person_id: Number(person), changes: changes(values, "m" + person) }))
      .filter((row) => Object.keys(row.changes).length);
  }

  function guarantees(values) {
    const kinds = ["food_clothing", "schooling", "medical", "housing", "water"];
    return kinds
      .filter((kind) => text(values, "g-" + kind + "-state"))
      .map((kind) => ({ kind: kind, state: text(values, "g-" + kind + "-state"), evidence: text(values, "g-" + kind + "-evidence") }));
  }

  function events(values) {
    return ["e0", "e1"]
      .filter((row) => text(values, row + "-kind"))
      .map((row) => ({
        kind: text(values, row + "-kind"), happened_on: text(values, row + "-happened_on"), note: text(values, row + "-note"),
        person_id: text(values, row + "-person") ? Number(text(values, row + "-person")) : null,
      }));
  }

  function lastDay(quarter) {
    const found = /^(\d{4})Q([1-4])$/.exec(quarter);
    return found ? new Date(Date.UTC(Number(found[1]), Number(found[2]) * 3, 0)).toISOString().slice(0, 10) : "";
  }

  function income(values) {
    const given = {};
    for (const name of AMOUNTS) {
      const amount = text(values, "q-" + name + "_fen").replace(/[,，\s]/g, "");
      if (amount) given[name] = amount;
    }
    if (!Object.keys(given).length || !values.has("q-quarter")) return null;
    return Object.assign(given, {
      kind: "quarter", period_end: lastDay(text(values, "q-quarter")), collected_on: text(values, "visited_on"),
    });
  }

  function position(values) {
    if (!values.has("position_consent")) return {};
    const place = { position_consent: true };
    if (text(values, "latitude")) Object.assign(place, { latitude: text(values, "latitude"), longitude: text(values, "longitude") });
    return place;
  }

  function read(form, household, nothingChanged) {
    const values = new FormData(form);
    const body = {
      uuid: text(values, "uuid"), household: household, visited_on: text(values, "visited_on"), kind: text(values, "kind") || "home",
      nothing_changed: Boolean(nothingChanged), present: values.getAll("present").filter(Boolean).join("、").slice(0, 100),
      difficulties: text(values, "difficulties"), wishes: text(values, "wishes"), note: text(values, "note"),
      guarantees: guarantees(values), events: events(values), situations: situations(values), living: changes(values, "living"),
      income: income(values),
    };
    return Object.assign(body, position(values));
  }

  /* The refusals that need no server: {field, sentence} of the first, or null. */
  function wrong(body, today) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(body.visited_on)) return { field: "visited_on", sentence: "请填写走访日期。" };
    if (body.visited_on > today) return { field: "visited_on", sentence: "走访日期不能晚于今天。" };
    const change = body.guarantees.length || body.events.length || body.situations.length || Object.keys(body.living).length;
    if (body.nothing_changed && change) return { field: "note", sentence: "上面填写了变化，请点“保存走访”，不要点“情况无变化”。" };
    const dateless = body.events.findIndex((event) => !event.happened_on);
    if (dateless >= 0) return { field: "e" + dateless + "-happened_on", sentence: "请填写发生日期。" };
    if (body.events.some((event) => event.happened_on > body.visited_on)) return { field: "e0-happened_on", sentence: "事件的发生日期不能晚于走访日期。" };
    const amounts = body.income ? AMOUNTS.filter((name) => name in body.income) : [];
    const bad = amounts.find((name) => !/^\d+(\.\d{1,2})?$/.test(body.income[name]));
    if (bad) return { field: "q-" + bad + "_fen", sentence: "金额请填数字，最多两位小数。" };
    return null;
  }

  Offline.entry = { read: read, wrong: wrong };
})();
