// Shows what would come of a change while it is written. Without it, the button beside does the same.
"use strict";
for (const form of document.querySelectorAll("form[data-live]")) {
  const place = form.querySelector("[data-preview]");
  let timer = 0;
  let asked = 0;
  form.querySelector("[data-look]").hidden = true;
  const look = async () => {
    const number = ++asked;
    place.setAttribute("aria-busy", "true");
    const data = new FormData(form);
    for (const name of ["fingerprint", "key", "refund_to"]) data.delete(name);
    try {
      const answer = await fetch(window.location.href, { method: "POST", body: data, headers: { "X-Part": "preview" } });
      if (number === asked && answer.ok) place.innerHTML = await answer.text();
    } finally {
      if (number === asked) place.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("input", (event) => {
    if (place.contains(event.target)) return;
    for (const button of place.querySelectorAll("button[name=apply]")) button.disabled = true;
    clearTimeout(timer);
    timer = setTimeout(look, 250);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.tagName === "INPUT") {
      event.preventDefault();
      clearTimeout(timer);
      look();
    }
  });
}
