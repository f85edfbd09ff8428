/* The store of this phone: items (what is unsent), keys, and a few words beside them. Every call is a promise. */
(function () {
  "use strict";
  const Offline = (window.Offline = window.Offline || {});
  const NAME = "visits-offline";
  const VERSION = 1;
  let opening = null;

  function open() {
    if (opening) return opening;
    opening = new Promise(function (resolve, reject) {
      if (!window.indexedDB) throw new Error("no storage");
      const ask = window.indexedDB.open(NAME, VERSION);
      ask.onupgradeneeded = function () {
        ask.result.createObjectStore("items", { keyPath: "uuid" });
        ask.result.createObjectStore("keys", { keyPath: "id" });
        ask.result.createObjectStore("meta");
      };
      ask.onerror = function () { reject(ask.error); };
      ask.onsuccess = function () {
        const db = ask.result;
        db.onversionchange = function () { db.close(); opening = null; };
        db.onclose = function () { opening = null; };
        resolve(db);
      };
    });
    opening.catch(function () { opening = null; });
    return opening;
  }

  /* Resolved when the transaction is complete, not when it was asked for: only then it is on the disk. */
  async function run(store, mode, work) {
    const db = await open();
    return new Promise(function (resolve, reject) {
      const deal = db.transaction(store, mode);
      const ask = work(deal.objectStore(store));
      deal.oncomplete = function () { resolve(ask.result); };
      deal.onabort = deal.onerror = function () { reject(deal.error || new Error("storage")); };
    });
  }

  Offline.db = {
    open: open,
    get: (store, key) => run(store, "readonly", (rows) => rows.get(key)),
    all: (store) => run(store, "readonly", (rows) => rows.getAll()),
    put: (store, row) => run(store, "readwrite", (rows) => rows.put(row)),
    set: (key, value) => run("meta", "readwrite", (rows) => rows.put(value, key)),
    meta: (key) => run("meta", "readonly", (rows) => rows.get(key)),
    forget: (key) => run("meta", "readwrite", (rows) => rows.delete(key)),
    remove: (store, key) => run(store, "readwrite", (rows) => rows.delete(key)),
  };

  Offline.uuid = function () {
    if (window.crypto.randomUUID) return window.crypto.randomUUID();
    const bytes = window.crypto.getRandomValues(new Uint8Array(16)); // an address without https has no randomUUID
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };
})();
