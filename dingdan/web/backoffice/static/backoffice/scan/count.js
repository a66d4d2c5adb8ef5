// Counting: a place, what lies there by scan or by hand. What was counted at a place is told when one is done there.
import { Bar, Queue, ask, button, h, halves, isHeld, root, say, state as first, whatIs } from "./parts.js";

let state = first, place = null, waitsForLot = null;
const kept = `bo-counted-${state.id}`, bar = new Bar(heard), body = h("div");
const queue = new Queue({ desk: "count", about: state.id, changed: draw, answered });

const keyOf = (line) => [line.location, line.sku, line.lot, line.owner_id ?? ""].join("\n");
const here = () => state.lines.filter((one) => one.location === place?.code);
const isDone = (line) => line.counted !== null && !line.is_again;
const named = (line) => `${line.name} (${line.sku})`;
const isAble = () => state.is_open && state.may;
let typed = restore();

export function begin() {
  root.append(bar.root, body);
  for (const one of queue.waiting) foresee(one);
  draw();
}

// What was scanned and not told yet is still there after a reload.
function restore() {
  try { return new Map(JSON.parse(localStorage.getItem(kept) ?? "[]")); } catch { return new Map(); }
}

function keep() {
  localStorage.setItem(kept, JSON.stringify([...typed]));
  draw();
}

// Shows what is not sent yet as it will be.
function foresee(one) {
  for (const told of one.lines ?? []) {
    const line = state.lines.find((known) => known.location === one.location && known.sku === told.sku && known.lot === (told.lot ?? ""));
    if (line) Object.assign(line, { counted: told.counted, is_again: false });
  }
}

function answered(one, told, isLast) {
  if (!told.ok) bar.tell("bad", told.trouble);
  else if (told.told) bar.tell("bad", told.told);
  if (told.state && isLast) { merge(told.state); draw(); }
}

function merge(fresh) {
  state.is_open = fresh.is_open;
  const before = state.lines.findIndex((one) => one.location === fresh.location);
  const others = state.lines.filter((one) => one.location !== fresh.location || (one.is_new && !fresh.lines.some((line) => keyOf(line) === keyOf(one) || (line.sku === one.sku && line.lot === one.lot))));
  others.splice(before < 0 ? others.length : before, 0, ...fresh.lines);
  state.lines = others;
}

async function go(code, id) {
  place = { code, id: id ?? state.lines.find((one) => one.location === code)?.location_id };
  waitsForLot = null;
  bar.tell("good", say("here", { place: code }));
  draw();
  try {
    const answer = await fetch(`${state.place_url}?location=${encodeURIComponent(code)}`, { signal: AbortSignal.timeout(4000) });
    if (answer.ok && !queue.waiting.length) { merge(await answer.json()); draw(); }
  } catch { /* without a connection the sheet is as it was */ }
}

async function heard(code) {
  if (!isAble()) { bar.tell("bad", say(state.is_open ? "may_not" : "over")); return; }
  if (waitsForLot) { const line = waitsForLot; waitsForLot = null; add({ ...line, lot: code }); return; }
  if (state.lines.some((one) => one.location === code)) { go(code); return; } // what is scanned next need not wait for the sheet
  const wanted = code.toLowerCase();
  const matches = here().filter((one) => [one.barcode, one.sku, one.lot].some((known) => known && known.toLowerCase() === wanted));
  const exact = matches.find((one) => one.lot.toLowerCase() === wanted) ?? (matches.length === 1 && matches[0].tracking === "none" ? matches[0] : null);
  if (exact) { plus(exact); return; }
  if (matches.length) { waitsForLot = matches[0]; bar.tell("good", say("lot_wanted", { what: named(matches[0]) })); return; }
  const told = await whatIs(code);
  if (told.location) { go(told.location, told.location_id); return; }
  if (!told.sku) { bar.tell("bad", say("unknown", { code })); return; }
  if (!place) { bar.tell("bad", say("no_place")); return; }
  const line = { location: place.code, location_id: place.id, sku: told.sku, name: told.name, barcode: told.barcode, tracking: told.tracking, unit: told.unit, lot: told.lot, counted: null, by: "", is_again: false, is_new: true };
  if (told.tracking !== "none" && !told.lot) { waitsForLot = line; bar.tell("good", say("lot_wanted", { what: told.what })); return; }
  add(line);
}

// A place of the sheet that has this lot, or one that the sheet does not have.
function add(line) {
  const known = here().find((one) => one.sku === line.sku && one.lot.toLowerCase() === line.lot.toLowerCase());
  if (known) { plus(known); return; }
  state.lines.push({ ...line, counted: null, by: "", is_again: false, is_new: true });
  plus(state.lines.at(-1), say("found", { what: named(line) }));
}

