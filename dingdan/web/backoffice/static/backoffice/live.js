// What happens is shown while a page is open: one connection for all tabs of a browser, and each tab draws anew what changed on it.
// A form that somebody is in is never touched: what is sent from it on an outdated page is refused with what changed.
"use strict";
(() => {
  const place = document.getElementById("bo-live");
  if (!place || !window.EventSource) return;
  const said = place.dataset, kinds = said.kinds.split(" ").filter(Boolean);
  const part = (name, root = place) => root.querySelector(`[data-${name}]`);
  let at = Number(said.at), source = null, wait = 1000, hiding = 0, beaten = Date.now();

  // ── one connection for all tabs ──────────────────────────────────────────────────────────────────────────────────────
  const channel = window.BroadcastChannel ? new BroadcastChannel(`dingdan-live-${said.who}`) : null;
  const share = (message) => { hear(message); channel?.postMessage(message); };
  const state = () => ({ state: source.readyState === EventSource.OPEN ? "open" : "lost", at });

  function open() {
    source?.close();
    source = new EventSource(`${said.url}?after=${at}`);
    const mine = source;
    for (const name of ["news", "many", "beat"]) mine.addEventListener(name, (event) => {
      beaten = Date.now();
      share({ ...(name === "news" ? JSON.parse(event.data) : {}), name, at: Number(event.lastEventId) });
    });
    mine.addEventListener("over", () => { mine.close(); share({ state: "over" }); });
    mine.addEventListener("open", () => { beaten = Date.now(); wait = 1000; share(state()); });
    mine.addEventListener("error", () => {
      share({ state: "lost" });
      if (mine.readyState === EventSource.CLOSED && mine === source) setTimeout(open, (wait = Math.min(60000, wait * 2)));
    });
  }

  if (channel) channel.onmessage = ({ data }) => {
    if (data.hello) { if (source) channel.postMessage(state()); } else hear(data);
  };
  if (channel && navigator.locks) {
    channel.postMessage({ hello: true });
    navigator.locks.request(channel.name, () => { open(); return new Promise(() => {}); });
  } else {
    const turn = () => { if (document.hidden) { source?.close(); source = null; } else open(); };
    document.addEventListener("visibilitychange", turn);
    turn();
  }
  // A line may die without a word, as when a laptop wakes up: then the next one goes on where this one was.
  setInterval(() => { if (source?.readyState === EventSource.OPEN && Date.now() - beaten > 50000) open(); }, 10000);
  addEventListener("online", () => { if (source) open(); });
  addEventListener("offline", () => hear({ state: "lost" }));

  // ── what concerns this page ──────────────────────────────────────────────────────────────────────────────────────────
  const concerns = (about) => about.some(([kind, id]) => id === said.about || kinds.includes(kind));

  function hear(message) {
    if (message.state) shown(message.state);
    if (!(message.at > at)) return;
    at = message.at;
    if (message.name === "many" || message.state || (message.name === "news" && concerns(message.about))) look();
  }

  function shown(name) {
    clearTimeout(hiding);
    hiding = setTimeout(() => {
      part("lost").hidden = name !== "lost";
      part("over").hidden = name !== "over";
    }, name === "lost" ? 4000 : 0);
  }

  // ── looking at the page once more: not while nobody sees it, and the less often the longer it takes ───────────────────
  let due = 0, took = 0, busy = false, dirty = false;
  const list = document.getElementById("bo-list"), desk = document.getElementById("bo-desk");

  function look() {
    if (document.hidden || busy) { dirty = true; return; }
    if (due) return;
    const pause = said.about ? Math.max(200, Math.min(5000, 4 * took)) : Math.max(1500 + Math.random() * 1000, Math.min(30000, 20 * took));
    due = setTimeout(async () => {
      due = 0;
      busy = true;
      try { await again(); } finally { busy = false; }
      if (dirty) { dirty = false; look(); }
    }, pause);
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden && dirty) { dirty = false; look(); } });

  async function again() {
    if ("stays" in said) { fresh(said.changed); return; }
    const began = performance.now();
    const answer = await fetch(location.href, { headers: { "X-Drawn": said.drawn } }).catch(() => null);
    took = performance.now() - began;
    if (!answer?.ok) return;
    if (answer.redirected) { shown("over"); return; }
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    await released;
    if (desk) tell(next, began); else if (list) drawList(next); else drawParts(next);
    const told = next.getElementById("bo-live");
    if (told && part("news", told).children.length) {
      part("news").replaceChildren(...part("news", told).children);
      part("news").hidden = false;
      ages();
    }
    if (told) said.drawn = told.dataset.drawn;
  }

  // What is drawn anew under a finger would never learn that it was pressed.
  let letGo = null, released = Promise.resolve();
  addEventListener("pointerdown", (event) => { if (event.button === 0 && !letGo) released = new Promise((done) => { letGo = done; }); }, true);
  for (const name of ["pointerup", "pointercancel", "blur"]) {
    addEventListener(name, () => setTimeout(() => { letGo?.(); letGo = null; }), { capture: name !== "blur" });
  }

  // A desk at which things are scanned draws itself: it is given what the page would know now, and since when that was asked.
  function tell(next, began) {
    const state = next.getElementById("bo-state");
    if (state) document.dispatchEvent(new CustomEvent("bo-state", { detail: { state: JSON.parse(state.textContent), began } }));
  }

  const text = (node) => node.textContent.replace(/\s+/g, " ").trim();
  const marks = "[href], img, .bo-badge, input:not([type=hidden]), option, progress, iframe";
  const sign = (node) => text(node) + [...node.querySelectorAll(marks)].map((one) =>
    one.className + ["href", "src", "srcdoc", "value", "name"].map((name) => one.getAttribute(name)).join()).join();

  // ── a list ───────────────────────────────────────────────────────────────────────────────────────────────────────────
  const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
  const rows = (root) => new Map([...root.querySelectorAll("#result_list > tbody")]
    .map((row) => [row.querySelector("a[href]")?.getAttribute("href").match(ID)?.[0], row]).filter(([id]) => id));
  let latest = null;

  function drawList(next) {
    const mine = rows(document), theirs = rows(next);
    for (const [id, row] of mine) {
      const other = theirs.get(id);
      if (other && sign(other) !== sign(row) && !written(row)) change(row, other);
    }
    const more = [...theirs.keys()].filter((id) => !mine.has(id)).length;
    latest = next.getElementById("bo-list");
    if (more) fresh(said.fresh.replace("{count}", more));
    else if ([...mine.keys()].join() !== [...theirs.keys()].join()) fresh(said.moved);
    else part("more").hidden = true;
  }

  const written = (row) => row.contains(document.activeElement) && document.activeElement.matches("input:not([type=checkbox]), textarea, select");
  const ticks = (root) => new Set([...root.querySelectorAll("input[type=checkbox]:checked")].map((box) => box.value));
  const tick = (root, values) => { for (const box of root.querySelectorAll("tbody input[type=checkbox]")) box.checked = values.has(box.value); };

  function change(row, other) {
    const next = document.importNode(other, true), focused = focus(row);
    tick({ querySelectorAll: () => next.querySelectorAll("input[type=checkbox]") }, ticks(row));
    next.className = row.className;
    next.querySelector("tr")?.classList.toggle("bo-at", Boolean(row.querySelector(".bo-at")));
    next.querySelector("tr")?.classList.add("bo-changed");
    row.replaceWith(next);
    focused(next);
  }

  function fresh(words) {
    if (text(part("more").firstElementChild) !== words) part("more").firstElementChild.textContent = words;
    part("more").hidden = false;
  }

  part("more").querySelector("button").addEventListener("click", () => {
    part("more").hidden = true;
    if (!latest) { location.assign(said.about && !list ? location.href : location.pathname + location.search); return; }
    const before = new Set(rows(document).keys()), kept = ticks(list);
    list.replaceChildren(...document.importNode(latest, true).childNodes);
    tick(list, kept);
    const first = [...rows(document)].filter(([id]) => !before.has(id));
    for (const [, row] of first) row.querySelector("tr")?.classList.add("bo-changed");
    (first[0]?.[1] ?? list).querySelector("a[href]")?.focus({ preventScroll: true });
  });

  // ── a page of parts ──────────────────────────────────────────────────────────────────────────────────────────────────
  const key = (node) => node.id || node.tagName + (node.querySelector("h3")?.textContent.trim() ?? node.className);
  const typed = (field) => field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
    : field.tagName === "SELECT" ? [...field.options].some((one) => one.selected !== one.defaultSelected && one.index) || false
    : field.type !== "hidden" && field.type !== "submit" && field.tagName !== "BUTTON" && field.value !== field.defaultValue;

  function held(node) {
    const hand = document.activeElement;
    if (node.contains(hand) && hand.closest("form, [contenteditable]")) return true;
    if (node.querySelector("[data-trial], [data-follows], [aria-busy=true]")) return true;
    return [...node.querySelectorAll("form input, form textarea, form select")].some(typed);
  }

  // What has the focus has it afterwards, where it is still there.
  function focus(node) {
    const hand = node.contains(document.activeElement) ? document.activeElement : null;
    const link = hand?.getAttribute("href"), summary = hand?.tagName === "SUMMARY" ? text(hand) : null;
    return (next) => {
      if (!hand) return;
      const found = link ? next.querySelector(`[href="${CSS.escape(link)}"]`)
        : [...next.querySelectorAll("summary")].find((one) => text(one) === summary);
      found?.focus({ preventScroll: true });
    };
  }

  function swap(mine, other) {
    const next = document.importNode(other, true), focused = focus(mine);
    const opened = [...mine.querySelectorAll("details[open] > summary")].map(text);
    for (const more of next.querySelectorAll("details")) if (opened.includes(text(more.querySelector("summary")))) more.open = true;
    next.classList.add("bo-changed");
    mine.replaceWith(next);
    focused(next);
    return next;
  }

  function drawParts(next) {
    const head = document.querySelector(".bo-head"), other = next.querySelector(".bo-head");
    if (head && other && sign(head) !== sign(other)) swap(head, other);
    const theirs = [...next.querySelectorAll("[data-parts]")];
    [...document.querySelectorAll("[data-parts]")].forEach((mine, index) => theirs[index] && drawSome(mine, theirs[index]));
    for (const field of document.querySelectorAll("input[name=drawn]")) {
      if (!held(field.closest("form").parentElement)) field.value = next.getElementById("bo-live").dataset.drawn;
    }
  }

  function drawSome(mine, theirs) {
    const left = new Map([...mine.children].map((node) => [key(node), node]));
    let before = null;
    for (const other of [...theirs.children]) {
      let here = left.get(key(other));
      left.delete(key(other));
      if (!here) { here = document.importNode(other, true); here.classList.add("bo-changed"); before ? before.after(here) : mine.prepend(here); }
      else if (sign(here) !== sign(other) && !held(here)) here = swap(here, other);
      before = here;
    }
    for (const node of left.values()) if (!held(node)) node.remove();
  }

  // ── how long ago ─────────────────────────────────────────────────────────────────────────────────────────────────────
  const ago = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });
  function ages() {
    for (const one of part("news").querySelectorAll("time")) {
      const seconds = Math.round((new Date(one.dateTime) - Date.now()) / 1000);
      const words = seconds > -60 ? ago.format(Math.min(0, seconds), "second") : ago.format(Math.round(seconds / 60), "minute");
      if (one.textContent !== words && seconds > -3600) one.textContent = words;
    }
  }
  setInterval(ages, 15000);
})();
