/**
 * Keeps a page current while somebody looks at it, and draws its charts. Without this script the page
 * is the same, but stands still and shows tables.
 *
 * @module
 */

const POLL_MS = 3_000;

/**
 * The parts of the page as the server sent them, by id: what was drawn into them since does not count.
 *
 * @type {Map<string, string>}
 */
const sent = new Map();
/** The tag of the answer that is shown; empty: not known yet. */
let tag = "";
/** @type {typeof import("./charts.js") | null} */
let charts = null;

for (const part of liveParts(document)) sent.set(part.id, part.outerHTML);
await draw(document.body);
if (sent.size > 0) keepCurrent();

function liveParts(/** @type {Document} */ page) {
  return [...page.querySelectorAll("[data-live]")];
}

/** Draws the charts inside of an element; what is needed for that is loaded with the first one. */
async function draw(/** @type {Element} */ element) {
  const figures = [...element.querySelectorAll("figure.chart")]
    .filter((figure) => figure instanceof HTMLElement);
  if (figures.length === 0) return;
  charts ??= await import("./charts.js");
  await charts.drawCharts(figures);
}

/** Asks again and again, as long as the page is looked at. */
async function keepCurrent() {
  for (;;) {
    await whileVisible();
    await refresh();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function whileVisible() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", resolve, { once: true });
  });
}

async function refresh() {
  try {
    const answer = await fetch(location.pathname + location.search, {
      cache: "no-store",
      headers: tag === "" ? {} : { "if-none-match": tag },
      signal: AbortSignal.timeout(10_000),
    });
    if (answer.status !== 304) {
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      tag = answer.headers.get("etag") ?? "";
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      await replaceParts(page);
    }
    tell("live");
  } catch {
    tell("no answer; trying again");
  }
}

/** Says how the connection is, and nothing where that is no news. */
function tell(/** @type {string} */ text) {
  const place = document.getElementById("connection");
  if (place === null || place.textContent === text) return;
  place.textContent = text;
  place.classList.toggle("lost", text !== "live");
}

/** Replaces the parts that are different, and nothing else, so that a reader keeps their place. */
async function replaceParts(/** @type {Document} */ page) {
  document.title = page.title;
  for (const part of liveParts(page)) {
    const html = part.outerHTML;
    const old = document.getElementById(part.id);
    if (old === null || sent.get(part.id) === html) continue;
    sent.set(part.id, html);
    const place = placeOf(old);
    const fresh = document.adoptNode(part);
    old.replaceWith(fresh);
    await draw(fresh);
    restorePlace(fresh, place);
  }
}

const FOCUSABLE = "a, button, input, summary, [tabindex]";

/** What a reader has opened inside of the part, and where the keyboard is. */
function placeOf(/** @type {Element} */ part) {
  return {
    details: [...part.querySelectorAll("details")].map(({ open }) => open),
    focus: [...part.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement ?? part),
    address: document.activeElement?.getAttribute("href"),
  };
}

function restorePlace(
  /** @type {Element} */ part,
  /** @type {ReturnType<typeof placeOf>} */ { details, focus, address },
) {
  const fresh = [...part.querySelectorAll("details")];
  // Another number of them means other texts; which of those was open nobody can tell.
  if (fresh.length === details.length) {
    fresh.forEach((element, index) => element.open = details[index] ?? false);
  }
  if (focus < 0) return;
  const places = [...part.querySelectorAll(FOCUSABLE)];
  const same = places.find((one) => address !== null && one.getAttribute("href") === address);
  const place = same ?? places[focus];
  if (place instanceof HTMLElement) place.focus({ preventScroll: true });
}
