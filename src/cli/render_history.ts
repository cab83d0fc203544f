/** The life of a row as a timeline. Nothing is shortened: this is where the whole text is shown. @module */

import type { Contract } from "../contract/schema.ts";
import type { AuditVerdict, StoredAuditEntry } from "../store/records.ts";
import type { Paint, Tone } from "./paint.ts";
import { safeText, widthOf } from "./terminal_text.ts";

/** How to print. */
export interface HistoryOptions {
  readonly paint: Paint;
  /** Columns of the terminal. */
  readonly width: number;
  /** Takes secrets out of text. */
  readonly mask: (text: string) => string;
}

const MARKS: Readonly<Record<AuditVerdict, readonly [symbol: string, tone: Tone]>> = {
  accepted: ["~", "good"],
  merged: ["~", "good"],
  refused: ["!", "bad"],
  restored: ["↺", "warn"],
  conflict: ["!", "bad"],
  exported: ["~", "change"],
  added: ["+", "good"],
  removed: ["-", "bad"],
  archived: ["-", "faint"],
};

const ACTORS = {
  human: "a person in the sheet",
  agent: "the database",
  mirror: "the mirror",
} as const;

const INDENT = "    ";

/** The entries of one ID, oldest first, under a heading for each tab and cycle. */
export function renderHistory(
  id: string,
  entries: readonly StoredAuditEntry[],
  contract: Contract,
  options: HistoryOptions,
): string {
  if (entries.length === 0) return `Nothing is recorded of "${safeText(id)}".\n`;
  const lines: string[] = [];
  let tab = "";
  let cycle = -1;
  for (const entry of entries) {
    if (entry.tab !== tab) {
      lines.push(options.paint("strong", `${safeText(id)} in ${entry.tab}`), "");
      [tab, cycle] = [entry.tab, -1];
    }
    if (entry.cycle !== cycle) {
      lines.push(options.paint("faint", `${entry.at}, cycle ${entry.cycle}`));
      cycle = entry.cycle;
    }
    lines.push(...entryLines(entry, contract, options));
  }
  return lines.join("\n") + "\n";
}

function entryLines(
  entry: StoredAuditEntry,
  contract: Contract,
  options: HistoryOptions,
): string[] {
  const [symbol, tone] = MARKS[entry.verdict];
  const subject = entry.column === null ? "the row" : headerOf(contract, entry.tab, entry.column);
  const reason = entry.reason === "" ? "" : `: ${safeText(options.mask(entry.reason))}`;
  const head = `  ${options.paint(tone, symbol)} ${options.paint("strong", subject)}  ${
    options.paint(tone, entry.verdict)
  }, by ${ACTORS[entry.actor]}${reason}`;
  return [head, ...valueLines(entry, options), ""];
}

/** `a → b` where it fits on one line, otherwise both texts as they are. */
function valueLines(entry: StoredAuditEntry, { mask, width }: HistoryOptions): string[] {
  const oldValue = entry.oldValue === null ? null : mask(entry.oldValue);
  const newValue = entry.newValue === null ? null : mask(entry.newValue);
  if (oldValue === null && newValue === null) return [];
  const from = oldValue ?? "";
  const to = newValue ?? "";
  const arrow = `${INDENT}${from === "" ? "(empty)" : from} → ${to === "" ? "(empty)" : to}`;
  if (!arrow.includes("\n") && widthOf(arrow) <= width) return [INDENT + safeText(arrow.trim())];
  return [
    ...(oldValue === null ? [] : blockLines("from", oldValue)),
    ...(newValue === null ? [] : blockLines("to", newValue)),
  ];
}

function blockLines(title: string, text: string): string[] {
  return text.split("\n").map((line, index) =>
    `${INDENT}${(index === 0 ? title : "").padEnd(4)} │ ${safeText(line)}`
  );
}

function headerOf(contract: Contract, title: string, field: string): string {
  const tab = contract.tabs.find((tab) => tab.title === title);
  return tab?.columns.find((column) => column.field === field)?.header ?? field;
}
