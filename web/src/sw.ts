// Keeps the last page of each code and of a gate, and the files they need, so that a code can be shown and checked
// without network. Only pages that the server marks with `kangma-keep` are kept; signing out clears them all.

export {};
declare const self: ServiceWorkerGlobalScope;

const CACHE = "kangma-1";
const PATIENCE_MS = 4000;

self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(asset(event.request));
  else if (event.request.mode === "navigate") event.respondWith(page(event.request));
});

/** What is open was loaded before there was anybody to keep it: it is kept now, with the page that an installed one opens. */
async function begin(): Promise<void> {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.clients.claim();
  const open = await self.clients.matchAll({ type: "window" });
  await Promise.all(["/", ...open.map((client) => client.url)].map((address) => page(new Request(address))));
}

/** An address with its digest never changes its content. */
async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok && new URL(request.url).search) await cache.put(request, fresh.clone());
  return fresh;
}

async function page(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  try {
    const fresh = await (kept ? within(fetch(request), PATIENCE_MS) : fetch(request));
    if (fresh.ok && fresh.headers.has("kangma-keep")) await cache.put(request, fresh.clone());
    return fresh;
  } catch {
    return kept ?? Response.error();
  }
}

function within<T>(work: Promise<T>, ms: number): Promise<T> {
  return Promise.race([work, new Promise<T>((_, reject) => setTimeout(() => reject(new Error("slow")), ms))]);
}
