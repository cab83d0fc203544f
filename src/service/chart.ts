/** Small charts as SVG text: days on one axis, a figure on the other, a target as a dashed line. Pure. @module */

/** What a chart shows. */
export interface Chart {
  readonly title: string;
  /** How a value is said, as `4.2 h`. */
  readonly say: (value: number) => string;
  /** One a day, the oldest first; null: nothing was measured. */
  readonly points: readonly { readonly day: string; readonly value: number | null }[];
  /** null: there is none. */
  readonly target: number | null;
  /** Where the axis ends at least and at most; left out: where the values do. */
  readonly range?: { readonly least: number; readonly most: number };
}

const WIDTH = 320;
const HEIGHT = 120;
const LEFT = 44;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 20;

/** The chart; its colours are those of the classes in the page's style sheet. */
export function chartSvg({ title, say, points, target, range }: Chart): string {
  const values = points.flatMap(({ value }) => value ?? []);
  const all = target === null ? values : [...values, target];
  const least = range?.least ?? 0;
  const most = Math.max(range?.most ?? 0, ...all, least + 1e-9);
  const floor = Math.min(least, ...all);
  const x = (index: number) =>
    LEFT + (points.length < 2 ? 0 : index / (points.length - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) =>
    TOP + (1 - (value - floor) / (most - floor || 1)) * (HEIGHT - TOP - BOTTOM);
  const dots = points.flatMap(({ value, day }, index) =>
    value === null ? [] : [
      `<circle class="dot" cx="${round(x(index))}" cy="${round(y(value))}" r="2.5">` +
      `<title>${escapeHtml(`${day}: ${say(value)}`)}</title></circle>`,
    ]
  );
  const [first, last] = [points[0]?.day ?? "", points.at(-1)?.day ?? ""];
  const said = values.length === 0
    ? "nothing was measured"
    : `from ${say(Math.min(...values))} to ${say(Math.max(...values))}`;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" ` +
    `aria-label="${escapeHtml(`${title}, ${first} to ${last}: ${said}`)}">`,
    ...[floor, most].map((value) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(value))}" y2="${
        round(y(value))
      }"/>` +
      `<text class="axis" text-anchor="end" x="${LEFT - 5}" y="${round(y(value) + 3)}">${
        escapeHtml(say(value))
      }</text>`
    ),
    target === null
      ? ""
      : `<line class="target" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(target))}" y2="${
        round(y(target))
      }"><title>${escapeHtml(`target ${say(target)}`)}</title></line>`,
    `<path class="line" d="${path(points, x, y)}"/>`,
    ...dots,
    `<text class="axis" x="${LEFT}" y="${HEIGHT - 5}">${escapeHtml(first.slice(5))}</text>`,
    `<text class="axis" text-anchor="end" x="${WIDTH - RIGHT}" y="${HEIGHT - 5}">${
      escapeHtml(last.slice(5))
    }</text>`,
    "</svg>",
  ].join("");
}

/** A day without a value breaks the line. */
function path(
  points: Chart["points"],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  let isDown = false;
  return points.map(({ value }, index) => {
    const step = value === null ? "" : `${isDown ? "L" : "M"}${round(x(index))} ${round(y(value))}`;
    isDown = value !== null;
    return step;
  }).join("");
}

function round(value: number): string {
  return String(Number(value.toFixed(1)));
}

/** Text that can stand anywhere in HTML, also in an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (character) => `&#${character.codePointAt(0)};`,
  );
}