function plus(line, told = "") {
  const count = line.tracking === "serial" ? 1 : Number(typed.get(keyOf(line)) ?? 0) + 1;
  typed.set(keyOf(line), String(count));
  bar.tell("good", told || `${line.name}: ${count}`);
  keep();
}

async function done() {
  const lines = here(), told = lines.filter((one) => typed.has(keyOf(one)));
  const rest = lines.filter((one) => !isDone(one) && !typed.has(keyOf(one)));
  if (!told.length && !rest.length) { bar.tell("bad", say("nothing_typed")); return; }
  if (rest.length) {
    const why = await ask(say("rest_ask", { count: rest.length }), ["none", say("rest_none"), "bad"], ["later", say("rest_later")]);
    if (!why) return;
    if (why === "none") for (const one of rest) { typed.set(keyOf(one), "0"); told.push(one); }
  }
  if (!told.length) return;
  for (const again of [false, true]) {
    const some = told.filter((one) => (one.counted !== null) === again);
    if (some.length) queue.add("count", { location: place.code, again, lines: some.map((one) => ({ sku: one.sku, location_id: one.location_id, lot: one.lot, owner_id: one.owner_id ?? null, counted: typed.get(keyOf(one)) })) });
  }
  for (const one of told) { Object.assign(one, { counted: typed.get(keyOf(one)), is_again: false }); typed.delete(keyOf(one)); }
  bar.tell(state.lines.every(isDone) ? "done" : "good", state.lines.every(isDone) ? say("all_done") : say("written", { place: place.code }));
  const next = places().find((one) => one.lines.some((line) => !isDone(line)));
  place = next ? { code: next.code, id: next.lines[0].location_id } : null;
  keep();
}

function places() {
  const found = new Map();
  for (const line of state.lines) {
    if (!found.has(line.location)) found.set(line.location, { code: line.location, lines: [] });
    found.get(line.location).lines.push(line);
  }
  return [...found.values()];
}

function draw() {
  bar.draw(queue);
  if (isHeld(draw)) return;
  const focus = document.activeElement?.dataset?.line;
  const count = state.lines.filter(isDone).length, all = state.lines.length;
  body.replaceChildren(halves([
    !isAble() && h("section.bo-section", {}, h("p.bo-refused", {}, say(state.is_open ? "may_not" : "over"))),
    isAble() && (place ? card() : h("section.bo-section", {}, h("p.bo-what", {}, say(count === all ? "all_done" : "choose")),
      count > 0 && h("p.bo-buttons", {}, h("a.bo-button", { href: state.sheet_url, "data-sheet": true }, say("to_sheet"))))),
  ], h("section.bo-section", {}, h("h3", {}, say("places"), " ", h("span.bo-soft", {}, say("of", { done: count, all }))), h("progress", { max: all || 1, value: count, "aria-label": say("of", { done: count, all }) }), list())));
  if (focus) body.querySelector(`[data-line="${CSS.escape(focus)}"]`)?.focus();
}

function card() {
  const lines = here();
  return h("section.bo-section", { "data-place": place.code },
    h("p.bo-place.there", {}, place.code),
    lines.length ? h("ul.bo-tally", {}, lines.map(row)) : h("p.bo-soft", {}, say("empty_place")),
    h("p.bo-buttons.bo-big", {}, button(say("done_here"), done, "good", { "data-done": true })));
}

function row(line) {
  const known = keyOf(line), told = line.counted !== null ? say(line.is_again ? "again" : "by", { count: line.counted, who: line.by || "–" }) : "";
  const field = h("input", { type: "text", inputmode: line.unit ? "decimal" : "numeric", maxlength: 15, value: typed.get(known) ?? "", "data-line": known, "aria-label": say("pieces", { what: named(line) }), oninput: (event) => {
    const text = event.target.value.trim();
    if (text) typed.set(known, text); else typed.delete(known);
    localStorage.setItem(kept, JSON.stringify([...typed]));
  } });
  return h(`li${isDone(line) && !typed.has(known) ? ".done" : ""}`, {},
    h("div", {}, h("b", {}, line.name), h("small", {}, [line.sku, line.lot && say("lot", { code: line.lot }), told].filter(Boolean).join(" · "))),
    field, line.unit && h("span.bo-soft", {}, line.unit),
    button("+1", () => plus(line), "quiet", { "aria-label": say("plus", { what: named(line) }) }));
}

function list() {
  return h("ol.bo-stops", {}, places().map((one) => {
    const count = one.lines.filter(isDone).length;
    return h(`li${count === one.lines.length ? ".full" : ""}`, {}, h("button", { type: "button", "aria-current": one.code === place?.code ? "step" : null, onclick: () => { go(one.code); scrollTo({ top: 0 }); } },
      h("b", {}, one.code), h("span", {}, one.lines.slice(0, 2).map((line) => line.name).join(", "), one.lines.length > 2 ? " …" : ""), h("span.bo-number", {}, `${count} / ${one.lines.length}`)));
  }));
}
