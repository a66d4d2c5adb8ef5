// Codes seen by the camera: by the browser's own detector where there is one, else by the decoder that lies beside us.
import { h, button, say, urls } from "./parts.js";

const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "code_93", "itf", "codabar", "qr_code", "data_matrix"];
const AGAIN = 1500; // milliseconds in which the same code is the same piece
let open = null;

export async function look(bar, opener, heard) {
  if (open) { open(); return; }
  if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) {
    bar.tell("bad", say("no_camera", { why: say("insecure") }));
    return;
  }
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
  } catch (fault) {
    bar.tell("bad", say("no_camera", { why: fault.message }));
    return;
  }
  const video = h("video", { playsinline: true, muted: true });
  video.srcObject = stream;
  await video.play();
  const [track] = stream.getVideoTracks();
  let isOn = true, isLit = false, last = "", at = 0;
  const torch = track.getCapabilities?.().torch ? button(say("torch"), () => {
    isLit = !isLit;
    track.applyConstraints({ advanced: [{ torch: isLit }] });
  }, "quiet") : null;
  open = () => {
    isOn = false;
    stream.getTracks().forEach((one) => one.stop());
    bar.view.replaceChildren();
    bar.view.hidden = true;
    opener.textContent = say("camera");
    open = null;
  };
  opener.textContent = say("close_camera");
  bar.view.hidden = false;
  bar.view.replaceChildren(...[video, torch].filter(Boolean));
  const read = await reader();
  while (isOn) {
    const code = await read(video).catch(() => ""), now = performance.now();
    if (isOn && code && (code !== last || now - at > AGAIN)) {
      heard(code);
      last = code;
      at = now;
    } else if (code) at = now;
    await new Promise((done) => setTimeout(done, 120));
  }
}

async function reader() {
  if ("BarcodeDetector" in window) {
    const known = await BarcodeDetector.getSupportedFormats();
    const formats = FORMATS.filter((one) => known.includes(one));
    if (formats.length) {
      const detector = new BarcodeDetector({ formats });
      return async (video) => (await detector.detect(video))[0]?.rawValue ?? "";
    }
  }
  await new Promise((done, failed) => document.head.append(h("script", { src: urls.decoder, onload: done, onerror: failed })));
  const { HTMLCanvasElementLuminanceSource, HybridBinarizer, BinaryBitmap, MultiFormatReader } = window.ZXing;
  const decoder = new MultiFormatReader(), canvas = document.createElement("canvas");
  return async (video) => {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d", { willReadFrequently: true }).drawImage(video, 0, 0);
    try {
      return decoder.decode(new BinaryBitmap(new HybridBinarizer(new HTMLCanvasElementLuminanceSource(canvas)))).getText();
    } catch {
      return "";
    }
  };
}
