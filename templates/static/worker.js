// Keeps one page at hand for when there is no network: the empty form for new
// evidence, with the files it is made of. Nothing personal is kept here; what
// people write stands in the page's own store (capture.js).
const CACHE = "laurel-capture";
const SHELL = "/capture";

async function keepShell() {
  const answer = await fetch(SHELL, { credentials: "omit", cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  const html = await answer.clone().text();
  const assets = [...new Set(html.match(/\/static\/[\w.-]+/g))];
  const cache = await caches.open(CACHE);
  await cache.addAll(assets);
  await cache.put(SHELL, answer);
  for (const kept of await cache.keys()) {
    const path = new URL(kept.url).pathname;
    if (path !== SHELL && !assets.includes(path)) await cache.delete(kept);
  }
}

self.addEventListener("install", (e) => e.waitUntil(keepShell().then(() => self.skipWaiting())));
self.addEventListener("activate", (e) => e.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== location.origin) return;
  if (e.request.mode === "navigate") {
    e.respondWith(fetch(e.request).then((answer) => {
      e.waitUntil(keepShell().catch(() => {})); // a newer version, if there is one
      return answer;
    }).catch(async () => (await caches.match(SHELL)) || Response.error()));
  } else if (url.pathname.startsWith("/static/")) {
    e.respondWith(caches.match(e.request).then((kept) => kept || fetch(e.request)));
  }
});
