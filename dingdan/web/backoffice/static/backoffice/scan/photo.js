// Photographs by the phone's own camera: made small enough to travel, sent under a key of their own, kept until they are there.
import { button, h, key, say, token, urls } from "./parts.js";

const LONGEST = 2000; // pixels of the longer side: writing on a label stays readable
const QUALITY = .85;

// A button that opens the camera; `about` says what the photo hangs on, `done` is told what the server answers.
export function camera(bar, about, done) {
  const file = h("input", { type: "file", accept: "image/*", capture: "environment", hidden: true, "data-photo-file": true, onchange: async () => {
    const [chosen] = file.files;
    file.value = "";
    if (chosen) send(bar, { ...about(), key: key() }, await small(chosen), done);
  } });
  file.hasChangeListener = true; // else the shell's script looks for a line beside it to write the file's name into
  return [file, button(say("photo"), () => file.click(), "quiet", { "data-photo": true })];
}

async function small(file) {
  try {
    const picture = await createImageBitmap(file), scale = LONGEST / Math.max(picture.width, picture.height);
    if (scale >= 1) return file;
    const canvas = h("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((made) => canvas.toBlob((blob) => made(blob ?? file), "image/jpeg", QUALITY));
  } catch {
    return file; // a kind that this browser does not draw: the server says whether it takes it
  }
}

async function send(bar, facts, file, done) {
  const form = new FormData();
  for (const [name, value] of Object.entries(facts)) if (value) form.append(name, value);
  form.append("file", file, file.name ?? "photo.jpg");
  let told;
  try {
    const answer = await fetch(urls.photo, { method: "POST", body: form, headers: { "X-CSRFToken": token() }, signal: AbortSignal.timeout(60000), redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    told = await answer.json();
  } catch {
    bar.tell("bad", say("photo_lost", { why: say("no_connection") }));
    bar.told.append(" ", button(say("photo_again"), () => send(bar, facts, file, done), "quiet"));
    return;
  }
  bar.tell(told.ok ? "good" : "bad", told.ok ? say("photo_sent") : told.trouble);
  done(told);
}
