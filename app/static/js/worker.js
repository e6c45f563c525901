// The worker keeps the shell: assets and the page that says there is no line. SHELL stands above, written by the server.
// It keeps no page, no picture and no other answer of the product, because these hold pay and identity data.

const NAME = `zerotrip-${SHELL.version}`;

async function fill() {
  const cache = await caches.open(NAME);
  const pages = SHELL.pages.map((address) => new Request(address, { credentials: "omit", cache: "reload" }));
  await cache.addAll([...SHELL.assets, ...pages]);
}

async function dropOldVersions() {
  for (const name of await caches.keys()) {
    if (name.startsWith("zerotrip-") && name !== NAME) await caches.delete(name);
  }
}

// A page comes from the network or not at all. What was sent in vain leads to the page without a line by a redirect,
// so that loading that page again sends nothing.
async function page(request) {
  try {
    return await fetch(request);
  } catch {
    if (request.method !== "GET") return Response.redirect(`${SHELL.offline}&sent=1`, 303);
    return (await caches.match(SHELL.offline)) || Response.error();
  }
}

async function asset(request) {
  return (await caches.match(request.url)) || fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(dropOldVersions().then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (request.method === "GET" && SHELL.assets.includes(new URL(request.url).pathname)) {
    event.respondWith(asset(request));
  }
});
