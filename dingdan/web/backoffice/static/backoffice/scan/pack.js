// Packing: every piece is scanned into a package; it closes only when nothing is missing.
import { Bar, Queue, ask, button, follow, h, halves, isHeld, root, say, state as first, whatIs } from "./parts.js";

let state = first, packages = [], at = 0, isClosing = false;
const place = `bo-packages-${state.id}`, bar = new Bar(heard), body = h("div");
const queue = new Queue({ desk: "pack", about: state.id, changed: draw, answered });
const SIZES = ["weight", "length", "width", "height"];
const SCALE = /^(\d+(?:[.,]\d+)?)\s*(kg|g)$/i;

const may = (name) => state.may.includes(name);
const isToPack = () => state.stage === "to_pack" || state.stage === "to_pick";
const inside = (line) => packages.reduce((sum, one) => sum + (one.contents[line.id] ?? 0), 0);
const total = () => state.lines.reduce((sum, line) => sum + line.quantity, 0);
const missing = () => state.lines.reduce((sum, line) => sum + line.quantity - inside(line), 0);

export function begin() {
  root.append(bar.root, body);
  restore();
  follow(queue, () => state, changed);
  if (isToPack() && state.is_mine && may("take_shipment")) queue.add("take_shipment", { shipment: state.id, over: false });
  draw();
}

// Somebody else took over, packed it, opened it, or changed what belongs into it.
function changed(next) {
  const was = state.is_mine;
  state = next;
  restore();
  bar.tell("", was && !state.is_mine ? say("somebody", { who: state.who }) : say("changed"));
  draw();
}

// What was scanned before a reload is still there; of lines that are gone or became less, only what still fits.
function restore() {
  try { packages = JSON.parse(localStorage.getItem(place) ?? "[]"); } catch { packages = []; }
  for (const line of state.lines) {
    let room = line.quantity;
    for (const one of packages) {
      one.contents[line.id] = Math.min(one.contents[line.id] ?? 0, room);
      room -= one.contents[line.id];
    }
  }
  if (!packages.length) packages = [{ contents: {} }];
  at = packages.length - 1;
}

function keep() {
  localStorage.setItem(place, JSON.stringify(packages));
  draw();
}

function answered(one, told, isLast) {
  if (!told.ok && !(one.act === "take_shipment" && told.is_taken)) bar.tell("bad", told.trouble);
  if (one.act === "pack") isClosing = false;
  if (told.state && isLast) {
    state = told.state;
    if (told.ok && one.act === "pack") { localStorage.removeItem(place); bar.tell("done", say("packed")); }
    if (told.ok && one.act === "unpack") { packages = [{ contents: {} }]; at = 0; bar.tell("good", ""); }
    draw();
  }
}

async function heard(code) {
  const weighed = SCALE.exec(code);
  if (weighed && isToPack()) {
    const grams = Math.round(Number(weighed[1].replace(",", ".")) * (weighed[2].toLowerCase() === "kg" ? 1000 : 1));
    packages[at].weight = grams;
    bar.tell("good", say("weighed", { grams }));
    keep();
    return;
  }
  const wanted = code.toLowerCase(), found = state.lines.filter((line) => [line.barcode, line.sku, ...line.lots].some((known) => known && known.toLowerCase() === wanted));
  const line = found.find((one) => inside(one) < one.quantity);
  if (line && isToPack()) { put(line, 1); return; }
  bar.tell("bad", found.length ? say("too_many", { what: `${found[0].name} (${found[0].sku})` }) : say("unknown", { code }));
  if (found.length) return;
  const told = await whatIs(code);
  if (told.url && told.url !== location.pathname && (!isToPack() || !missing() || missing() === total())) { leave(told.url); return; }
  bar.told.textContent = told.what ? say("not_in", { what: told.what }) : say("unknown", { code });
}

function put(line, count) {
  if (!state.is_mine) { bar.tell("bad", say("somebody", { who: state.who })); return; }
  const box = packages[at];
  box.contents[line.id] = Math.max(0, (box.contents[line.id] ?? 0) + Math.min(count, line.quantity - inside(line)));
  bar.tell(missing() ? "good" : "done", missing() ? `${line.name}: ${say("of", { done: inside(line), all: line.quantity })}` : say("complete"));
  keep();
}

function close() {
  const filled = packages.map((one) => Object.entries(one.contents).filter(([, quantity]) => quantity > 0));
  if (missing()) { bar.tell("bad", say("still", { count: missing() })); return; }
  const empty = filled.findIndex((one) => !one.length);
  if (empty >= 0) { bar.tell("bad", say("empty", { number: empty + 1 })); return; }
  if (isClosing) return;
  isClosing = true;
  queue.add("pack", { shipment: state.id, packages: packages.map((one, index) => ({ weight: one.weight, length: one.length, width: one.width, height: one.height, contents: filled[index].map(([line, quantity]) => ({ line, quantity })) })) });
}

