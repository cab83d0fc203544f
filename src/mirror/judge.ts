/** The cells of a row that stands in the sheet: judged by their rules, or set back as a whole. @module */

import { type CellValue, sameCell } from "../contract/cell.ts";
import type { Column } from "../contract/schema.ts";
import { plainValue } from "../sheets/snapshot.ts";
import type { DatabaseRow } from "./input.ts";
import type { CellPlan } from "./plan.ts";
import { type CellCase, type CellOutcome, foundText, judgeCell } from "./rules.ts";
import { blankCell, type StandingCase } from "./standing_case.ts";

/** Judges every column by its rule. `leaving`: the row is on its way out, so no decision counts. */
export function judgeCells(
  { input, id, standing, base }: StandingCase,
  row: DatabaseRow,
  leaving: CellCase["undecidable"],
): CellOutcome[] {
  const intents = input.intents.get(id);
  const cases = input.tab.columns.map((column, index): CellCase => {
    const seen = input.contractChanged ? undefined : base?.cells[index];
    const known = seen !== undefined && column.type === "datetime" && typeof seen === "number"
      ? input.rezone(seen)
      : seen;
    const sheet = standing.row.cells[index] ?? "";
    const encoded = row.cells[index] ?? "";
    // A row that does not meet the contract stays back: what is shown of it does not move, except the
    // texts of humans, which are never at fault.
    const isHeld = row.problem !== null && (column.edit === null || column.type === "enum");
    const shown = isHeld ? known ?? plainValue(sheet) : encoded;
    return {
      column,
      index,
      sheet,
      stored: row.values[column.field] ?? null,
      shown,
      base: seen === undefined || known === undefined ? null : { seen, known },
      intent: intents?.get(column.field) ?? null,
      undecidable: null,
    };
  });
  const changed = row.problem !== null || cases.some((cell) => !asTheHumanSawIt(cell));
  return cases.map((cell) => {
    const { edit } = cell.column;
    const stale = changed && edit?.rule === "transition" && edit.binds
      ? {
        code: "MIRROR-STALE-DECISION" as const,
        reason: "the request changed after you saw it; decide again",
      }
      : null;
    return judgeCell({ ...cell, undecidable: leaving ?? stale });
  }).filter((result) => result !== null);
}

/**
 * Whether a database column shows what the human decided on; human columns do not count. Where a write
 * of ours is not confirmed yet, nobody knows which of the two values they saw.
 */
function asTheHumanSawIt({ column, base, intent, shown, sheet }: CellCase): boolean {
  if (column.edit !== null) return true;
  if (base === null || intent !== null || typeof sheet === "object") return false;
  return sameCell(base.known, shown) && sameCell(sheet, base.seen);
}

/** Sets every cell back to the database: the contents cannot be told to be this row's. */
export function resetCells(
  { input, id, standing, base }: StandingCase,
  row: DatabaseRow,
): CellOutcome[] {
  const intents = input.intents.get(id);
  const wasEmptied = standing.trust === "emptied";
  return input.tab.columns.flatMap((column, index): CellOutcome[] => {
    const sheet = standing.row.cells[index] ?? "";
    const shown = row.cells[index] ?? "";
    const value = plainValue(sheet);
    const intent = intents?.get(column.field);
    if (typeof sheet !== "object" && sameCell(value, shown)) {
      const isSettled = column.edit === null ||
        (base !== null && intent === undefined && sameCell(value, base.cells[index] ?? ""));
      return isSettled ? [] : [rightByChance(column, index, value)];
    }
    const formula = typeof sheet === "object" ? sheet.formula : null;
    const isKnown = intent !== undefined && sameCell(formula ?? value, intent.consumed);
    const reason = wasEmptied
      ? "the row was emptied in the sheet"
      : "the row carries the ID of another row";
    const isOld = formula === null && sameCell(value, base?.cells[index] ?? "");
    const plan: CellPlan = {
      ...blankCell(column, index, value),
      verdict: isKnown ? "caught-up" : "restored",
      reason,
      found: isKnown || isOld ? null : foundText(sheet),
      show: { kind: "value", value: shown },
    };
    return [{ plan, stamps: {}, explanation: null }];
  });
}

/**
 * A cell that is right by chance. It is written with the others, so that the base learns it when the row
 * is seen to be set back; otherwise it would look like an edit later.
 */
function rightByChance(column: Column, index: number, value: CellValue): CellOutcome {
  const plan: CellPlan = {
    ...blankCell(column, index, value),
    verdict: "caught-up",
    reason: "the row is set back as a whole",
    show: { kind: "value", value },
  };
  return { plan, stamps: {}, explanation: null };
}
