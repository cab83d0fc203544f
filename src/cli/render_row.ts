/** One row of a plan, cell by cell: what stood there, what will, and why. @module */

import { must, unreachable } from "../base/assert.ts";
import type { Tab } from "../contract/schema.ts";
import type { CellPlan, CellVerdict, RowAction, RowPlan, SealedShow } from "../mirror/plan.ts";
import { cellChange, LEAVING_WORDS, rowSummary } from "../mirror/plan_words.ts";
import type { Paint, Tone } from "./paint.ts";
import { oneLine, padTo, remark, widthOf, wrap } from "./terminal_text.ts";

/** How to print a row. */
export interface RowOptions {
  readonly paint: Paint;
  /** Columns of the terminal. */
  readonly width: number;
  /** Takes secrets out of text. */
  readonly mask: (text: string) => string;
}

/** A row's own symbol and tone, and what a cell's verdict gets. */
type Mark = readonly [symbol: string, tone: Tone];

const MARKS: Readonly<Record<CellVerdict, Mark>> = {
  "exported": ["~", "change"],
  "accepted": ["~", "good"],
  "merged": ["~", "good"],
  "refused": ["!", "bad"],
  "restored": ["↺", "warn"],
  "conflict": ["!", "bad"],
  "agreed": ["=", "faint"],
  "normalised": ["~", "change"],
  "caught-up": ["~", "change"],
};

const CELL_INDENT = "      ";
const REASON_INDENT = CELL_INDENT + "    ";
/** Values get what the line has left, and never less than this. */
const VALUE_WIDTH_MIN = 12;
/** Reasons line up behind changes that are not wider than this. */
const CHANGE_WIDTH_ALIGNED = 40;

/** The lines of one row. */
export function rowLines(tab: Tab, row: RowPlan<SealedShow>, options: RowOptions): string[] {
  const { paint, mask, width } = options;
  const [symbol, tone] = rowMark(row.action);
  const about = describe(tab, row.action, options);
  const room = width - widthOf(row.id) - 6;
  const lines = [
    `  ${paint(tone, symbol)} ${paint("strong", oneLine(mask(row.id), width - 4))}  ${
      paint("faint", oneLine(about, room))
    }`,
    ...cellLines(tab, row.cells, options),
  ];
  const aside = (symbol: string, text: string) =>
    lines.push(...remark(symbol, mask(text), width, CELL_INDENT));
  for (const { index } of row.copies) aside("-", `row ${index + 1}: a second row with this ID`);
  for (const { code, reason } of row.findings) aside("!", `${reason} [${code}]`);
  for (const line of row.explanations) aside("→", `said in the sheet: ${line}`);
  for (const { field, text } of row.rescued) {
    aside("→", `kept in the audit: ${headerOf(tab, field)} ${JSON.stringify(text)}`);
  }
  return lines;
}

function rowMark(action: RowAction): Mark {
  switch (action.kind) {
    case "standing":
      return ["·", "faint"];
    case "add":
      return action.why === "put-back" ? ["↺", "warn"] : ["+", "good"];
    case "remove":
      return ["-", "bad"];
    case "forget":
      return ["·", "faint"];
    default:
      return unreachable(action);
  }
}

function describe(tab: Tab, action: RowAction, { mask }: RowOptions): string {
  switch (action.kind) {
    case "standing":
      return `row ${action.index + 1}${action.anchor === null ? ", gets its anchor" : ""}${
        action.orphans.length > 0 ? ", loses a stale anchor" : ""
      }`;
    case "add": {
      const why =
        { "new": "new", "again": "new, tried before", "put-back": "put back" }[action.why];
      return `${why}: ${mask(rowSummary(tab, action.cells))}`;
    }
    case "remove":
      return `row ${action.row.index + 1}: ${LEAVING_WORDS[action.why]}`;
    case "forget":
      return `no longer tracked: ${LEAVING_WORDS[action.why]}`;
    default:
      return unreachable(action);
  }
}

function cellLines(
  tab: Tab,
  cells: readonly CellPlan<SealedShow>[],
  options: RowOptions,
): string[] {
  const { paint, width, mask } = options;
  const headerWidth = Math.max(0, ...cells.map(({ header }) => widthOf(header)));
  const room = width - CELL_INDENT.length - 2 - headerWidth - 2;
  const changes = cells.map((cell) => change(tab, cell, room, mask));
  const aligned = Math.max(
    0,
    ...changes.map(widthOf).filter((changeWidth) => changeWidth <= CHANGE_WIDTH_ALIGNED),
  );
  return cells.flatMap((cell, index) => {
    const [symbol, tone] = MARKS[cell.verdict];
    const said = must(changes[index], "the change of a cell");
    const head = `${CELL_INDENT}${paint(tone, symbol)} ${padTo(cell.header, headerWidth)}  `;
    const code = cell.code === null ? "" : ` [${cell.code}]`;
    const reason = cell.reason === "" ? "" : `: ${oneLine(mask(cell.reason), Infinity)}`;
    const verdict = `${cell.verdict}${reason}${code}`;
    if (Math.max(widthOf(said), aligned) + 3 + widthOf(verdict) <= room) {
      return [`${head}${padTo(said, aligned)}   ${paint(tone, verdict)}`];
    }
    const below = wrap(verdict, width, REASON_INDENT);
    return [head + said, ...below.map((line) => paint(tone, line))];
  });
}

/** `before → after`; for text that only grew, `+ ` and what was added. */
function change(
  tab: Tab,
  cell: CellPlan<SealedShow>,
  room: number,
  mask: (text: string) => string,
): string {
  const half = Math.max(VALUE_WIDTH_MIN, Math.floor((room - 3) / 2));
  const changed = cellChange(tab, cell);
  if (changed.kind === "grown") {
    return `+ ${oneLine(mask(changed.added), Math.max(VALUE_WIDTH_MIN, room - 2))}`;
  }
  const { from, to } = changed;
  if (from === to) return value(mask(to), room);
  return `${value(mask(from), half)} → ${value(mask(to), half)}`;
}

function value(text: string, width: number): string {
  return text === "" ? "(empty)" : oneLine(text, width);
}

function headerOf(tab: Tab, field: string): string {
  return tab.columns.find((column) => column.field === field)?.header ?? field;
}