async function takeOver() {
  if (await ask(say("take_over_ask", { who: state.who }), ["yes", say("take_over"), "bad"])) queue.add("take_shipment", { shipment: state.id, over: true });
}

async function unpack() {
  if (await ask(say("unpack_ask"), ["yes", say("unpack"), "bad"])) queue.add("unpack", { shipment: state.id });
}

function draw() {
  bar.draw(queue);
  if (isHeld(draw)) return;
  if (body.contains(document.activeElement) && document.activeElement.matches("input")) return;
  body.replaceChildren(isToPack() ? packing() : packed());
}

function packing() {
  const able = state.is_mine && may("pack_shipment");
  const left = [
    !state.is_mine && h("section.bo-section", {}, h("p.bo-refused", {}, say("somebody", { who: state.who })), may("take_shipment") && h("p.bo-buttons", {}, button(say("take_over"), takeOver, "bad"))),
    state.note && h("section.bo-section", {}, h("p.bo-soft", {}, say("note")), h("p.bo-text", {}, state.note)),
    h("section.bo-section", {},
      h("p.bo-count", {}, h("b", { "data-missing": true }, String(missing())), " ", h("span", {}, missing() ? say("of", { done: total() - missing(), all: total() }) : say("complete"))),
      h("ul.bo-stops", {}, state.lines.map((line) => h(`li${inside(line) < line.quantity ? "" : ".full"}`, {}, h("button", { type: "button", disabled: !able || inside(line) >= line.quantity, onclick: () => put(line, 1) },
        h("b", {}, `${inside(line)} / ${line.quantity}`), h("span", {}, line.name, h("small", {}, [line.sku, line.barcode, ...line.lots].filter(Boolean).join(" · ")))))))),
  ];
  const closing = able && h("p.bo-buttons.bo-big", {}, button(say("close"), close, "good", { "data-close": true, disabled: isClosing }), missing() > 0 && button(say("new_package"), () => { packages.push({ contents: {} }); at = packages.length - 1; keep(); }, "quiet", { "data-new-package": true }));
  const print = state.papers.length > 0 && h("section.bo-section", {}, h("h3", {}, say("papers")), h("p.bo-buttons", {}, papers()));
  return halves(left, [...packages.map((one, index) => box(one, index, able)), closing, print]);
}

const papers = () => state.papers.map((one) => h("a.bo-button.quiet", { href: one.url, target: "_blank", rel: "noopener", "data-paper": true }, one.text));

function box(one, index, able) {
  const held = state.lines.filter((line) => one.contents[line.id]);
  return h(`section.bo-section${index === at ? ".bo-current" : ""}`, {},
    h("h3", {}, h("button.bo-plain-button", { type: "button", "aria-pressed": String(index === at), onclick: () => { at = index; keep(); } }, say("package", { number: index + 1 }), index === at ? " ●" : "")),
    h("ul.bo-totes", {}, held.map((line) => h("li", {}, line.name, h("b", {}, `× ${one.contents[line.id]}`), able && button("−", () => { one.contents[line.id] -= 1; keep(); }, "quiet", { "aria-label": `${line.name} −1` })))),
    h("div.bo-sizes", {}, SIZES.map((name) => h("label.bo-field", {}, say(name), h("input", { type: "number", inputmode: "numeric", min: 1, value: one[name] ?? "", onchange: (event) => { one[name] = event.target.valueAsNumber > 0 ? Math.round(event.target.valueAsNumber) : undefined; localStorage.setItem(place, JSON.stringify(packages)); } })))),
    packages.length > 1 && !held.length && h("p.bo-buttons", {}, button(say("remove_package"), () => { packages.splice(index, 1); at = packages.length - 1; keep(); }, "quiet")));
}

function packed() {
  const isPacked = state.state === "packed";
  return h("section.bo-section", {}, h("p.bo-what", {}, isPacked ? say("packed") : say("not_packable")),
    h("p.bo-buttons.bo-big", {}, ...(isPacked ? [
      state.next && h("a.bo-button.good", { href: state.next, "data-next": true }, say("next_shipment")),
      h("a.bo-button", { href: state.hand_over }, say("hand_over")),
      ...papers(),
      may("unpack_shipment") && button(say("unpack"), unpack, "quiet", { "data-unpack": true }),
    ].filter(Boolean) : [])));
}
