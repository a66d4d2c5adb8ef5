// The page works without this: it lets the shop be put on the home screen, and be looked at without a connection.
"use strict";
(() => {
  if (!("serviceWorker" in navigator)) return;
  const { worker, scope } = document.currentScript.dataset;
  addEventListener("load", () => navigator.serviceWorker.register(worker, { scope }).catch(() => {}));
})();
