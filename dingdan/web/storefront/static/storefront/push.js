// The page works without this: it lets a browser that can be told of the order. Permission is asked for when somebody wants it.
"use strict";
(() => {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
  const place = () => document.getElementById("push");
  if (!place()) return;
  const name = `push ${place().dataset.order}`;
  let said = "", busy = false;
  const kept = { get: () => { try { return localStorage.getItem(name); } catch { return null; } },
    set: (how) => { try { how ? localStorage.setItem(name, how) : localStorage.removeItem(name); } catch { /* not kept */ } } };

  const show = () => {
    const box = place();
    if (!box) return;
    const isOn = !!kept.get() && Notification.permission === "granted";
    box.hidden = false;
    for (const one of box.querySelectorAll("button")) {
      one.hidden = (one.dataset.act === "on") === isOn;
      one.disabled = busy;
      one.onclick = () => press(one.dataset.act);
    }
    box.querySelector("[role=status]").textContent = said;
    const shown = box.querySelector(".push-double");
    if (shown) shown.hidden = !(isOn && kept.get() === "double");
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
    if (act === "off" && kept.get() === "double") return send({ act, double: "1" });
    let found;
    try {
      found = act === "on" ? await subscription(place().dataset.key) : await (await navigator.serviceWorker.ready).pushManager.getSubscription();
    } catch (fault) {
      if (!place().dataset.double || fault.name !== "AbortError") throw fault;
      return send({ act, double: "1" }); // the sandbox: no push service is to be had, so one of its phones stands in
    }
    if (!found) {
      kept.set("");
      return "";
    }
    const { endpoint, keys } = found.toJSON();
    return send({ act, endpoint, p256dh: keys.p256dh, auth: keys.auth });
  }

  async function send(told) {
    const words = place().dataset;
    const answer = await fetch(words.to, { method: "POST", body: new URLSearchParams(told) });
    if (answer.ok) kept.set(told.act === "on" && (told.double ? "double" : "on"));
    return answer.ok ? "" : answer.status === 422 || answer.status === 429 ? await answer.text() : words.failed;
  }

  async function press(act) {
    const words = { ...place().dataset };
    busy = true;
    said = "";
    show();
    try {
      if (act === "on" && (await Notification.requestPermission()) !== "granted") said = words.blocked;
      else said = await tell(act);
      said ||= act === "off" ? words.off : kept.get() === "double" ? words.double : words.on;
    } catch {
      said = words.failed;
    }
    busy = false;
    show();
  }

  document.body.addEventListener("htmx:afterSettle", show);
  show();
})();
