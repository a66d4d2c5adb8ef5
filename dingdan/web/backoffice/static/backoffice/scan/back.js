// A return at the desk: an article is scanned, its grade is tapped, and what finishing would do stands below. Undo until then.
import { Bar, Queue, ask, button, follow, h, halves, isHeld, leave, root, say, state as first, whatIs } from "./parts.js";
import { camera } from "./photo.js";

let state = first, at = null, count = 1, serial = "", isFinishing = false;
const bar = new Bar(heard), body = h("div");
const queue = new Queue({ desk: "back", about: state.id, changed: draw, answered });

const may = (name) => state.may.includes(name);
const left = (piece) => piece.quantity - piece.held;
const missing = () => state.pieces.reduce((sum, piece) => sum + left(piece), 0);
const current = () => state.pieces.find((piece) => piece.id === at);
const shown = (piece, quantity) => String(quantity / piece.step);
const named = (piece) => `${piece.name} (${piece.sku})`;
const same = (one, two) => Boolean(one) && one.toLowerCase() === two.toLowerCase();

export function begin() {
  root.append(bar.root, body);
  for (const one of queue.waiting) foresee(one);
  follow(queue, () => state, changed);
  draw();
}

// Somebody else said something of this return, or is done with it: their last word is told, and what is in hand stays in hand.
function changed(next) {
  const known = new Set(state.said.map((one) => one.id)), news = next.said.find((one) => !known.has(one.id));
  state = next;
  if (!current() || !left(current())) at = null;
  else count = Math.min(count, left(current()));
  bar.tell("", news ? `${news.who}: ${news.count} × ${news.name} → ${news.grade}` : say("changed"));
  draw();
}

// Counts what is not sent yet as the server will.
function foresee(one) {
  const piece = state.pieces.find((known) => known.id === one.piece);
  if (one.act === "examine" && piece) piece.held = Math.min(piece.quantity, piece.held + one.quantity);
}

function answered(one, told, isLast) {
  if (!told.ok) bar.tell("bad", told.trouble);
  if (one.act === "finish") { isFinishing = false; if (told.ok) bar.tell("done", `${say("finished")} ${told.told}`.trim()); }
  if (one.act === "arrive" && told.ok) bar.tell("done", say("arrived"));
  if (told.state && isLast) { state = told.state; if (!current() || !left(current())) at = null; }
  draw();
}

function choose(piece) {
  if (!state.is_open || !may("examine_pieces")) return;
  const before = current();
  if (before && before.id !== piece.id) { bar.tell("bad", say("grade_first", { what: named(before) })); return; }
  if (!left(piece)) { bar.tell("bad", say("enough", { what: named(piece) })); return; }
  if (before && piece.tracking !== "serial" && count + piece.step <= left(piece)) count += piece.step; // one more of the same
  else if (!before) { at = piece.id; count = piece.step > 1 ? left(piece) : 1; serial = ""; }
  bar.tell("good", piece.tracking === "serial" && !serial ? say("serial_ask") : `${shown(piece, count)} × ${piece.name}. ${say("grade_ask")}`);
  draw();
}

async function heard(code) {
  if (!state.is_open) { await elsewhere(code); return; }
  const piece = current(), grade = state.grades.find((one) => same(one.code, code));
  if (grade && piece) { give(grade); return; }
  const matches = state.pieces.filter((one) => same(one.barcode, code) || same(one.sku, code)), open = matches.find(left);
  if (open) { choose(open); return; }
  if (matches.length) { bar.tell("bad", say("enough", { what: named(matches[0]) })); return; }
  if (piece && piece.tracking !== "none") {
    serial = code;
    bar.tell("good", `${piece.name}, ${code}. ${say("grade_ask")}`);
    draw();
    return;
  }
  await elsewhere(code);
}

// A code that is nothing of this return: another parcel, an article that does not belong here, or unknown.
async function elsewhere(code) {
  bar.tell("bad", say("unknown", { code }));
  const told = await whatIs(code);
  if (told.is_article) bar.told.textContent = say("wrong_article", { what: told.what });
  else if (told.url === location.pathname) bar.tell("good", say("scan_article"));
  else if (told.url && (!state.is_open || !state.said.length) && !queue.waiting.length) leave(told.url);
  else if (told.url) bar.told.replaceChildren(say("other_parcel", { what: told.what }), " ", h("a.bo-button.quiet", { href: told.url }, say("go_there")));
}

function give(grade) {
  const piece = current();
  if (!piece) return;
  if (piece.tracking === "serial" && !serial) { bar.tell("bad", say("serial_ask")); return; }
  queue.add("examine", { piece: piece.id, grade: grade.code, quantity: count, lot: serial, name: piece.name });
  piece.held += count;
  bar.tell(missing() ? "good" : "done", `${shown(piece, count)} × ${piece.name} → ${grade.name} · ${grade.place}`);
  at = null;
  count = 1;
  serial = "";
  draw();
}

function undo() {
  const gone = queue.drop("examine");
  if (gone) {
    const piece = state.pieces.find((one) => one.id === gone.piece);
    piece.held -= gone.quantity;
    bar.tell("good", say("undone_look", { what: piece.name }));
    draw();
    return;
  }
  const [last] = state.said;
  if (!last || queue.waiting.length) { bar.tell("bad", say("nothing_to_undo")); return; }
  queue.add("undo", { examination: last.id });
  bar.tell("good", say("undone_look", { what: `${last.count} × ${last.name}` }));
}

