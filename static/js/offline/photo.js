/* A photo becomes small on the phone: longest side 1600, JPEG, without what the camera wrote into the file. */
(function () {
  "use strict";
  const Offline = (window.Offline = window.Offline || {});
  const LONGEST = 1600;
  const QUALITY = 0.8;

  function image(file) {
    return new Promise(function (resolve, reject) {
      const url = URL.createObjectURL(file);
      const picture = new Image();
      picture.onload = () => resolve({ picture: picture, url: url });
      picture.onerror = function () { URL.revokeObjectURL(url); reject(new Error("not a picture")); };
      picture.src = url; // the browser turns it upright by itself
    });
  }

  async function small(file) {
    const loaded = await image(file);
    const picture = loaded.picture;
    const ratio = Math.min(1, LONGEST / Math.max(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.naturalWidth * ratio));
    canvas.height = Math.max(1, Math.round(picture.naturalHeight * ratio));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(loaded.url);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    if (!blob) throw new Error("not a picture");
    return blob.arrayBuffer();
  }

  /* Chosen photos go to the queue at once, as part of the draft `visit()`; the list below the button shows them. */
  function watch(box, visit, user, say) {
    const input = box.querySelector("input[type=file]");
    const list = box.querySelector("[data-photo-list]");
    const most = Number(box.dataset.most) || Infinity; // the server has the last word
    box.querySelector("[data-photo-choose]").hidden = false; // the browser's own button speaks the browser's language
    input.classList.add("visually-hidden");

    async function show() {
      const photos = await Offline.queue.photosOf(visit());
      list.textContent = "";
      for (const [place, item] of photos.entries()) {
        const entry = document.createElement("li");
        const picture = document.createElement("img");
        picture.alt = "第 " + (place + 1) + " 张照片";
        picture.src = URL.createObjectURL(new Blob([await Offline.queue.open(item)], { type: "image/jpeg" }));
        picture.onload = () => URL.revokeObjectURL(picture.src);
        const drop = document.createElement("button");
        drop.type = "button";
        drop.className = "btn";
        drop.textContent = "删除第 " + (place + 1) + " 张";
        drop.addEventListener("click", async () => { await Offline.queue.remove(item.uuid); await show(); input.focus(); });
        entry.append(picture, drop);
        list.append(entry);
      }
      box.querySelector("[data-photo-count]").textContent = photos.length ? "已选 " + photos.length + " 张" : "";
    }

    input.addEventListener("change", async function () {
      const files = Array.from(input.files);
      try {
        const room = most - (await Offline.queue.photosOf(visit())).length;
        const over = files.length - Math.max(0, room);
        for (const file of files.slice(0, Math.max(0, room))) await Offline.queue.addPhoto(visit(), await small(file), user(), "draft");
        input.value = "";
        if (over > 0) say("每次走访最多 " + most + " 张照片，有 " + over + " 张没有加入。要换照片，请先删除已选的。");
      } catch (broken) {
        if (broken.message !== "not a picture") { input.dataset.plain = "1"; say("本机不能保存照片，联网时将随表单一起上传。"); return; }
        input.value = "";
        say("有照片打不开，请选择 JPG 或 PNG 格式的照片。");
      }
      await show();
    });
    return show;
  }

  Offline.photo = { small: small, watch: watch };
})();
