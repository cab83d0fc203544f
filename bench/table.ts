/** Figures as tables: for a terminal while they come in, for pages between two markers. @module */

import { AtlasError } from "../src/base/errors.ts";
import type { Figure, Results, Target } from "./figure.ts";

const HEAD = ["what", "on", "median", "spread", "beside", "ratio", "target"] as const;
const WIDTHS = [52, 22, 14, 19, 46, 7, 10] as const;

/** The cells of a figure in the order of the table's head. */
function cellsOf(figure: Figure): string[] {
  const { name, size, unit, median, min, max, rival, ratio, target, met } = figure;
  const goal = target === null ? "" : `${sign(target)} ${amount(target.value)}`;
  return [
    name,
    size,
    `${amount(median)} ${unit === "requests" && median === 1 ? "request" : unit}`,
    min === max ? "" : `${amount(min)} – ${amount(max)}`,
    rival === null ? "" : `${rival.name}: ${amount(rival.median)} ${unit}`,
    ratio === null ? "" : `× ${amount(ratio)}`,
    met === null ? goal : `${goal} ${met ? "met" : "missed"}`,
  ];
}

function sign({ bound, of, value }: Target): string {
  if (of === "value" && value === 0) return "=";
  return `${bound === "at most" ? "≤" : "≥"}${of === "ratio" ? " ×" : ""}`;
}

/** A number as it is read: three digits that say something, the rest in groups. */
function amount(value: number): string {
  const digits = Math.abs(value) >= 1_000 ? 4 : 3;
  return value.toLocaleString("en-US", { maximumSignificantDigits: digits });
}

/** The head of the table on a terminal. */
export function terminalHead(): string {
  return terminalLine(HEAD);
}

/** A figure on one line of a terminal. */
export function terminalFigure(figure: Figure): string {
  return terminalLine(cellsOf(figure));
}

function terminalLine(cells: readonly string[]): string {
  return cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0)).join(" ").trimEnd();
}

/** The figures as a table in Markdown, and a line about the machine. */
export function markdownTable({ machine, figures, skipped }: Results): string {
  const { system, cores, deno } = machine;
  const rows = [HEAD, ...figures.map(cellsOf)].map((cells) =>
    cells.map((cell) => cell.replaceAll("|", "\\|"))
  );
  const widths = HEAD.map((_, index) =>
    Math.max(3, ...rows.map((cells) => cells[index]?.length ?? 0))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [
    `Measured on ${system} with ${cores} cores, Deno ${deno}.`,
    "",
    line(head),
    line(widths.map((width) => "-".repeat(width))),
    ...body.map(line),
    ...skipped.flatMap(({ topic, why }) => ["", `Not measured: ${topic}, for ${why}.`]),
  ].join("\n");
}

/** The figures that a first reader wants: those with a target, told in one line each. */
export function headlines(results: Results): Results {
  return { ...results, figures: results.figures.filter(({ target }) => target !== null) };
}

const BEGIN = "<!-- bench:begin -->";
const END = "<!-- bench:end -->";

/**
 * The page with `table` between its two markers.
 *
 * @throws AtlasError of kind "configuration" where the page does not have them.
 */
export function withTable(page: string, table: string): string {
  const [begin, end] = placesOf(page);
  return `${page.slice(0, begin)}\n\n${table}\n\n${page.slice(end)}`;
}

/** What stands between the two markers of a page. */
export function tableIn(page: string): string {
  return page.slice(...placesOf(page)).trim();
}

function placesOf(page: string): [number, number] {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin >= 0 && end > begin) return [begin + BEGIN.length, end];
  throw new AtlasError("configuration", `Cannot write the table: ${BEGIN} … ${END} is missing`, {
    hint: "Put the two lines where the table belongs.",
  });
}
