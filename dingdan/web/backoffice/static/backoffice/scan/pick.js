// A round through the shelves: the next place, what is to be taken there, into which tote.
import { Bar, Queue, ask, button, follow, h, halves, isHeld, root, say, state as first, whatIs } from "./parts.js";

let state = first, at = 0, isThere = false, skipped = new Set();
const bar = new Bar(heard), body = h("div");
const queue = new Queue({ desk: "pick", about: state.id, changed: draw, answered });

const left = (errand) => errand.planned - errand.picked;
const stopLeft = (stop) => stop.errands.reduce((sum, one) => sum + left(one), 0);
const named = (stop) => `${stop.name} (${stop.sku})`;
const isOpen = () => state.state === "walking" && state.stops.some(stopLeft);
const may = (name) => state.may.includes(name);

export function begin() {
  root.append(bar.root, body);
  for (const one of queue.waiting) foresee(one);
  follow(queue, () => state, changed);
  advance();
  draw();
}

// Counts what is not sent yet as the server will.
function foresee(one) {
  if (one.act !== "pick") return;
  for (const stop of state.stops) for (const errand of stop.errands) {
    if (errand.errand_id === one.errand) errand.picked = Math.min(errand.planned, errand.picked + one.quantity);
  }
}

function answered(one, told, isLast) {
  if (!told.ok) bar.tell("bad", told.trouble);
  else if (told.told) bar.tell("good", told.told);
  if (told.state && isLast) {
    learn(told.state);
    if (told.ok && !told.told && state.state === "ended" && one.act !== "undo") bar.tell("done", say("done"));
    draw();
  }
}

// The round as the server knows it; whoever walks stays where they are.
function learn(next) {
  const place = state.stops[at];
  state = next;
  if (place) at = Math.max(0, state.stops.findIndex((stop) => stop.location === place.location && stop.sku === place.sku && stop.lot === place.lot));
  advance();
}

// Somebody else took over, stopped the round, or took something.
function changed(next) {
  const was = state.is_mine;
  learn(next);
  bar.tell("", was && !state.is_mine ? say("somebody", { who: state.who }) : state.state === "stopped" ? say("stopped") : say("changed"));
  draw();
}

function advance() {
  if (state.stops[at] && stopLeft(state.stops[at]) && !skipped.has(at)) return;
  const order = [...state.stops.keys()].map((index) => (at + index) % state.stops.length);
  let next = order.find((index) => stopLeft(state.stops[index]) && !skipped.has(index));
  if (next === undefined && skipped.size) { skipped = new Set(); next = order.find((index) => stopLeft(state.stops[index])); }
  if (next === undefined) return;
  if (state.stops[next].location !== state.stops[at]?.location) isThere = false;
  at = next;
}

function take(stop, quantity, lot = "") {
  if (!may("pick_pieces") || !state.is_mine) { bar.tell("bad", say("somebody", { who: state.who })); return; }
  let rest = quantity, into = null;
  for (const errand of stop.errands) {
    const count = Math.min(rest, left(errand));
    if (count <= 0) continue;
    into ??= errand;
    queue.add("pick", { errand: errand.errand_id, quantity: count, lot });
    errand.picked += count;
    rest -= count;
  }
  if (!into) { bar.tell("bad", say("too_many", { what: named(stop) })); return; }
  const isDone = !state.stops.some(stopLeft);
  bar.tell(isDone ? "done" : "good", isDone ? say("done") : `${stop.name}: ${say("into", { tote: into.tote })}`);
  advance();
  draw();
}

