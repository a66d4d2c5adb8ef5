// An order taken on the phone: what is typed finds customers and articles, and what it all comes to shows at once.
"use strict";
const form = document.querySelector("[data-new-order]");
const place = form.querySelector("[data-preview]");
const lines = form.querySelector("[data-rows]");
form.querySelector("[data-look]").hidden = true;

// ── what it comes to ────────────────────────────────────────────────────────────────────────────────────────────────────

let timer = 0, asked = 0;

function data() {
  const found = new FormData(form);
  found.delete("accepted_total");
  return found;
}

async function look() {
  const number = ++asked;
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: data(), headers: { "X-Part": "preview" } });
    if (number !== asked || !answer.ok) return;
    place.innerHTML = await answer.text();
    tell();
  } finally {
    if (number === asked) place.removeAttribute("aria-busy");
  }
}

function soon() {
  for (const button of place.querySelectorAll("button[name=place]")) button.disabled = true;
  clearTimeout(timer);
  timer = setTimeout(look, 250);
}

// What the answer says of a row or a field is shown there.
function tell() {
  const rows = [...lines.querySelectorAll("[data-row]")];
  for (const one of place.querySelectorAll("template[data-at]")) {
    const row = rows[Number(one.dataset.at)];
    if (!row) continue;
    row.querySelector("[data-comes]").textContent = one.dataset.comes;
    row.querySelector("[data-troubles]").textContent = one.dataset.troubles;
  }
  const troubles = new Map([...place.querySelectorAll("template[data-in]")].map((one) => [one.dataset.in, one.dataset.text]));
  for (const slot of form.querySelectorAll("[data-trouble]")) show(slot, troubles.get(slot.dataset.trouble) ?? "");
}

function show(slot, text) {
  slot.textContent = text;
  if (text) slot.closest("details")?.setAttribute("open", "");
}

form.addEventListener("input", (event) => { if (!place.contains(event.target) && !event.target.closest("[data-find]")) soon(); });
form.addEventListener("change", (event) => { if (event.target.matches("select")) soon(); });

// ── what is found ───────────────────────────────────────────────────────────────────────────────────────────────────────

class Finder {
  constructor(root, take) {
    Object.assign(this, { root, take, line: root.querySelector("input"), list: root.querySelector("ul"), told: root.querySelector("[data-told]"), at: -1, number: 0, known: null, wait: 0, scans: [], isServing: false });
    this.line.addEventListener("input", () => { clearTimeout(this.wait); this.wait = setTimeout(() => this.ask(), 150); });
    this.line.addEventListener("keydown", (event) => this.pressed(event));
    this.line.addEventListener("blur", () => setTimeout(() => this.close(), 200));
    this.line.addEventListener("focus", () => { if (this.line.value.trim()) this.ask(); });
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => { const one = event.target.closest("[role=option]"); if (one) this.choose(one); });
  }

  get options() { return [...this.list.querySelectorAll("[role=option]:not([data-none])")]; }

  async ask() {
    const text = this.line.value.trim(), number = ++this.number;
    if (!text) { this.close(); return; }
    const found = await this.find(text);
    if (number === this.number && found !== null) this.show(text, found);
  }

  // What is found by a text; null where nobody answers.
  async find(text) {
    const about = new URLSearchParams({ q: text, customer: form.elements.customer.value });
    if (form.elements.channel_id) about.set("channel_id", form.elements.channel_id.value);
    const answer = await fetch(`${this.root.dataset.find}?${about}`).catch(() => null);
    return answer?.ok ? answer.text().catch(() => null) : null;
  }

  show(text, found) {
    this.list.innerHTML = found;
    this.known = text;
    this.list.hidden = !this.list.querySelector("[role=option]");
    this.line.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark(this.options.length ? 0 : -1);
  }

  mark(at) {
    this.at = at;
    this.options.forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
    const now = this.options[at];
    if (now) { this.line.setAttribute("aria-activedescendant", now.id); now.scrollIntoView({ block: "nearest" }); } else this.line.removeAttribute("aria-activedescendant");
  }

  pressed(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const count = this.options.length;
      if (count) this.mark((this.at + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
    } else if (event.key === "Escape") {
      this.close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(this.wait);
      const text = this.line.value.trim();
      if (!text) return;
      const one = this.known === text && !this.list.hidden && (this.options.find((option) => "exact" in option.dataset) ?? this.options[this.at]);
      if (one) { this.choose(one); return; }
      this.scans.push(text);
      this.line.value = "";
      this.close();
      this.serve();
    }
  }

  // A scanner is faster than any answer: each code leaves the line empty for the next one, and is answered in its turn. What is not
  // found stands in the line again, unless something else is being typed there.
  async serve() {
    if (this.isServing) return;
    this.isServing = true;
    while (this.scans.length) {
      const text = this.scans.shift(), told = await this.find(text), found = document.createElement("ul");
      found.innerHTML = told ?? "";
      const options = [...found.querySelectorAll("[role=option]:not([data-none])")], one = options.find((option) => "exact" in option.dataset) ?? options[0];
      if (one) { this.take(one, this); continue; }
      this.told.textContent = `✗ ${text}`;
      if (this.line.value.trim() || this.scans.length) continue;
      this.line.value = text;
      if (told !== null) this.show(text, told);
    }
    this.isServing = false;
  }

  choose(one) {
    if ("none" in one.dataset) return;
    this.line.value = "";
    this.close();
    this.take(one, this);
  }

  close() {
    this.number += 1;
    this.known = null;
    this.list.hidden = true;
    this.line.setAttribute("aria-expanded", "false");
    this.line.removeAttribute("aria-activedescendant");
  }
}