async function finish() {
  const rest = current();
  if (rest) { bar.tell("bad", say("grade_first", { what: named(rest) })); return; }
  if (!state.said.length && !queue.waiting.length) { bar.tell("bad", say("nothing_looked")); return; }
  if (isFinishing) return;
  const count_ = state.pieces.reduce((sum, piece) => sum + left(piece) / piece.step, 0);
  if (count_ && !await ask(say("left_out", { count: count_ }), ["yes", say("finish_anyway"), "bad"])) return;
  isFinishing = true;
  queue.add("finish", { return: state.id });
}

function photographed(told) {
  if (told.state) { state = told.state; draw(); }
}

function draw() {
  bar.draw(queue);
  if (isHeld(draw)) return;
  if (body.contains(document.activeElement) && document.activeElement.matches("input[type=number]")) return;
  body.replaceChildren(state.is_open ? halves([card(), outcome()], [list(), last()]) : ended());
}

function card() {
  const piece = current();
  if (!piece) {
    return missing() > 0 && h("section.bo-section", {}, h("p.bo-what", {}, say("scan_article")),
      !state.is_here && may("note_arrival") && h("p.bo-buttons", {}, button(say("here"), () => queue.add("arrive", { return: state.id }), "quiet", { "data-arrive": true })));
  }
  const isSerial = piece.tracking === "serial", isReady = !isSerial || serial;
  const number = h("input", { type: "number", inputmode: "decimal", min: 1 / piece.step, max: left(piece) / piece.step, step: 1 / piece.step, value: shown(piece, count), "aria-label": say("how_many"),
    onchange: (event) => { count = Math.max(1, Math.min(left(piece), Math.round(event.target.valueAsNumber * piece.step) || 1)); event.target.blur(); draw(); } });
  return h("section.bo-section.bo-current", { "data-piece": piece.sku },
    h("p.bo-what", {}, piece.name), h("p.bo-soft", {}, [piece.sku, piece.barcode, piece.why].filter(Boolean).join(" · ")),
    isSerial ? h("p.bo-what", {}, serial || say("serial_ask"))
      : h("p.bo-many", {}, h("label", {}, say("how_many"), " ", number), left(piece) > piece.step && count < left(piece) && button(say("all", { count: shown(piece, left(piece)) }), () => { count = left(piece); draw(); }, "quiet", { "data-all": true })),
    h("div.bo-grades", { role: "group", "aria-label": say("grade_ask") }, state.grades.map((one) =>
      h(`button.bo-button.${one.goes}`, { type: "button", disabled: !isReady, "data-grade": one.code, onclick: () => give(one) }, h("b", {}, one.name), h("small", {}, one.place)))),
    h("p.bo-buttons", {}, may("attach_to_return") && camera(bar, () => ({ return: state.id, line: piece.line }), photographed),
      button(say("back"), () => { at = null; serial = ""; count = 1; draw(); }, "quiet")));
}

function list() {
  const able = may("examine_pieces");
  return h("section.bo-section", {}, h("h3", {}, say("expected")),
    h("ul.bo-stops.bo-pieces", {}, state.pieces.map((piece) => {
      const photos = state.photos.filter((one) => one.line === piece.line);
      return h(`li${left(piece) ? "" : ".done"}`, {},
        h("button", { type: "button", disabled: !able || !left(piece), "aria-current": piece.id === at ? "step" : null, onclick: () => choose(piece) },
          h("b", {}, `${shown(piece, piece.held)} / ${shown(piece, piece.quantity)}`), h("span", {}, piece.name, h("small", {}, [piece.sku, piece.barcode, piece.why].filter(Boolean).join(" · ")))),
        photos.length > 0 && h("p.bo-photos", {}, photos.map((one) => h("a", { href: one.url }, h("img", { src: `${one.url}?picture`, alt: one.name, loading: "lazy" })))));
    })));
}

function last() {
  if (!state.said.length && !queue.waiting.length) return null;
  return h("section.bo-section", {}, h("h3", {}, say("looked")),
    h("ul.bo-totes", {}, state.said.map((one) => h("li", {}, h("b", {}, `${one.count} × ${one.grade}`), " ", one.name, one.lot && h("span", {}, one.lot), h("small", {}, `${one.who} · ${one.at}`)))),
    may("undo_examination") && h("p.bo-buttons", {}, button(say("undo"), undo, "quiet", { "data-undo": true })));
}

function outcome() {
  if (!may("finish_examination") || (!state.said.length && !queue.waiting.length)) return null;
  const offer = state.offer;
  return h("section.bo-section", { "data-outcome": true }, h("h3", {}, say("what_comes")),
    offer?.trouble && h("p.bo-refused", {}, offer.trouble),
    offer && facts(offer.facts), offer?.money && h("p.bo-money", {}, offer.money),
    h("p.bo-buttons.bo-big", {}, button(say("finish"), finish, missing() ? "" : "good", { "data-finish": true, disabled: isFinishing })));
}

function ended() {
  return h("section.bo-section", {}, h("p.bo-what", {}, say("finished")), facts(state.ended),
    h("p.bo-buttons.bo-big", {}, h("a.bo-button.good", { href: state.desk, "data-next": true }, say("next_parcel")), h("a.bo-button.quiet", { href: state.url }, say("open_return"))));
}

function facts(rows) {
  return h("dl.bo-facts", {}, rows.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))));
}