async function heard(code) {
  const stop = state.stops[at];
  if (!stop || !isOpen()) { await other(code, stop); return; }
  const place = state.stops.findIndex((one, index) => one.location === code && (stopLeft(one) || index === at));
  if (place >= 0) {
    if (stop.location !== code) { at = place; skipped.delete(place); }
    isThere = true;
    bar.tell("good", say("here", { place: code }));
    draw();
    return;
  }
  const matches = (one) => [one.barcode, one.sku, one.lot].some((known) => known && known.toLowerCase() === code.toLowerCase());
  const candidates = [at, ...state.stops.keys()].filter((index) => matches(state.stops[index]));
  const open = candidates.find((index) => stopLeft(state.stops[index]));
  if (open !== undefined) {
    const found = state.stops[open];
    if (found.tracking === "serial" && found.lot.toLowerCase() !== code.toLowerCase()) { bar.tell("bad", say("serial_first")); return; }
    at = open;
    skipped.delete(open);
    take(found, 1, found.lot);
    return;
  }
  if (candidates.length) { bar.tell("bad", say("too_many", { what: named(state.stops[candidates[0]]) })); return; }
  if (stop.tracking !== "none" && stopLeft(stop)) {
    const told = await whatIs(code);
    if (!told.what || told.what === named(stop)) { take(stop, 1, code); return; }
  }
  await other(code, stop);
}

async function other(code, stop) {
  bar.tell("bad", say("unknown", { code }));
  const told = await whatIs(code), wanted = stop && isOpen() ? ` ${say("wanted", { what: named(stop) })}` : "";
  bar.told.textContent = (told.what ? say("wrong", { what: told.what }) : say("unknown", { code })) + wanted;
}

function undo() {
  const gone = queue.drop("pick");
  if (gone) {
    for (const stop of state.stops) for (const errand of stop.errands) {
      if (errand.errand_id === gone.errand) { errand.picked -= gone.quantity; at = state.stops.indexOf(stop); }
    }
    bar.tell("good", say("undone", { what: named(state.stops[at]) }));
    draw();
    return;
  }
  const [last] = state.picks;
  if (!last || queue.waiting.length) { bar.tell("bad", say("nothing_to_undo")); return; }
  queue.add("undo", { pick: last.id });
  bar.tell("good", say("undone", { what: `${last.quantity} × ${last.name} ${last.lot}`.trim() }));
}

async function short(stop) {
  const why = await ask(say("short_ask", { count: stopLeft(stop), what: named(stop) }), ["missing", say("missing"), "bad"], ["damaged", say("damaged"), "bad"]);
  if (!why) return;
  for (const errand of stop.errands) if (left(errand)) {
    queue.add("short", { errand: errand.errand_id, reason: why });
    errand.planned = errand.picked;
  }
  advance();
  draw();
}

async function takeOver() {
  if (await ask(say("take_over_ask", { who: state.who }), ["yes", say("take_over"), "bad"])) queue.add("take_wave", { wave: state.id, over: true });
}

async function stopRound() {
  if (await ask(say("stop_ask"), ["yes", say("stop"), "bad"])) queue.add("stop", { wave: state.id });
}

function draw() {
  bar.draw(queue);
  if (isHeld(draw)) return;
  const done = state.stops.reduce((sum, one) => sum + one.errands.reduce((all, errand) => all + errand.picked, 0), 0);
  const all = state.stops.reduce((sum, one) => sum + one.errands.reduce((planned, errand) => planned + errand.planned, 0), 0);
  const notes = [
    !state.is_mine && state.state === "walking" && h("section.bo-section", {}, h("p.bo-refused", {}, say("somebody", { who: state.who })),
      may("take_wave") && h("p.bo-buttons", {}, button(say("take_over"), takeOver, "bad"))),
    state.state === "stopped" && h("section.bo-section", {}, h("p", {}, say("stopped"))),
  ];
  const places = h("section.bo-section", {}, h("h3", {}, say("places"), " ", h("span.bo-soft", {}, say("of", { done, all }))), h("progress", { max: all || 1, value: done, "aria-label": say("of", { done, all }) }), list());
  const stop = isOpen() && may("stop_wave") && h("p.bo-buttons", {}, button(say("stop"), stopRound, "quiet"));
  body.replaceChildren(halves([...notes, isOpen() ? card(state.stops[at]) : finished()], [places, trolley(), stop]));
}

