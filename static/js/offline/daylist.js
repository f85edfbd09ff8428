/* The day list on this phone: sealed, of one person, for one day. */
(function () {
  "use strict";
  const Offline = (window.Offline = window.Offline || {});
  const db = Offline.db;

  class Refusal extends Error {}

  async function download(area) {
    if (!Offline.seal.able()) throw new Refusal("此地址不能离线使用，名单不能存放在手机上。请用 https:// 开头的地址打开。");
    let user;
    try {
      user = await Offline.session.probe();
    } catch (broken) {
      throw new Refusal("网络不通，没有下载。请到有网络的地方再试。");
    }
    if (!user) throw new Refusal("登录已过期，请先登录再下载名单。");
    if (!(await Offline.seal.keyOf(user.id))) throw new Refusal("名单要用登录密码加密后才能存放在手机上，请退出后重新登录一次再下载。");
    const answer = await Offline.session.ask("/api/v1/day-list/" + (area ? "?area=" + encodeURIComponent(area) : ""), {});
    const words = await answer.json();
    if (!answer.ok) throw new Refusal(words.detail || "没有下载成功，请稍后再试。");
    const now = Date.now();
    const sealed = await Offline.seal.seal(words, user.id);
    await db.set("daylist", { user_id: user.id, downloaded_at: now, expires_at: now + words.keep_hours * 3600000, sealed: sealed });
    return words;
  }

  /* The list with its time, or null: none, too old, or not of this person. What may not lie here any longer goes. */
  async function held() {
    const kept = await db.meta("daylist");
    if (!kept) return null;
    const user = await Offline.session.last();
    const old = Date.now() > kept.expires_at || Date.now() < kept.downloaded_at - 3600000; // or the clock was turned back
    if (old || !user || user.id !== kept.user_id) {
      await db.forget("daylist");
      return null;
    }
    try {
      return Object.assign({ downloaded_at: kept.downloaded_at, expires_at: kept.expires_at }, await Offline.seal.unseal(kept.sealed));
    } catch (broken) {
      await db.forget("daylist");
      return null;
    }
  }

  function localDay() {
    const now = new Date();
    return [now.getFullYear(), String(now.getMonth() + 1).padStart(2, "0"), String(now.getDate()).padStart(2, "0")].join("-");
  }

  /* Today as the forms mean it: the business date where one is set (demonstration), else the phone's own day. */
  const today = (list) => (list && list.today_is_fixed ? list.today : localDay());

  Offline.daylist = { download: download, held: held, today: today, Refusal: Refusal };
})();
