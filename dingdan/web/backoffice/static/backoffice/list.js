// Searches while one writes: the part with the rows is fetched, the rest of the page stays. Without this, Enter does the same.
"use strict";
(() => {
  const form = document.querySelector("form[data-search]");
  const place = document.querySelector("#bo-list");
  if (!form || !place) return;
  const input = form.querySelector("input[name=q]");
  let timer = 0, asked = 0, isTyping = false;

  function address() {
    const query = new URLSearchParams(new FormData(form));
    if (!input.value.trim()) query.delete("q");
    return `${location.pathname}?${query}`;
  }

  async function show(url) {
    const number = ++asked;
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { headers: { "X-Part": "list" } });
      if (number !== asked) return;
      if (!answer.ok || answer.redirected) { location.href = url; return; }
      place.innerHTML = await answer.text();
      const query = place.querySelector("[data-query]")?.dataset.query ?? "";
      for (const one of document.querySelectorAll(".bo-tools input[name=query]")) one.value = query;
      for (const one of document.querySelectorAll(".bo-tools form:not([data-search]) input[name=q]")) one.value = input.value;
      document.dispatchEvent(new CustomEvent("bo:listed"));
    } finally {
      if (number === asked) place.removeAttribute("aria-busy");
    }
  }

  function search() {
    const url = address();
    if (url === location.pathname + location.search) return;
    // The first letter is a step that the back button takes back; the letters after it are not.
    if (isTyping) history.replaceState({ typed: true }, "", url); else history.pushState({ typed: true }, "", url);
    isTyping = true;
    show(url);
  }

  input.addEventListener("input", (event) => {
    if (event.isComposing) return; // Chinese is being composed: what stands there is no word yet
    clearTimeout(timer);
    timer = setTimeout(search, 200);
  });
  input.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(search, 200); });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); search(); });
  addEventListener("popstate", () => {
    clearTimeout(timer);
    isTyping = false;
    input.value = new URLSearchParams(location.search).get("q") ?? "";
    show(location.pathname + location.search);
  });
})();