function takeArticle(one, finder) {
  const there = [...lines.querySelectorAll("[data-row]")].find((row) => row.dataset.row === one.dataset.sku);
  const count = there?.querySelector("[name=quantity]");
  if (count && /^\d+$/.test(count.value.trim())) count.value = String(Number(count.value) + 1);
  else lines.append(one.querySelector("template").content.cloneNode(true));
  finder.told.textContent = `✓ ${one.dataset.title}${count ? ` × ${count.value}` : ""}`;
  finder.line.focus();
  soon();
}

function takeCustomer(one) {
  for (const { name, value } of [...one.attributes]) {
    if (!name.startsWith("data-fill-")) continue;
    const field = form.elements[name.slice("data-fill-".length)];
    if (field) field.value = value;
  }
  known(one.dataset.title, one.querySelector("small").textContent);
  document.getElementById("find-article").focus();
  soon();
}

function known(title, where = "") {
  for (const part of form.querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "known") !== Boolean(title);
  form.querySelector("[data-name]").textContent = title;
  form.querySelector("[data-where]").textContent = where;
  form.querySelector(".bo-where").open = !title;
}

const TAKES = { article: takeArticle, customer: takeCustomer };
for (const root of form.querySelectorAll("[data-find]")) new Finder(root, TAKES[root.dataset.takes]);

form.addEventListener("click", (event) => {
  const row = event.target.closest("[data-remove]")?.closest("[data-row]");
  if (row) {
    (row.nextElementSibling?.querySelector("[name=quantity]") ?? document.getElementById("find-article")).focus();
    row.remove();
    soon();
  }
  if (event.target.closest("[data-nobody]")) {
    form.elements.customer.value = "";
    known("");
    document.getElementById("find-customer")?.focus();
    soon();
  }
});

// Enter in a field is no order: it goes on to the next field, as a till does.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.tagName !== "INPUT" || event.target.closest("[data-find]") || event.isComposing) return;
  event.preventDefault();
  const fields = [...form.querySelectorAll("input:not([type=hidden]), select, textarea, button")].filter((one) => one.offsetParent);
  fields[fields.indexOf(event.target) + 1]?.focus();
});

let isSent = false;
form.addEventListener("submit", (event) => {
  if (isSent) event.preventDefault();
  isSent = true;
  place.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => { isSent = false; place.removeAttribute("aria-busy"); });

// After a refusal the hand goes to where it is told.
const wrong = [...form.querySelectorAll(".bo-error")].find((one) => one.textContent.trim());
const hand = wrong?.closest("div, fieldset, p")?.querySelector("input:not([type=hidden]), select, textarea");
(hand ?? form.querySelector("[autofocus]"))?.focus();