// What lies in each tote, and what is still to come into it.
function trolley() {
  const totes = new Map();
  for (const stop of state.stops) for (const one of stop.errands) {
    const tote = totes.get(one.shipment) ?? { tote: one.tote, shipment: one.shipment, picked: 0, planned: 0 };
    totes.set(one.shipment, { ...tote, picked: tote.picked + one.picked, planned: tote.planned + one.planned });
  }
  const rows = [...totes.values()].sort((one, two) => (one.tote ?? 0) - (two.tote ?? 0));
  return rows.length > 0 && h("section.bo-section", {}, h("h3", {}, say("trolley")), h("ul.bo-totes", {}, rows.map((one) =>
    h("li", {}, one.tote ? say("tote", { tote: one.tote }) : "", h("b", {}, `${one.picked} / ${one.planned}${one.picked >= one.planned ? " ✓" : ""}`), h("small", {}, one.shipment)))));
}

function card(stop) {
  const count = stopLeft(stop), isSerial = stop.tracking === "serial", able = state.is_mine && may("pick_pieces");
  return h("section.bo-section.bo-stop", { "data-stop": stop.sku },
    h(`p.bo-place${isThere ? ".there" : ""}`, {}, stop.location, isThere ? " ✓" : ""),
    stop.picture && h("p.bo-article", {}, h("img", { src: stop.picture, alt: stop.name })),
    h("p.bo-what", {}, stop.name),
    h("p.bo-soft", {}, [stop.sku, stop.barcode, stop.lot && say("lot", { code: stop.lot }), stop.expires && say("expires", { day: stop.expires })].filter(Boolean).join(" · ")),
    h("p.bo-count", {}, h("b", {}, String(count)), " ", h("span", {}, say("of", { done: stop.errands.reduce((sum, one) => sum + one.picked, 0), all: stop.errands.reduce((sum, one) => sum + one.planned, 0) }))),
    h("ul.bo-totes", {}, stop.errands.filter((one) => one.planned).map((one) => h(`li${left(one) ? "" : ".full"}`, {}, say("tote", { tote: one.tote }), h("b", {}, `${one.picked} / ${one.planned}`), h("small", {}, one.shipment)))),
    isSerial && h("p.bo-soft", {}, say("serial")),
    h("p.bo-buttons.bo-big", {},
      able && !isSerial && count > 0 && button(say("one_more"), () => take(stop, 1, stop.lot), "good", { "data-one": true }),
      able && !isSerial && count > 1 && button(say("all", { count }), () => take(stop, count, stop.lot)),
      able && may("undo_pick") && button(say("undo"), undo, "quiet", { "data-undo": true }),
      able && may("report_short") && count > 0 && button(say("short"), () => short(stop), "quiet", { "data-short": true }),
      state.stops.filter(stopLeft).length > 1 && button(say("skip"), () => { skipped.add(at); advance(); draw(); }, "quiet")));
}

function finished() {
  return h("section.bo-section", {}, h("p.bo-what", {}, state.state === "stopped" ? say("stopped") : say("done")),
    h("ul.bo-totes", {}, state.pack.map((one) => h("li", {}, h("a", { href: one.url }, one.tote ? say("tote", { tote: one.tote }) : "", " ", h("b", {}, one.number), " ", say("pack_now"))))),
    state.picks.length > 0 && state.is_mine && may("undo_pick") && h("p.bo-buttons", {}, button(say("undo"), undo, "quiet", { "data-undo": true })));
}

function list() {
  return h("ol.bo-stops", {}, state.stops.map((stop, index) => {
    const missing = stop.errands.reduce((sum, one) => sum + one.missing, 0), all = stop.errands.reduce((sum, one) => sum + one.planned, 0);
    return h(`li${stopLeft(stop) ? "" : ".full"}`, {}, h("button", { type: "button", "aria-current": index === at && isOpen() ? "step" : null, onclick: () => { if (stopLeft(stop)) { at = index; skipped.delete(index); draw(); scrollTo({ top: 0 }); } } },
      h("b", {}, stop.location), h("span", {}, stop.name, h("small", {}, [stop.sku, stop.lot].filter(Boolean).join(" · "))), h("span.bo-number", {}, `${all - stopLeft(stop)} / ${all}`, missing ? h("small", {}, say("missing_count", { count: missing })) : "")));
  }));
}
