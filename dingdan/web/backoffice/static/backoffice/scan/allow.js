// Goods of an order came that nobody had announced: what came is counted, and let come back on the spot where the rules let it.
import { Bar, Queue, button, follow, h, isHeld, leave, root, say, state as first, whatIs } from "./parts.js";

let state = first, counts = {}, isSent = false;
const bar = new Bar(heard), body = h("div");
const queue = new Queue({ desk: "allow", about: state.id, changed: draw, answered });
const reason = h("select", {}, state.reasons.map(([code, name]) => h("option", { value: code }, name)));
const override = h("input", { type: "text", maxlength: 200 });
const able = state.may.includes("authorize_return");
const of = (line) => counts[line.key] ?? 0;
const same = (one, two) => Boolean(one) && one.toLowerCase() === two.toLowerCase();

export function begin() {
  root.append(bar.root, body);
  follow(queue, () => state, (next) => { state = next; bar.tell("", say("changed")); draw(); });
  draw();
}

function answered(one, told) {
  isSent = false;
  if (told.ok && told.go) { bar.tell("done", ""); leave(told.go, { isBack: false }); return; }
  if (!told.ok) bar.tell("bad", told.trouble);
  if (told.state) state = told.state;
  draw();
}

function put(line) {
  if (!able) { bar.tell("bad", say("may_not_allow")); return; }
  const more = line.step > 1 ? line.most - of(line) : 1;
  if (!more || of(line) + more > line.most) { bar.tell("bad", say("enough", { what: line.name })); return; }
  counts[line.key] = of(line) + more;
  bar.tell("good", `${line.name}: ${of(line) / line.step}`);
  draw();
}

async function heard(code) {
  const found = state.lines.filter((line) => same(line.barcode, code) || same(line.sku, code));
  if (found.length) { put(found.find((line) => of(line) < line.most) ?? found[0]); return; }
  bar.tell("bad", say("unknown", { code }));
  const told = await whatIs(code);
  if (told.is_article) bar.told.textContent = say("not_of_order", { what: told.what });
  else if (told.url && !Object.values(counts).some(Boolean)) leave(told.url);
}

function allow() {
  const lines = state.lines.filter(of).map((line) => ({ line: line.line, component: line.component, quantity: of(line) }));
  if (!lines.length) { bar.tell("bad", say("allow_nothing")); return; }
  if (isSent) return;
  isSent = true;
  queue.add("allow", { order: state.id, lines, reason: reason.value, override: override.value.trim() });
}

function draw() {
  bar.draw(queue);
  if (isHeld(draw)) return;
  const isAgainst = state.lines.some((line) => of(line) && !line.is_allowed);
  body.replaceChildren(...[
    !state.lines.length && h("section.bo-section", {}, h("p.bo-what", {}, say("nothing_returnable"))),
    state.lines.length > 0 && h("section.bo-section", {}, h("p.bo-what", {}, able ? say("count_what_came") : say("may_not_allow")),
      h("ul.bo-stops.bo-pieces", {}, state.lines.map((line) => h("li.bo-counted", {},
        h("button", { type: "button", disabled: !able, onclick: () => put(line), "data-line": line.sku }, h("b", {}, String(of(line) / line.step)),
          h("span", {}, line.name, h("small", {}, [line.sku, say("up_to", { count: line.most / line.step }), line.says].filter(Boolean).join(" · ")))),
        of(line) > 0 && button("−", () => { counts[line.key] = Math.max(0, of(line) - line.step); draw(); }, "quiet", { "aria-label": `${line.name}: ${say("take_one_off")}` }))))),
    able && state.lines.length > 0 && h("section.bo-section", {}, h("label.bo-field", {}, say("why"), reason),
      isAgainst && state.may_override && h("label.bo-field", {}, say("against"), override, h("small", {}, say("against_note"))),
      h("p.bo-buttons.bo-big", {}, button(say("allow"), allow, "good", { "data-allow": true, disabled: isSent }))),
    h("p.bo-buttons", {}, h("a.bo-button.quiet", { href: state.desk }, say("put_aside_instead"))),
  ].filter(Boolean));
}
