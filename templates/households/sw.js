/* The offline page and what it is made of lie in the cache of build {{ build }}; nothing personal and no answer of the API ever does. */
"use strict";
const CACHE = "offline-{{ build }}";
const SHELL = "{{ shell }}";
const FILES = {{ files|safe }};

self.addEventListener("install", function (event) {
  // Without cookies: whoever is logged in, what is cached is nobody's.
  const wanted = [SHELL].concat(FILES).map((url) => new Request(url, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(wanted)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", function (event) {
  const old = (name) => name.startsWith("offline-") && name !== CACHE;
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim())
  );
});

self.addEventListener("fetch", function (event) {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((kept) => kept || fetch(event.request)));
  } else if (event.request.mode === "navigate" && url.pathname === SHELL) {
    event.respondWith(caches.match(SHELL).then((kept) => kept || fetch(event.request)));
  } else if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match(SHELL).then((kept) => kept || Response.error())));
  }
});
