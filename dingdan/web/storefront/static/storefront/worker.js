// What the shop does without a connection. The network comes first, always. From memory come files, and pages on which somebody
// only looks around, which then say of when they are. A cart, a checkout, an order or an account never comes from memory.
"use strict";
const FILES = `${SHOP.root} files ${SHOP.version}`;
const PAGES = `${SHOP.root} pages`;
const MOST_PAGES = 40;
const MOST_FILES = 150;
const TONGUES = Object.keys(SHOP.languages).join("|");
const LOOKED_AT = new RegExp(`^(?:(?:${TONGUES})/)?(?:[pc]/[a-z0-9._-]+/)?$`);
const FOR_GOOD = /^(?:pictures\/|icons\/|theme\.css$|icon\.svg$|logo\/)/;
const KEPT_AT = "x-kept-at";

self.addEventListener("install", (event) => event.waitUntil(
  (async () => {
    const files = await caches.open(FILES);
    await files.addAll([...SHOP.files, ...Object.values(SHOP.languages).map((one) => one.offline)]);
    await self.skipWaiting();
  })(),
));

self.addEventListener("activate", (event) => event.waitUntil(
  (async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(SHOP.root + " ") && name !== FILES && name !== PAGES) await caches.delete(name);
    }
    await self.clients.claim();
  })(),
));

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  const path = url.pathname.startsWith(SHOP.root) ? url.pathname.slice(SHOP.root.length) : null;
  if (path !== null && path.startsWith("~")) return; // another shop of this server
  if (request.mode === "navigate") {
    if (path !== null) event.respondWith(page(event, path, url));
  } else if (request.method === "GET" && path !== null && FOR_GOOD.test(path)) {
    event.respondWith(fromMemory(event));
  } else if (request.method === "GET" && url.pathname.startsWith("/static/")) {
    event.respondWith(fromNetwork(event));
  }
});

async function page(event, path, url) {
  const { request } = event;
  const isLookedAt = request.method === "GET" && !url.search && LOOKED_AT.test(path);
  try {
    const answer = await fetch(request);
    if (isLookedAt && answer.ok && answer.type === "basic") event.waitUntil(keepPage(url.pathname, answer.clone()));
    if (isLookedAt && answer.status === 404) event.waitUntil(caches.open(PAGES).then((pages) => pages.delete(url.pathname)));
    return answer;
  } catch {
    return (isLookedAt && (await remembered(path, url.pathname))) || (await withoutConnection(path));
  }
}

function languageOf(path) {
  const named = path.split("/")[0];
  return SHOP.languages[named] || SHOP.languages[SHOP.usual];
}

async function keepPage(path, answer) {
  const headers = new Headers(answer.headers);
  headers.set(KEPT_AT, String(Date.now()));
  const pages = await caches.open(PAGES);
  await pages.delete(path); // the last one seen stands last
  await pages.put(path, new Response(await answer.blob(), { headers }));
  await trim(pages, MOST_PAGES);
}

async function trim(kept, most) {
  const names = await kept.keys();
  await Promise.all(names.slice(0, Math.max(0, names.length - most)).map((one) => kept.delete(one)));
}

const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

// A page from memory says of when it is. One in which there is no place to say it is not shown.
async function remembered(path, name) {
  const kept = await (await caches.open(PAGES)).match(name);
  if (!kept) return null;
  const words = languageOf(path), at = new Date(Number(kept.headers.get(KEPT_AT)));
  const time = new Intl.DateTimeFormat(words.tag, { dateStyle: "medium", timeStyle: "short" }).format(at);
  const said = `<p class="note" id="as-of" role="status">${escaped(words.asOf.replace("{time}", time))}</p>`;
  return filledIn(kept, (text) => text.replace('<main id="main">', (main) => main + said), said);
}

async function withoutConnection(path) {
  const words = languageOf(path), files = await caches.open(FILES), pages = await caches.open(PAGES);
  const kept = await files.match(words.offline);
  if (!kept) return Response.error();
  const rows = [];
  for (const one of (await pages.keys()).reverse()) {
    const title = /<h1>([^<]*)<\/h1>/.exec(await (await pages.match(one)).text());
    const name = new URL(one.url).pathname;
    if (title && languageOf(name.slice(SHOP.root.length)) === words) rows.push(`<li><a href="${escaped(name)}">${title[1]}</a></li>`);
  }
  const seen = rows.length ? `<section><h2>${escaped(words.seen)}</h2><ul class="chips">${rows.slice(0, 12).join("")}</ul></section>` : "";
  return filledIn(kept, (text) => text.replace("</main>", (end) => seen + end), seen);
}

async function filledIn(kept, change, wanted) {
  const text = change(await kept.text());
  if (!text.includes(wanted)) return null;
  const headers = new Headers(kept.headers);
  for (const name of ["content-length", "content-encoding", "etag"]) headers.delete(name);
  return new Response(text, { status: 200, headers });
}

// A file whose address changes when it does.
async function fromMemory(event) {
  const files = await caches.open(FILES);
  const kept = await files.match(event.request);
  if (kept) return kept;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(files.put(event.request, answer.clone()).then(() => trim(files, MOST_FILES)));
  return answer;
}

async function fromNetwork(event) {
  const files = await caches.open(FILES);
  try {
    const answer = await fetch(event.request);
    if (answer.ok) event.waitUntil(files.put(event.request, answer.clone()));
    return answer;
  } catch (fault) {
    const kept = await files.match(event.request);
    if (kept) return kept;
    throw fault;
  }
}
