/* The offline page: the day list, a form, the queue. One address, the part after # says which; all of it works without network. */
(function () {
  "use strict";
  const Offline = window.Offline;
  const byId = (id) => document.getElementById(id);
  const form = byId("offline-form");
  let list = null; // the day list as held
  let doing = null; // {household, row, item} of the open form
  let dirty = null; // timer of the draft

  function note(words, tone, act) {
    const box = document.createElement("div");
    box.className = "alert alert-" + tone;
    const text = document.createElement("span");
    text.textContent = words;
    box.append(text);
    if (act) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = act.label;
      button.addEventListener("click", act.run);
      box.append(button);
    }
    byId("offline-notes").append(box);
    return box;
  }

  async function circumstances() {
    if (!window.isSecureContext || !("serviceWorker" in navigator)) {
      note("此地址不能离线使用：浏览器只在 https:// 开头的地址上允许离线。请向县级管理员索取 https 地址，用它重新打开并登录。此页关闭前填写的内容仍会排队上传，但断网时不能刷新。", "warning");
    }
    try {
      await Offline.db.open();
    } catch (broken) {
      note("本机浏览器不允许保存数据（可能是无痕模式或存储已满），不能离线走访。填写的走访只能保存为文件。", "danger");
    }
  }

  // --- the day list -------------------------------------------------------------------------------------------------

  function rowOf(row, done, waiting) {
    const entry = document.createElement("li");
    const link = document.createElement("a");
    link.href = "#visit-" + row.id;
    const name = document.createElement("strong");
    name.textContent = row.name;
    const about = document.createElement("span");
    about.textContent = row.village + " · " + row.members_count + " 人 · " + row.household_no;
    const last = document.createElement("span");
    last.textContent = row.last ? "上次走访 " + row.last.visited_on : "还没有走访过";
    if (waiting.has(row.id)) last.textContent = "已保存，待上传";
    else if (done.has(row.id)) last.textContent = "本次已走访，已上传";
    link.append(name, about, last);
    entry.append(link);
    return entry;
  }

  async function showList() {
    // Everything is asked for before anything is drawn: two drawings at once must not mix.
    list = await Offline.daylist.held().catch(() => null);
    const done = new Set(((await Offline.db.meta("done").catch(() => null)) || []).map((one) => one.household));
    const waiting = new Set((await Offline.queue.unsent().catch(() => [])).map((item) => item.household));
    const chosen = byId("list-area").value;
    const words = byId("list-find").value.trim();
    byId("list-rows").textContent = "";
    byId("list-find-field").hidden = !list;
    byId("list-area-field").hidden = !list || list.villages.length < 2;
    byId("list-download").textContent = list ? "重新下载名单" : "下载今日名单";
    if (!list) {
      byId("list-about").textContent = "出发前在有网络的地方下载名单，名单加密存放在本机，24 小时后自动删除。";
      byId("list-count").textContent = "本机没有名单。";
      return;
    }
    if (byId("list-area").options.length === 1) list.villages.forEach((one) => byId("list-area").append(new Option(one.name, one.code)));
    byId("list-area").value = chosen;
    const rows = list.rows.filter((row) => !words || row.name.includes(words) || row.household_no.includes(words));
    const inside = rows.filter((row) => !chosen || row.village_code === chosen);
    inside.forEach((row) => byId("list-rows").append(rowOf(row, done, waiting)));
    const until = new Date(list.expires_at).toLocaleString("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
    byId("list-about").textContent = "名单下载于" + Offline.bar.ago(list.downloaded_at) + "，" + until + " 自动删除。";
    const cut = list.total > list.rows.length ? "（共 " + list.total + " 户，先列最久没有走访的；其余请选村后重新下载）" : "";
    byId("list-count").textContent = inside.length + " 户" + cut;
  }

  /* The list is of use on the road only when this page itself lies on the phone. */
  async function pageKept() {
    if (!("serviceWorker" in navigator)) return false;
    await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
    const slow = new Promise((resolve) => window.setTimeout(() => resolve(null), 30000));
    return Boolean(await Promise.race([navigator.serviceWorker.ready, slow]));
  }

  async function download() {
    const button = byId("list-download");
    button.disabled = true;
    byId("list-count").textContent = "正在下载…";
    try {
      await Offline.daylist.download(byId("list-area").value);
      await showList();
      if (!(await pageKept().catch(() => false))) byId("list-count").textContent = "名单已下载，但此页还没有存到本机，断网后打不开。请在网络好的地方刷新此页，再下载一次。";
    } catch (broken) {
      await showList();
      byId("list-count").textContent = broken instanceof Offline.daylist.Refusal ? broken.message : "没有下载成功，请稍后再试。";
    }
    button.disabled = false;
  }

  // --- the form -----------------------------------------------------------------------------------------------------

  const user = () => doing.user;
  const photos = Offline.photo.watch(form.querySelector("[data-photos]"), () => form.elements.uuid.value, user, (words) => wrong({ sentence: words }));
  const clearPlace = Offline.place.watch(form);

  function wrong(found) {
    const box = byId("form-wrong");
    box.hidden = !found;
    form.querySelectorAll("[aria-invalid]").forEach(function (field) { field.removeAttribute("aria-invalid"); field.removeAttribute("aria-errormessage"); });
    if (!found) return;
    box.textContent = found.sentence;
    const named = found.field ? form.elements[found.field] : null;
    const field = named instanceof RadioNodeList ? named[0] : named;
    if (field && field.type !== "hidden") {
      const fold = field.closest("details");
      if (fold) fold.open = true;
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-errormessage", "form-wrong");
      field.focus();
    } else box.focus();
    box.scrollIntoView({ block: "nearest" });
  }

  async function openForm(household, item) {
    list = await Offline.daylist.held().catch(() => null);
    const row = list ? list.rows.find((one) => one.id === household) : null;
    const me = await Offline.session.last().catch(() => null);
    if (!item && (!row || !me)) {
      note("这户不在本机的名单里，不能离线填写。请联网打开，或重新下载名单。", "warning");
      window.location.hash = "#list";
      return;
    }
    const kept = item ? await Offline.queue.open(item).catch(() => null) : null;
    if (item && !kept) return;
    doing = { household: household, item: item, before: kept && kept.body, shown: kept ? kept.shown : row.name, user: item ? { id: item.user_id, name: item.user_name } : me };
    Offline.fill.fresh(form, list, row);
    clearPlace();
    if (kept) Offline.fill.mend(form, kept.body);
    else await draft();
    byId("visit-title").textContent = (item ? "修改走访 " : "走访 ") + doing.shown;
    byId("visit-about").textContent = row ? row.village + " · " + row.members_count + " 人 · " + (row.last ? "上次 " + row.last.visited_on : "还没有走访过") : "";
    await photos();
  }

  async function draft() {
    const found = await Offline.queue.draftOf(doing.household, doing.user.id).catch(() => null);
    const values = found ? await Offline.queue.open(found).catch(() => null) : null;
    if (values) Offline.fill.restore(form, values);
  }

  function keepDraft() {
    if (!doing || doing.item) return;
    const now = doing;
    window.clearTimeout(dirty);
    dirty = window.setTimeout(function () {
      const values = Offline.fill.values(form);
      ["position_consent", "latitude", "longitude"].forEach((name) => delete values[name]);
      Offline.queue.addDraft(values.uuid, now.household, values, now.user).catch(() => null);
    }, 400);
  }

  async function save(event) {
    event.preventDefault();
    window.clearTimeout(dirty);
    const nothing = event.submitter && event.submitter.name === "nothing_changed";
    const body = Offline.fill.carried(Offline.entry.read(form, doing.household, nothing), doing.before);
    const found = Offline.entry.wrong(body, Offline.daylist.today(list));
    if (found) return wrong(found);
    const former = form.elements.uuid.value;
    // Only a UUID the server knows with other content needs another; every other mended item stays the same visit.
    if (doing.item && doing.item.code === "visit_uuid_reused") body.uuid = Offline.uuid();
    try {
      await Offline.queue.addVisit(body.uuid, body, doing.shown, doing.user, former);
    } catch (broken) {
      const words = "本机没有保存成功（存储已满或不可用）。请立即把这条走访保存为文件，交乡镇补录。";
      return note(words, "danger", { label: "保存为文件", run: () => Offline.file.saveOne(body, doing.user) }).scrollIntoView();
    }
    byId("offline-notes").querySelectorAll(".alert-success, .alert-danger").forEach((box) => box.remove());
    const said = note(doing.shown + " 的走访已保存在本机，联网后自动上传。", "success");
    window.setTimeout(() => said.remove(), 10000);
    doing = null;
    window.location.hash = "#list";
    return Offline.sync.hurry();
  }

  // --- the queue ----------------------------------------------------------------------------------------------------

  async function itemRow(item, me, titles) {
    const entry = document.createElement("li");
    entry.dataset.uuid = item.uuid;
    const box = document.createElement("div");
    const name = document.createElement("strong");
    const mine = me && item.user_id === me.id;
    name.textContent = mine ? titles.get(item.uuid) : item.user_name + " 的" + (item.kind === "visit" ? "走访" : "照片");
    const about = document.createElement("span");
    about.textContent = "保存于" + Offline.bar.ago(item.saved_at);
    const state = Offline.bar.stateOf(item, me);
    const told = document.createElement("span");
    told.className = "queue-state queue-" + state.tone;
    told.textContent = state.words;
    box.append(name, about, told);
    entry.append(box);
    if (mine && item.state === "refused") {
      if (item.kind === "visit" && item.code !== "sealed") {
        const open = document.createElement("a");
        open.className = "btn btn-primary";
        open.href = "#item-" + item.uuid;
        open.textContent = "修改";
        entry.append(open);
      }
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "btn";
      drop.textContent = "删除";
      drop.setAttribute("aria-label", "删除 " + name.textContent);
      drop.addEventListener("click", () => { if (window.confirm("删除后不能恢复，确定删除这一条？")) Offline.queue.discard(item.uuid); });
      entry.append(drop);
    }
    return entry;
  }

  async function titlesOf(items) {
    const titles = new Map();
    for (const item of items.filter((one) => one.kind === "visit")) {
      const kept = await Offline.queue.open(item).catch(() => null);
      titles.set(item.uuid, kept ? kept.shown + " " + kept.body.visited_on : "走访");
    }
    items.filter((one) => one.kind === "photo").forEach((one) => titles.set(one.uuid, "照片（" + (titles.get(one.visit) || "走访已上传") + "）"));
    return titles;
  }

  async function showQueue() {
    const items = await Offline.queue.unsent().catch(() => []);
    const me = await Offline.session.last().catch(() => null);
    const titles = await titlesOf(items);
    const rows = [];
    for (const item of items) rows.push(await itemRow(item, me, titles));
    // Who goes through the list by keyboard stays where he is when its states change.
    const at = document.activeElement.closest("#queue-rows li[data-uuid]");
    const word = at ? document.activeElement.textContent : "";
    byId("queue-rows").replaceChildren(...rows);
    const again = at && rows.find((row) => row.dataset.uuid === at.dataset.uuid);
    if (again) (Array.from(again.querySelectorAll("a, button")).find((one) => one.textContent === word) || byId("queue-title")).focus();
    byId("queue-file").disabled = !items.length;
    if (Offline.sync.status.word === "login") {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = "/accounts/login/?next=/households/offline/";
      link.textContent = "去登录";
      link.className = "btn";
      line.append(link);
      byId("queue-rows").append(line);
    }
  }

  async function saveFile() {
    const made = await Offline.file.save();
    const closed = made.closed ? "；另有 " + made.closed + " 条本机打不开" : "";
    byId("queue-told").textContent = "已保存 " + made.count + " 条到文件" + closed + "。交出文件后请保留本机记录，联网后会自动核对，不会重复。";
  }

  // --- which part ---------------------------------------------------------------------------------------------------

  async function route(event) {
    const hash = window.location.hash;
    const path = /^\/households\/(\d+)\/visits\/new\/$/.exec(window.location.pathname); // this page stands in for that one
    const visit = /^#visit-(\d+)$/.exec(hash) || (hash ? null : path);
    const item = /^#item-([0-9a-f-]{36})$/.exec(hash);
    const view = visit || item ? "visit" : hash === "#queue" ? "queue" : "list";
    const show = (name) => ["list", "visit", "queue"].forEach((one) => { byId("view-" + one).hidden = one !== name; });
    show(""); // nothing can be typed into a form that is still being filled
    wrong(null);
    doing = null;
    if (visit) await openForm(Number(visit[1]), null);
    else if (item) {
      const found = await Offline.queue.get(item[1]).catch(() => null);
      if (found && found.kind === "visit") await openForm(found.household, found);
      else window.location.hash = "#queue";
    } else if (view === "queue") await showQueue();
    else await showList();
    if (window.location.hash !== hash) return; // led on to another part
    if (hash === "#download") {
      window.history.replaceState(null, "", "#list"); // a reload is no second download
      download();
    }
    show(view);
    document.body.dataset.view = view;
    const mended = doing && doing.item;
    if (mended && mended.reason) wrong({ sentence: "上次没有接受：" + mended.reason, field: mended.field });
    else if (event) byId(view + "-title").focus();
  }

  function refresh() {
    if (document.body.dataset.view === "queue") showQueue();
    if (document.body.dataset.view === "list") showList();
  }

  byId("list-download").addEventListener("click", download);
  byId("list-area").addEventListener("change", showList);
  byId("list-find").addEventListener("input", showList);
  byId("queue-send").addEventListener("click", () => Offline.sync.hurry());
  byId("queue-file").addEventListener("click", saveFile);
  form.addEventListener("submit", save);
  form.addEventListener("input", keepDraft);
  form.querySelectorAll("[data-same]").forEach(function (button) {
    button.addEventListener("click", function () { form.elements[button.dataset.same].value = button.dataset.text; keepDraft(); });
  });
  Offline.queue.onChange(refresh);
  window.addEventListener("hashchange", route);
  Offline.bar.begun.then(circumstances).then(() => route(null));
})();
