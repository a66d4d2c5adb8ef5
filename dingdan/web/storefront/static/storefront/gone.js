// The shop is closed: nothing of it is kept here any longer.
"use strict";
const root = new URL(self.registration.scope).pathname;
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(
  (async () => {
    for (const name of await caches.keys()) if (name.startsWith(root + " ")) await caches.delete(name);
    await self.registration.unregister();
  })(),
));
