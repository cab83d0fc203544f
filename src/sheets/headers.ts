/**
 * Mending a header row that humans changed. A moved column goes back with its data, a missing one
 * comes back empty, and only a text that nobody recognises is taken for a header that was renamed:
 * putting the right words over the wrong columns would make the mirror read one for the other.
 *
 * @module
 */

import type { sheets_v4 } from "@googleapis/sheets";

/** One step of the repair; each acts on the header as the steps before left it. */
export type HeaderStep =
  /** The column at `from` moves left to `to`; those between move right. */
  | { readonly kind: "move"; readonly header: string; readonly from: number; readonly to: number }
  /** An empty column goes in at `at`, with its header. */
  | { readonly kind: "insert"; readonly header: string; readonly at: number }
  /** The text at `at` is replaced. */
  | {
    readonly kind: "rename";
    readonly header: string;
    readonly at: number;
    readonly before: string;
  };

/**
 * The steps that turn `have` into a row that begins with `want`. Nothing is removed: a column that
 * is not in the contract ends up to the right of those that are.
 *
 * ```ts
 * import { mendHeader } from "./headers.ts";
 *
 * const [step] = mendHeader(["ID", "Notes"], ["ID", "Mine", "Notes"]);
 * if (step?.kind !== "move" || step.from !== 2) throw new Error("Notes moves back to the left");
 * ```
 */
export function mendHeader(
  want: readonly string[],
  have: readonly string[],
): readonly HeaderStep[] {
  const row = [...have];
  const steps: HeaderStep[] = [];
  want.forEach((header, at) => {
    const before = row[at] ?? "";
    if (before === header) return;
    const from = row.indexOf(header, at + 1);
    if (from > at) {
      row.splice(at, 0, ...row.splice(from, 1));
      steps.push({ kind: "move", header, from, to: at });
    } else if (at < row.length && want.includes(before, at + 1)) {
      row.splice(at, 0, header);
      steps.push({ kind: "insert", header, at });
    } else {
      row[at] = header;
      steps.push({ kind: "rename", header, at, before });
    }
  });
  return steps;
}

/** A step as requests; the header's own columns may lie beyond the grid, which then has to grow first. */
export function stepRequests(
  sheetId: number,
  step: HeaderStep,
): readonly sheets_v4.Schema$Request[] {
  switch (step.kind) {
    case "move":
      return [{
        moveDimension: {
          source: {
            sheetId,
            dimension: "COLUMNS",
            startIndex: step.from,
            endIndex: step.from + 1,
          },
          destinationIndex: step.to,
        },
      }];
    case "insert":
      return [{
        insertDimension: {
          range: { sheetId, dimension: "COLUMNS", startIndex: step.at, endIndex: step.at + 1 },
          inheritFromBefore: false,
        },
      }, {
        // The new column takes its neighbour's dropdown along; without a rule it is cleared.
        setDataValidation: {
          range: { sheetId, startColumnIndex: step.at, endColumnIndex: step.at + 1 },
        },
      }, writeHeader(sheetId, step.at, step.header)];
    case "rename":
      return [writeHeader(sheetId, step.at, step.header)];
  }
}

/** A step as a sentence for the operator. */
export function describeStep(title: string, step: HeaderStep): string {
  switch (step.kind) {
    case "move":
      return `Moved column "${step.header}" of "${title}" back to its place`;
    case "insert":
      return `Put the missing column "${step.header}" back into "${title}"`;
    case "rename":
      return `Put the header "${step.header}" of "${title}" back` +
        (step.before === "" ? "" : ` in place of "${step.before}"`);
  }
}

function writeHeader(sheetId: number, column: number, text: string): sheets_v4.Schema$Request {
  return {
    updateCells: {
      start: { sheetId, rowIndex: 0, columnIndex: column },
      rows: [{ values: [{ userEnteredValue: { stringValue: text } }] }],
      fields: "userEnteredValue",
    },
  };
}
