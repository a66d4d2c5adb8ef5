// A scanner that types: fast characters and Enter, wherever the focus is. It is listened to before the desk is there. What is scanned
// until then, or while the page is being left, waits for the desk that comes; one scan is heard after another, in their order.
"use strict";
window.scanner = (() => {
  const FAST = 100; // milliseconds between two characters; nobody types codes like that
  const KEPT = "bo-scans", FRESH = 60000; // so long a scan waits for the next page
  const LEAVING = 10000; // whoever is still here after that has stayed
  let codes = kept(), hear = null, isBusy = false, leaving = 0, typed = "", last = 0;

  function kept() {
    const { at = 0, scans = [] } = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
    sessionStorage.removeItem(KEPT);
    return Date.now() - at < FRESH ? scans : [];
  }

  async function work() {
    if (isBusy) return;
    isBusy = true;
    while (hear && !leaving && codes.length) {
      try { await hear(codes.shift()); } catch (fault) { reportError(fault); }
    }
    isBusy = false;
  }

  function add(code) {
    codes.push(code);
    work();
  }

  function stay() {
    clearTimeout(leaving);
    leaving = 0;
    work();
  }

  function leave() {
    clearTimeout(leaving);
    leaving = setTimeout(stay, LEAVING);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const now = event.timeStamp, isQuick = now - last < FAST;
    if (event.key === "Enter") {
      const code = typed.trim(), isScan = isQuick && code.length > 2;
      typed = "";
      if (!isScan) return;
      event.preventDefault();
      event.stopPropagation();
      const field = event.target;
      if (field.matches?.("input") && field.value.endsWith(code)) field.value = field.value.slice(0, -code.length);
      add(code);
      return;
    }
    if (event.key.length !== 1) return;
    typed = isQuick ? typed + event.key : event.key;
    last = now;
  }, true);

  addEventListener("beforeunload", leave);
  addEventListener("pagehide", () => {
    if (codes.length) sessionStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), scans: codes }));
    codes = [];
  });
  addEventListener("pageshow", (event) => { if (event.persisted) { codes = kept(); stay(); } });

  return { add, leave, to(heard) { hear = heard; work(); } };
})();
