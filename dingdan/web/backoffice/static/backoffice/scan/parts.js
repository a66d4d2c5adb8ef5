// What the desks of the warehouse share: drawing, sounds, what is scanned, the queue of what is not sent yet.
const desk = document.getElementById("bo-desk");
const words = JSON.parse(document.getElementById("bo-words").textContent);

export const urls = { send: desk.dataset.send, what: desk.dataset.what, photo: desk.dataset.photo, decoder: desk.dataset.decoder };
export const state = JSON.parse(document.getElementById("bo-state").textContent);

export function say(name, facts = {}) {
  return words[name].replace(/\{(\w+)\}/g, (whole, key) => facts[key] ?? whole);
}

// An element: its tag with classes ("p.bo-soft"), attributes and handlers, children.
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((one) => one != null && one !== false));
  return made;
}

export function button(text, press, tone = "", attributes = {}) {
  return h(`button.bo-button${tone ? `.${tone}` : ""}`, { type: "button", onclick: press, ...attributes }, text);
}

// ── sounds ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const TONES = { ok: [[880, 0, .09]], wrong: [[190, 0, .18], [150, .22, .3]], done: [[660, 0, .1], [880, .12, .1], [1175, .24, .2]] };
let audio = null;
export const sound = { isOn: localStorage.getItem("bo-sound") !== "off" };

export function play(name) {
  desk.dataset.sound = name;
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(name === "wrong" ? [120, 60, 120] : 40);
  if (!sound.isOn || !window.AudioContext) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume();
  for (const [pitch, start, length] of TONES[name]) {
    const tone = audio.createOscillator(), volume = audio.createGain(), at = audio.currentTime + start;
    tone.type = name === "wrong" ? "square" : "sine";
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(.25, at);
    volume.gain.exponentialRampToValueAtTime(.001, at + length);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + length);
  }
}

export function mute() {
  sound.isOn = !sound.isOn;
  localStorage.setItem("bo-sound", sound.isOn ? "on" : "off");
}

// ── the scanner, to which wedge.js listens ──────────────────────────────────────────────────────────────────────────────

let hears = null;

// From now on the desk hears what is scanned, and first what was scanned before it was there.
export function listen() { window.scanner.to(hears); }

// Goes to another page. What is scanned meanwhile is meant for that one.
export function leave(url, { isBack = true } = {}) {
  window.scanner.leave();
  if (isBack) location.assign(url); else location.replace(url);
}

// ── what is pressed ─────────────────────────────────────────────────────────────────────────────────────────────────────

let isPressed = false;
const due = new Set();
addEventListener("pointerdown", (event) => { isPressed ||= event.button === 0; }, true);
for (const name of ["pointerup", "pointercancel", "blur"]) addEventListener(name, () => setTimeout(() => {
  isPressed = false;
  const waited = [...due];
  due.clear();
  for (const draw of waited) draw();
}), { capture: name !== "blur" });

// Whether something is pressed down just now: drawn anew under the finger, a button would never learn of it. Drawn once it is let go.
export function isHeld(draw) {
  if (isPressed) due.add(draw);
  return isPressed;
}

// ── what is not sent yet ────────────────────────────────────────────────────────────────────────────────────────────────

export class Queue {
  // Sends in order, each under its own key, so that whatever is sent twice is done once. Kept over a reload.
  constructor({ desk: name, about, changed, answered }) {
    Object.assign(this, { name, about, changed, answered, place: `bo-queue-${name}-${about}`, isSending: false, isOffline: false, answeredAt: 0 });
    try { this.waiting = JSON.parse(localStorage.getItem(this.place) ?? "[]"); } catch { this.waiting = []; }
    addEventListener("online", () => this.send());
    addEventListener("offline", () => { this.isOffline = true; this.changed(); });
    setInterval(() => this.send(), 3000);
    addEventListener("beforeunload", (event) => { if (this.waiting.length && this.isOffline) event.preventDefault(); });
    this.send();
  }

  add(act, facts) {
    this.waiting.push({ ...facts, act, key: key(), desk: this.name, about: this.about, at: Date.now() });
    this.keep();
    this.send();
  }

  // Takes back the last one, where nobody has sent it yet.
  drop(act) {
    const last = this.waiting.length - 1;
    if (last < (this.isSending ? 1 : 0) || this.waiting[last].act !== act) return null;
    const [gone] = this.waiting.splice(last);
    this.keep();
    return gone;
  }

  keep() {
    localStorage.setItem(this.place, JSON.stringify(this.waiting));
    this.changed();
  }

