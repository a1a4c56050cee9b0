// Keeps the officers' days on the phone: the network first, what was kept where there is none.
"use strict";
const KEPT = "doorstep-days-1";
const PATIENCE = 5000; // a bad connection is worse than none: after so many milliseconds the kept page is shown
const NEVER = ["/officer/session", "/officer/worker.js", "/officer/live", "/officer/crews"];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data?.forgetBefore) event.waitUntil(forgetBefore(event.data.forgetBefore));
});
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  const ours = pathname.startsWith("/officer/") && !NEVER.some((one) => pathname.startsWith(one));
  if (ours || pathname.startsWith("/static/")) event.respondWith(fresh(event.request));
});

async function fresh(request) {
  const kept = await caches.open(KEPT);
  const loading = fetch(request).then(async (answer) => {
    if (answer.ok && !answer.redirected) await kept.put(request, answer.clone());
    return answer;
  });
  const slow = new Promise((_, no) => setTimeout(() => no(new Error("too slow")), PATIENCE));
  try {
    return await Promise.race([loading, slow]);
  } catch {
    const old = (await kept.match(request, { ignoreVary: true })) || (await kept.match(request, { ignoreVary: true, ignoreSearch: true }));
    return old || loading;
  }
}

async function forgetBefore(day) {
  const kept = await caches.open(KEPT);
  for (const request of await kept.keys()) {
    const found = new URL(request.url).pathname.match(/\/(\d{4}-\d\d-\d\d)(\/|$)/);
    if (found && found[1] < day) await kept.delete(request);
  }
}
