// What a desk does beyond plain forms: keys for those who decide all day, and trying rules part by part.
"use strict";
const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-moves] tbody tr")];
let at = -1;

function move(step) {
  const all = rows();
  if (!all.length) return;
  at = Math.max(0, Math.min(all.length - 1, at + step));
  all.forEach((row, index) => row.classList.toggle("bo-at", index === at));
  all[at].scrollIntoView({ block: "nearest" });
  all[at].querySelector("a")?.focus({ preventScroll: true });
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  x: () => { const box = rows()[at]?.querySelector("input[type=checkbox]"); if (box) box.checked = !box.checked; },
  Enter: () => rows()[at]?.querySelector("a")?.click(),
  n: () => document.querySelector("[data-next]")?.click(),
  c: () => document.querySelector("[data-new]")?.click(),
  "/": () => { const box = document.querySelector("#searchbar"); if (box) { box.focus(); box.select(); } },
  "[": () => document.querySelector("[rel=prev]")?.click(),
  "]": () => document.querySelector("[rel=next]")?.click(),
  "?": () => { const sheet = document.querySelector("[data-keysheet]"); if (sheet) { if (sheet.open) sheet.close(); else sheet.showModal(); } },
};

document.addEventListener("bo:listed", () => { at = -1; });

// A key is pressed by mistake more easily than a button: it asks first, and says what it is about.
function question(form) {
  const ticked = form.querySelectorAll("tbody input[type=checkbox]:checked").length;
  const about = form.querySelector("[data-moves]") ? ticked : document.querySelector(".bo-head h2")?.textContent.trim();
  return about && `${form.querySelector("button").firstChild.textContent.trim()} (${about})?`;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const form = document.querySelector(`form[data-sends="${CSS.escape(key)}"]`);
  const more = document.querySelector(`details[data-opens="${CSS.escape(key)}"]`);
  if (form) { const asked = question(form); if (asked && confirm(asked)) form.requestSubmit(); }
  else if (more) { more.open = true; more.querySelector("textarea, input:not([type=hidden]), select, button")?.focus(); }
  else if (KEYS[key]) KEYS[key]();
  else return;
  event.preventDefault();
});

// What a form answers is looked at where it stands. A browser leaves that out where the page moved or something else had the focus
// before it was drawn, so once all is there it is said again; to whoever types already, nothing is.
addEventListener("load", () => {
  const told = document.querySelector(".bo-told[autofocus], .bo-refused[autofocus]");
  if (!told || typing(document.activeElement)) return;
  told.focus({ preventScroll: true });
  told.scrollIntoView({ block: "nearest", behavior: "instant" });
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-ticks-all]")) return;
  for (const box of document.querySelectorAll("[data-moves] tbody input[type=checkbox]")) box.checked = event.target.checked;
});

function add(place, number) { if (place) place.textContent = Number(place.textContent) + number; }

function cell(label, text, url) {
  const td = document.createElement("td"), div = document.createElement("div");
  td.dataset.label = label;
  if (url) { const a = document.createElement("a"); a.href = url; a.textContent = text; div.append(a); } else div.textContent = text;
  td.append(div);
  return td;
}

async function go_on(trial) {
  const heads = [...trial.querySelector("[data-changed]").closest("table").querySelectorAll("th")].map((th) => th.textContent);
  let next = trial.dataset.trial, looked = Number(trial.querySelector("[data-orders]").textContent);
  while (next && looked < Number(trial.dataset.most)) {
    const answer = await fetch(next, { headers: { Accept: "application/json" } });
    if (!answer.ok) break;
    const told = await answer.json();
    looked += told.orders;
    add(trial.querySelector("[data-orders]"), told.orders);
    add(trial.querySelector("dd[data-waits]"), told.waits);
    add(trial.querySelector("dd[data-passes]"), told.passes);
    trial.querySelector("progress").value = looked;
    for (const one of told.rules) {
      const row = trial.querySelector(`[data-rule="${CSS.escape(one.code)}"]`);
      add(row?.querySelector("[data-found]"), one.found);
      add(row?.querySelector("[data-waits]"), one.waits);
    }
    for (const one of told.changed) {
      const row = document.createElement("tr"), values = [one.number, one.would, one.was, one.rules];
      row.append(...values.map((text, index) => cell(heads[index], text, index ? "" : one.url)));
      trial.querySelector("[data-changed]").append(row);
    }
    next = told.next;
  }
  trial.querySelector("progress").value = trial.dataset.most;
}

document.querySelectorAll("[data-trial]").forEach(go_on);

// What goes on by itself is followed: sections without a form are drawn anew, and the whole page once it is over.
async function follow() {
  if (!document.querySelector("[data-follows]")) return;
  await new Promise((done) => setTimeout(done, 1500));
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.ok) {
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!next.querySelector("[data-follows]")) { location.reload(); return; }
    const sections = [...next.querySelectorAll(".bo-section")];
    [...document.querySelectorAll(".bo-section")].forEach((section, index) => {
      if (sections[index] && !section.querySelector("form")) section.replaceWith(sections[index]);
    });
  }
  follow();
}

follow();
