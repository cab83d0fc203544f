/**
 * Draws the tables of figures as charts with uPlot. The table stays, folded, for whoever wants the
 * figures themselves or cannot see the chart.
 *
 * @module
 */

/**
 * What this page uses of uPlot.
 *
 * @typedef {{
 *   readonly ctx: CanvasRenderingContext2D,
 *   readonly width: number,
 *   setSize(size: { width: number, height: number }): void,
 *   destroy(): void,
 * }} Plot
 * @typedef {{
 *   new (options: object, data: (number | null)[][], place: Element): Plot,
 *   tzDate(date: Date, zone: string): Date,
 * }} PlotMaker
 * @typedef {(name: string) => string | undefined} Colours
 */

/** uPlot is a script of the old kind: it defines one name. */
const uplot = new Promise((/** @type {(maker: PlotMaker) => void} */ resolve, reject) => {
  const script = document.createElement("script");
  script.src = "/assets/uplot.js";
  script.onload = () => resolve(Reflect.get(globalThis, "uPlot"));
  script.onerror = () => reject(new Error("uplot.js did not load"));
  document.head.append(script);
});

const HEIGHT = 170;

/** Charts on the page and how to take each of them down. @type {Map<HTMLElement, () => void>} */
const drawn = new Map();

const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", () => drawCharts([...drawn.keys()]));

/** Draws figures, or draws them again. */
export async function drawCharts(/** @type {readonly HTMLElement[]} */ figures) {
  const maker = await uplot;
  for (const figure of [...drawn.keys()]) if (!figure.isConnected) takeDown(figure);
  for (const figure of figures) {
    takeDown(figure);
    drawChart(maker, figure);
  }
}

function takeDown(/** @type {HTMLElement} */ figure) {
  drawn.get(figure)?.();
  drawn.delete(figure);
}

function drawChart(/** @type {PlotMaker} */ UPlot, /** @type {HTMLElement} */ figure) {
  const place = figure.querySelector(".plot");
  const table = figure.querySelector("table");
  if (place === null || table === null) return;
  const { names, times, columns } = readTable(table);
  const { unit = "count", level, levelName } = figure.dataset;
  const colour = coloursOf(figure);
  const stepMs = (times[1] ?? 0) - (times[0] ?? 0);
  const values = level === undefined ? columns : [...columns, times.map(() => Number(level))];
  const options = {
    width: place.clientWidth,
    height: HEIGHT,
    tzDate: (/** @type {number} */ at) => UPlot.tzDate(new Date(at * 1_000), "Etc/UTC"),
    cursor: { y: false, drag: { x: false } },
    scales: { x: { time: true }, y: { range: rangeOf(unit, values) } },
    axes: [
      axis(colour, (at) => timeText(at * 1_000, stepMs), { space: 56 }),
      axis(colour, (value) => valueText(value, unit), { size: 58 }),
    ],
    series: [
      { label: "UTC", value: shownOr("", (at) => timeText(at * 1_000, 0)) },
      ...names.map((name, index) => ({
        label: name,
        stroke: colour(`line-${index + 1}`),
        width: 2,
        // The second line is dashed: colour alone tells some people nothing.
        ...(index === 1 ? { dash: [6, 4] } : {}),
        spanGaps: true,
        points: { size: 5, fill: colour("card") },
        value: shownOr("–", (value) => valueText(value, unit)),
      })),
      ...(level === undefined ? [] : [{
        label: levelName,
        stroke: colour("faint"),
        width: 1,
        dash: [2, 4],
        points: { show: false },
        value: () => valueText(Number(level), unit),
      }]),
    ],
  };
  place.replaceChildren();
  const plot = new UPlot(options, [times.map((at) => at / 1_000), ...values], place);
  describe(plot, figure);
  const watcher = new ResizeObserver(() => {
    const width = place.clientWidth;
    if (width > 0 && width !== plot.width) plot.setSize({ width, height: HEIGHT });
  });
  watcher.observe(place);
  drawn.set(figure, () => {
    watcher.disconnect();
    plot.destroy();
  });
  if (!figure.classList.contains("drawn")) {
    figure.classList.add("drawn");
    const details = figure.querySelector("details");
    if (details !== null) details.open = false;
  }
}

/**
 * A canvas knows no variables of a style sheet, so the browser has to say what they come to.
 *
 * @returns {Colours}
 */
function coloursOf(/** @type {HTMLElement} */ figure) {
  const probe = document.createElement("span");
  figure.append(probe);
  const names = ["line-1", "line-2", "line-3", "faint", "rule", "card"];
  const colours = new Map(
    names.map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return (name) => colours.get(name);
}

/** For whoever hears the page: the drawing is an image, and the table below says the same. */
function describe(/** @type {Plot} */ { ctx }, /** @type {HTMLElement} */ figure) {
  const caption = figure.querySelector("figcaption")?.textContent ?? "";
  ctx.canvas.setAttribute("role", "img");
  ctx.canvas.setAttribute("aria-label", `${caption}: a chart of the table below`);
}

function readTable(/** @type {HTMLTableElement} */ table) {
  const names = [...table.querySelectorAll("thead th")].slice(1).map((cell) => cell.textContent);
  const rows = [...table.querySelectorAll("tbody tr")];
  return {
    names,
    times: rows.map((row) => Date.parse(row.querySelector("time")?.dateTime ?? "")),
    columns: names.map((_, index) =>
      rows.map((row) => {
        const text = row.querySelectorAll("td")[index]?.dataset["value"] ?? "";
        return text === "" ? null : Number(text);
      })
    ),
  };
}

/** An axis, whose marks are written by `text`. */
function axis(
  /** @type {Colours} */ colour,
  /** @type {(value: number) => string} */ text,
  /** @type {object} */ more,
) {
  return {
    stroke: colour("faint"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: colour("rule"), width: 1 },
    ticks: { stroke: colour("rule"), width: 1 },
    values: (/** @type {Plot} */ _plot, /** @type {number[]} */ marks) => marks.map(text),
    ...more,
  };
}

/** How the legend writes a value; `nothing` where there is none. */
function shownOr(
  /** @type {string} */ nothing,
  /** @type {(value: number) => string} */ text,
) {
  return (/** @type {Plot} */ _plot, /** @type {number | null} */ value) =>
    value === null ? nothing : text(value);
}

/** From nothing to a little above the highest value; shares are told from each other near 100 %. */
function rangeOf(/** @type {string} */ unit, /** @type {(number | null)[][]} */ columns) {
  const known = columns.flat().filter((value) => value !== null);
  if (unit === "percent") {
    const least = Math.min(...known);
    return [Math.max(0, Math.floor(least * 20 - 1) / 20), 1.005];
  }
  const most = Math.max(...known);
  return [0, most === 0 ? 1 : most * 1.08];
}

function valueText(/** @type {number} */ value, /** @type {string} */ unit) {
  if (unit === "percent") return `${Math.floor(value * 1_000 + 1e-6) / 10} %`;
  if (unit === "seconds") return `${Number(value.toPrecision(2))} s`;
  return String(Math.round(value * 10) / 10);
}

const DAY_MS = 86_400_000;

/** `14:00` where the steps are short, `15 Jan` where they are not; both for a step of 0. */
function timeText(/** @type {number} */ at, /** @type {number} */ stepMs) {
  const date = new Date(at);
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  const hour = date.toISOString().slice(11, 16);
  if (stepMs === 0) return `${day} ${hour}`;
  return stepMs >= DAY_MS || at % DAY_MS === 0 ? day : hour;
}
