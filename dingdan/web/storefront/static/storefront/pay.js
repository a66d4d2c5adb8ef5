// The page works without this: it saves a click, and tells by itself what became of a payment.
"use strict";
(() => {
  const live = document.getElementById("live");

  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
    });
  }

  // A form is sent once by itself: whoever comes back from the firm stays here.
  const form = document.querySelector("[data-sends-itself]");
  if (form) {
    const sent = "dingdan-sent-" + form.dataset.sendsItself;
    if (!sessionStorage.getItem(sent)) {
      sessionStorage.setItem(sent, "yes");
      form.submit();
    }
  }

  // A second click on the same button says nothing new.
  for (const one of document.querySelectorAll("form.way")) {
    let gone = false;
    one.addEventListener("submit", (event) => {
      if (gone) event.preventDefault();
      gone = true;
    });
  }

  const every = live.dataset.waits ? 3000 : 15000;
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(live.dataset.url, { headers: { Accept: "application/json" } });
      if (answer.ok && (await answer.json()).state !== live.dataset.state) location.reload();
    } catch {
      // Without a network nothing is known; asked again.
    }
  };
  // Where the line is open, asking is only for what it might miss.
  let asking = setInterval(ask, every);
  if (window.EventSource) {
    const line = new EventSource(live.dataset.line);
    const paced = (pause) => { clearInterval(asking); asking = setInterval(ask, pause); };
    line.addEventListener("changed", ask);
    line.addEventListener("open", () => { ask(); paced(60000); });
    line.addEventListener("over", () => line.close());
    line.addEventListener("error", () => paced(every));
  }
  // From the back button a page may come out of the browser's memory.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
