// The door of the returns desk: any number on a parcel is scanned, and says where it belongs. What nobody asked for is put aside.
import { Bar, Queue, button, follow, h, isHeld, leave, root, say, state, whatIs } from "./parts.js";
import { camera } from "./photo.js";

let found = null, parked = null;
const bar = new Bar(heard), body = h("div"), waits = h("ul.bo-choices");
const queue = new Queue({ desk: "door", about: "door", changed: draw, answered });
const note = h("textarea", { rows: 3, maxlength: 2000 });
const may = (name) => state.may.includes(name);

export function begin() {
  root.append(bar.root, body);
  follow(queue, () => state, (next) => { state.waits = next.waits; count(); });
  count();
  draw();
}

async function heard(code) {
  const told = await whatIs(code);
  parked = null;
  if (told.url) { bar.tell("good", told.what); leave(told.url); return; }
  found = { ...told, code };
  if (told.choices?.length) bar.tell("good", told.what);
  else bar.tell("bad", told.what ? `${say("wrong", { what: told.what })} ${say("scan_parcel")}` : say("unknown", { code }));
  draw();
}

function answered(one, told) {
  if (!told.ok) bar.tell("bad", told.trouble);
  else if (told.parcel) { parked = told.parcel; found = null; note.value = ""; bar.tell("done", say("parked", { number: parked.number })); }
  draw();
}

function park(code) {
  if (!code && !note.value.trim()) { bar.tell("bad", say("park_empty")); note.focus(); return; }
  queue.add("park", { code, note: note.value.trim() });
}

function count() {
  waits.replaceChildren(...state.waits.map((one) => h("li", {}, h("a", { href: one.url, "data-waits": one.stage }, h("b", {}, String(one.count)), " ", one.name))));
}

function draw() {
  bar.draw(queue);
  if (isHeld(draw)) return;
  const isStray = found && !found.choices?.length && !found.is_article;
  body.replaceChildren(...[
    found?.choices?.length > 0 && h("section.bo-section", {}, h("h3", {}, say("which")),
      h("ul.bo-choices", {}, found.choices.map((one) => h("li", {}, h("a", { href: one.url }, h("b", {}, one.text), " ", h("span.bo-soft", {}, one.small)))))),
    parked && h("section.bo-section", {}, h("p.bo-place", {}, parked.number), h("p", {}, say("parked", { number: parked.number })),
      may("attach_to_parcel") && h("p.bo-buttons.bo-big", {}, camera(bar, () => ({ parcel: parked.id }), () => {}))),
    may("park_parcel") && !parked && stray(isStray ? found.code : ""),
    h("section.bo-section", {}, h("h3", {}, say("waiting")),
      waits),
  ].filter(Boolean));
}

function stray(code) {
  const inside = [h("label.bo-field", {}, say("note_seen"), note), h("p.bo-buttons.bo-big", {}, button(say("park"), () => park(code), code ? "good" : "", { "data-park": true }))];
  if (code) return h("section.bo-section", {}, h("h3", {}, say("stray")), h("p", {}, say("stray_lead", { code })), inside);
  return h("details.bo-section", {}, h("summary", {}, say("stray_anyway")), inside);
}
