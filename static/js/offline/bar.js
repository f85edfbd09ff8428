/* On every page: what waits on this phone is always in sight, is sent as soon as it can be, and logging out warns of it. */
(function () {
  "use strict";
  const Offline = (window.Offline = window.Offline || {});
  const SHELL = "/households/offline/";

  function ago(since) {
    const minutes = Math.max(0, Math.round((Date.now() - since) / 60000));
    if (minutes < 1) return "刚刚";
    if (minutes < 60) return minutes + " 分钟前";
    const hours = Math.round(minutes / 60);
    return hours < 48 ? hours + " 小时前" : Math.round(hours / 24) + " 天前";
  }

  /* The state of one item in words; `me` is the person this phone last knew. */
  function stateOf(item, me) {
    const status = Offline.sync.status.word;
    if (item.state === "refused") return { tone: "red", words: "需修改：" + item.reason };
    if (me && item.user_id !== me.id) return { tone: "grey", words: "由 " + item.user_name + " 登录后上传" };
    if (status === "login") return { tone: "amber", words: "登录已过期，登录后自动上传" };
    if (item.tries) return { tone: "amber", words: "第 " + item.tries + " 次没有送达，稍后自动重试" };
    return { tone: "blue", words: status === "sending" ? "正在上传" : "待上传" };
  }

  function sentence(items, me) {
    const refused = items.filter((item) => item.state === "refused").length;
    const foreign = items.filter((item) => me && item.user_id !== me.id).length;
    const oldest = Math.min.apply(null, items.map((item) => item.saved_at));
    const visits = items.filter((item) => item.kind === "visit").length;
    const words = ["待上传 " + items.length + " 条（走访 " + visits + "，照片 " + (items.length - visits) + "）", "最早 " + ago(oldest)];
    if (refused) words.push(refused + " 条需修改");
    if (foreign) words.push(foreign + " 条属于本机其他用户");
    const status = { offline: "未联网，已保存在本机", busy: "服务器暂时不能接收，稍后自动重试", login: "登录已过期，登录后自动上传", sending: "正在上传" };
    if (status[Offline.sync.status.word]) words.push(status[Offline.sync.status.word]);
    return words.join(" · ");
  }

  function made() {
    const bar = document.createElement("aside");
    bar.id = "queue-bar";
    bar.className = "queue-bar d-print-none";
    bar.setAttribute("aria-label", "待上传");
    bar.hidden = true;
    const words = document.createElement("span");
    words.setAttribute("role", "status");
    const link = document.createElement("a");
    link.href = SHELL + "#queue";
    link.textContent = "查看";
    bar.append(words, link);
    const skip = document.querySelector(".skip-link");
    if (skip) skip.after(bar);
    return bar;
  }

  const bar = document.getElementById("queue-bar") || made();

  async function show() {
    let items, me;
    try {
      items = await Offline.queue.unsent();
      me = await Offline.session.last();
    } catch (broken) {
      return;
    }
    const words = bar.querySelector("[role=status]");
    const always = bar.hasAttribute("data-always");
    bar.hidden = !items.length && !always;
    bar.classList.toggle("queue-bar-wrong", items.some((item) => item.state === "refused"));
    const sent = Offline.sync.status.sent ? "已上传 " + Offline.sync.status.sent + " 条，" : "";
    const said = items.length ? sentence(items, me) : sent + "没有待上传的走访";
    if (words.textContent !== said) words.textContent = said; // read aloud only when it says something new
    bar.dataset.count = items.length;
  }

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.matches("form[action$='/accounts/logout/']") || form.dataset.warned) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    (async function () {
      const waiting = await Offline.queue.unsent().catch(() => []);
      const warning = "本机还有 " + waiting.length + " 条没有上传。退出后它们仍保存在本机，您再次登录后自动上传。确定退出？";
      if (waiting.length && !window.confirm(warning)) return;
      await Offline.session.leave().catch(() => null);
      form.dataset.warned = "1";
      form.submit();
    })();
  }, true);

  async function begin() {
    const user = Offline.session.ofPage();
    if (user) await Offline.session.adopt(user).catch(() => null);
    const list = await Offline.db.meta("daylist").catch(() => null);
    if (list && (Date.now() > list.expires_at || Date.now() < list.downloaded_at - 3600000)) await Offline.db.forget("daylist");
    await Offline.queue.sweep().catch(() => null);
    await show();
    Offline.sync.now();
  }

  if ("serviceWorker" in navigator && window.isSecureContext) {
    navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" }).catch(() => null);
  }
  Offline.queue.onChange(show);
  window.setInterval(show, 30000);
  Offline.bar = { ago: ago, stateOf: stateOf, show: show, begun: begin() };
})();
