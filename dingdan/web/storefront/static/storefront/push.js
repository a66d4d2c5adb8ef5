// The page works without this: it lets a browser that can be told of the order. Permission is asked for when somebody wants it.
"use strict";
(() => {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
  const place = () => document.getElementById("push");
  if (!place()) return;
  const name = `push ${place().dataset.order}`;
  let said = "", busy = false;
  const kept = { get: () => { try { return localStorage.getItem(name); } catch { return null; } },
    set: (on) => { try { on ? localStorage.setItem(name, "on") : localStorage.removeItem(name); } catch { /* not kept */ } } };

  const show = () => {
    const box = place();
    if (!box) return;
    const isOn = kept.get() === "on" && Notification.permission === "granted";
    box.hidden = false;
    for (const one of box.querySelectorAll("button")) {
      one.hidden = (one.dataset.act === "on") === isOn;
      one.disabled = busy;
      one.onclick = () => press(one.dataset.act);
    }
    box.querySelector("[role=status]").textContent = said;
  };

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const same = (kept, key) => kept && new Uint8Array(kept).every((byte, at) => byte === key[at]);

  async function subscription(ours) {
    const { pushManager } = await navigator.serviceWorker.ready, key = bytes(ours);
    const before = await pushManager.getSubscription();
    if (before && same(before.options.applicationServerKey, key)) return before;
    if (before) await before.unsubscribe(); // it listens to a key of before
    return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  }

  async function tell(act) {
    const { to, key } = place().dataset;
    const found = act === "on" ? await subscription(key) : await (await navigator.serviceWorker.ready).pushManager.getSubscription();
    if (!found) return "";
    const { endpoint, keys } = found.toJSON();
    const body = new URLSearchParams({ act, endpoint, p256dh: keys.p256dh, auth: keys.auth });
    const answer = await fetch(to, { method: "POST", body });
    return answer.ok ? "" : answer.status === 422 || answer.status === 429 ? await answer.text() : place().dataset.failed;
  }

  async function press(act) {
    const words = { ...place().dataset };
    busy = true;
    said = "";
    show();
    try {
      if (act === "on" && (await Notification.requestPermission()) !== "granted") said = words.blocked;
      else said = await tell(act);
      if (!said) {
        kept.set(act === "on");
        said = act === "on" ? words.on : words.off;
      }
    } catch {
      said = words.failed;
    }
    busy = false;
    show();
  }

  document.body.addEventListener("htmx:afterSettle", show);
  show();
})();