  async send() {
    if (this.isSending || !this.waiting.length) return;
    this.isSending = true;
    try {
      while (this.waiting.length) {
        const one = this.waiting[0], told = await this.post(one);
        if (!told) break;
        this.waiting.shift();
        this.answeredAt = performance.now();
        localStorage.setItem(this.place, JSON.stringify(this.waiting));
        this.answered(one, told, this.waiting.length === 0);
      }
    } finally {
      this.isSending = false;
      this.changed();
    }
  }

  async post(one) {
    try {
      const answer = await fetch(urls.send, {
        method: "POST", body: JSON.stringify({ ...one, ago: Math.max(0, Date.now() - one.at) || 0 }), headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
        signal: AbortSignal.timeout(15000), redirect: "error",
      });
      if (answer.status >= 500) throw new Error(answer.statusText);
      this.isOffline = false;
      return await answer.json();
    } catch {
      this.isOffline = true;
      this.changed();
      return null;
    }
  }
}

// What others did meanwhile: the desk is given what the page would know now, if that is not what it knows. While something of
// one's own is under way its answer brings it; what was asked for before that answer came is older than it.
export function follow(queue, known, take) {
  document.addEventListener("bo-state", ({ detail }) => {
    if (queue.waiting.length || queue.isSending || detail.began < queue.answeredAt) return;
    if (JSON.stringify(detail.state) !== JSON.stringify(known())) take(detail.state);
  });
}

// Two columns where there is room for them, one below the other where there is none.
export function halves(left, right) {
  return h("div.bo-halves", {}, h("div", {}, ...[left].flat()), h("div", {}, ...[right].flat()));
}

export const token = () => document.querySelector("#bo-desk [name=csrfmiddlewaretoken]").value;

export function key() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function whatIs(code) {
  try {
    const answer = await fetch(`${urls.what}?code=${encodeURIComponent(code)}`, { signal: AbortSignal.timeout(4000) });
    return answer.ok ? await answer.json() : { what: "", url: "" };
  } catch {
    return { what: "", url: "" };
  }
}

// ── the bar above every desk: a line to type into, the camera, the sound, what is not sent yet ───────────────────────────

export class Bar {
  constructor(heard) {
    this.line = h("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "done", "aria-label": say("scan"), placeholder: say("scan") });
    this.told = h("p.bo-heard", { role: "status", "aria-live": "assertive" });
    this.unsent = h("p.bo-unsent", { role: "status", hidden: true });
    this.view = h("div.bo-camera", { hidden: true });
    this.sound = button("", () => { mute(); this.draw(); if (sound.isOn) play("ok"); }, "quiet");
    const form = h("form.bo-scanline", { onsubmit: (event) => {
      event.preventDefault();
      const code = this.line.value.trim();
      this.line.value = "";
      if (code) window.scanner.add(code);
    } }, this.line, h("button.bo-button", { type: "submit" }, say("enter")));
    const camera = button(say("camera"), async () => {
      const { look } = await import("./camera.js");
      look(this, camera, window.scanner.add);
    }, "quiet");
    this.root = h("section.bo-section.bo-scanbar", {}, form, h("p.bo-buttons", {}, camera, this.sound), this.view, this.told, this.unsent);
    hears = heard;
    this.draw();
  }

  draw(queue = null) {
    this.sound.textContent = say(sound.isOn ? "sound_on" : "sound_off");
    this.sound.setAttribute("aria-pressed", String(sound.isOn));
    const count = queue?.waiting.length ?? 0;
    this.unsent.hidden = !(queue?.isOffline && count) && count < 3;
    this.unsent.textContent = `${say("unsent", { count })}${queue?.isOffline ? ` ${say("offline")}` : ""}`;
  }

  tell(tone, text) {
    this.told.className = `bo-heard ${tone}`;
    this.told.textContent = text;
    if (tone) play(tone === "bad" ? "wrong" : tone === "done" ? "done" : "ok");
  }
}

// Asks in the page itself: a browser's own question stops a scanner that types.
export function ask(text, ...answers) {
  return new Promise((done) => {
    const box = h("dialog.bo-ask", { oncancel: () => finish(null) }, h("p", {}, text),
      h("p.bo-buttons", {}, answers.map(([name, words_, tone]) => button(words_, () => finish(name), tone)), button(say("back"), () => finish(null), "quiet")));
    function finish(name) { box.close(); box.remove(); done(name); }
    desk.append(box);
    box.showModal();
  });
}

export const root = desk;
