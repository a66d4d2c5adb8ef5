// The pages of an order work without this: it draws anew what changed while a page is open, and says what is new.
"use strict";
(() => {
  const news = document.getElementById("news");
  if (!news || !window.htmx) return;
  const live = () => document.getElementById("live");
  let missed = false, hiding = 0, opened = [];

  const look = () => {
    missed = document.hidden;
    if (!missed && live()) htmx.trigger(live(), "changed");
  };

  const moments = () => [...document.querySelectorAll("#live [data-moment]")].map((one) => one.dataset);
  let known = new Set();
  document.body.addEventListener("htmx:beforeSwap", () => {
    if (!live()) return;
    opened = [...document.querySelectorAll("#live details[open][id]")].map((one) => one.id);
    known = new Set(moments().map((one) => one.moment));
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    const fresh = moments().filter((one) => one.said && !known.has(one.moment)).map((one) => one.said);
    if (!fresh.length) return;
    news.textContent = [...new Set(fresh)].slice(0, 3).join(" · ");
    clearTimeout(hiding);
    hiding = setTimeout(() => { news.textContent = ""; }, 8000);
  });

  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(look, 200); };
  if (window.EventSource) {
    const line = new EventSource(news.dataset.line);
    let wasOpen = false;
    line.addEventListener("changed", soon);
    // What happened while the line was down is looked at when it is back.
    line.addEventListener("open", () => { if (wasOpen) soon(); wasOpen = true; });
    line.addEventListener("over", () => line.close());
  } else {
    setInterval(look, 30000);
  }
  document.addEventListener("visibilitychange", () => { if (missed && !document.hidden) look(); });
  // From the back button a page may come out of the browser's memory.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
