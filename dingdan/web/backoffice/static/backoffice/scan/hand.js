// Handing over: labels are scanned, a carrier takes the parcels. A code that is no parcel's is the tracking number of the last.
import { Bar, Queue, button, follow, h, halves, isHeld, root, say, state as first, whatIs } from "./parts.js";

let state = first, chosen = new Map(), last = null;
const bar = new Bar(heard), body = h("div");
const carrier = h("input", { type: "text", list: "bo-carriers", maxlength: 60, value: localStorage.getItem("bo-carrier") ?? state.carriers[0] ?? "" });
const queue = new Queue({ desk: "hand", about: "hand", changed: draw, answered });
const able = state.may.includes("ship_shipments");

export function begin() {
  const carriers = h("datalist", { id: "bo-carriers" }, state.carriers.map((one) => h("option", { value: one })));
  root.append(bar.root, h("section.bo-section", {}, h("label.bo-field", {}, say("carrier"), carrier), carriers), body);
  follow(queue, () => state, changed);
  draw();
}

// Something was packed and waits now, or somebody else handed it over.
function changed(next) {
  state = next;
  const there = new Set(state.parcels.map((one) => one.id));
  chosen = new Map([...chosen].filter(([id]) => there.has(id)));
  draw();
}

function answered(one, told, isLast) {
  if (told.ok) bar.tell("good", say("handed", { number: one.number }));
  else bar.tell("bad", `${one.number}: ${told.trouble}`);
  if (told.state && isLast) { state = told.state; if (told.ok) bar.tell("done", say("handed", { number: one.number })); draw(); }
}

function choose(parcel) {
  if (!chosen.has(parcel.id)) chosen.set(parcel.id, { ...parcel });
  last = parcel.id;
  bar.tell("good", parcel.number);
  draw();
}

async function heard(code) {
  const wanted = code.toLowerCase(), found = state.parcels.find((one) => one.codes.some((known) => known.toLowerCase() === wanted));
  if (found) { choose(found); return; }
  bar.tell("bad", say("unknown", { code }));
  const told = await whatIs(code);
  if (told.what) { bar.told.textContent = say("wrong", { what: told.what }); return; }
  const parcel = chosen.get(last);
  if (!parcel || parcel.tracking === code) return;
  parcel.tracking = code;
  bar.tell("good", say("tracking_of", { number: parcel.number, code }));
  draw();
}

function handOver() {
  const by = carrier.value.trim();
  if (!by) { bar.tell("bad", say("no_carrier")); carrier.focus(); return; }
  localStorage.setItem("bo-carrier", by);
  for (const one of chosen.values()) queue.add("ship", { shipment: one.id, number: one.number, carrier: by, tracking: one.tracking });
  const gone = new Set(chosen.keys());
  state.parcels = state.parcels.filter((one) => !gone.has(one.id));
  chosen = new Map();
  last = null;
  draw();
}

function draw() {
  bar.draw(queue);
  if (isHeld(draw)) return;
  if (body.contains(document.activeElement) && document.activeElement.matches("input")) return;
  const rest = state.parcels.filter((one) => !chosen.has(one.id));
  body.replaceChildren(halves(
    h("section.bo-section", {}, h("h3", {}, say("chosen"), " ", h("span.bo-soft", {}, String(chosen.size))),
      chosen.size ? h("ul.bo-parcels", {}, [...chosen.values()].reverse().map(row)) : h("p.bo-soft", {}, say("none_chosen")),
      chosen.size > 0 && able ? h("p.bo-buttons.bo-big", {}, button(say("hand_over_count", { count: chosen.size }), handOver, "good", { "data-hand-over": true })) : "",
      h("p.bo-soft", {}, say("irreversible"))),
    h("section.bo-section", {}, h("h3", {}, say("parcels"), " ", h("span.bo-soft", {}, String(rest.length))),
      rest.length ? h("ul.bo-stops", {}, rest.map((one) => h("li", {}, h("button", { type: "button", disabled: !able, onclick: () => choose(one) }, h("b", {}, one.number), h("span", {}, one.order, h("small", {}, [one.method, one.node, say("packages", { count: one.packages })].filter(Boolean).join(" · "))))))) : h("p.bo-soft", {}, say("nothing_waits")))));
}

function row(one) {
  return h("li", {}, h("p", {}, h("b", {}, one.number), " ", h("span.bo-soft", {}, one.order)),
    h("label.bo-field", {}, say("tracking"), h("input", { type: "text", maxlength: 80, value: one.tracking, onchange: (event) => { chosen.get(one.id).tracking = event.target.value.trim(); } })),
    button(say("leave_out"), () => { chosen.delete(one.id); draw(); }, "quiet"));
}
