
// What becomes of an order, told on this device. A tag is told once: what is sent again takes its place without a sound.
self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data ? event.data.json() : {}; } catch { /* not ours */ }
  const shown = { body: told.body || "", tag: told.tag || "order", icon: `${SHOP.root}icons/192.png`, data: { url: told.url || SHOP.root } };
  event.waitUntil(self.registration.showNotification(told.title || "", shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    (async () => {
      const wanted = new URL(event.notification.data?.url || SHOP.root, location.origin);
      if (!/^https?:$/.test(wanted.protocol)) return;
      const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
      const open = pages.find((one) => new URL(one.url).pathname === wanted.pathname);
      if (open) await open.focus();
      else await self.clients.openWindow(wanted.href);
    })(),
  );
});
