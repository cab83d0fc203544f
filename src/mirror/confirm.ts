/** The end of a cycle for what was seen to stand: the base advances, intents close, the audit tells. @module */

import { type CellValue, sameCell } from "../contract/cell.ts";
import { appendAudit } from "../store/audit.ts";
import { dropBase, putBase } from "../store/base.ts";
import type { Database } from "../store/database.ts";
import { recordFindings } from "../store/findings.ts";
import { closeIntents } from "../store/intents.ts";
import type { AuditEntry, BaseRow, Finding } from "../store/records.ts";
import { markArchived } from "../store/source.ts";
import { addedAudit, exportedAudit, removedAudit } from "./audit.ts";
import { isWritten } from "./commit.ts";
import type { TabInput } from "./input.ts";
import type { SeenRow } from "./publish.ts";
import type { RemovalOutcome } from "./remove.ts";

/** What a confirmation belongs to. */
export interface ConfirmContext {
  readonly db: Database;
  readonly cycle: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly fence: () => void;
}

/** How many cells and rows were seen to arrive. */
export interface Arrived {
  readonly exported: number;
  readonly added: number;
  readonly putBack: number;
  /** Whether every cell that was written shows what was written. */
  readonly isWhole: boolean;
}

/** Takes over into the base what the sheet was seen to show. */
export function confirmSeen(
  context: ConfirmContext,
  input: TabInput,
  rows: readonly SeenRow[],
): Arrived {
  const { db, cycle, at } = context;
  const title = input.tab.title;
  const confirmed = rows.map((row) => confirmRow(input, row));
  db.transaction(() => {
    context.fence();
    putBase(db, title, confirmed.flatMap(({ base }) => base === null ? [] : [base]));
    closeIntents(db, title, confirmed.flatMap(({ settled }) => settled));
    appendAudit(db, confirmed.flatMap(({ audit }) => audit), { at, cycle });
  });
  const audit = confirmed.flatMap((row) => row.audit);
  return {
    exported: audit.filter(({ verdict }) => verdict === "exported").length,
    added: audit.filter(({ verdict }) => verdict === "added").length,
    putBack: audit.filter(({ verdict }) => verdict === "restored").length,
    isWhole: confirmed.every(({ isWhole }) => isWhole),
  };
}

interface ConfirmedRow {
  readonly base: BaseRow | null;
  readonly settled: readonly { readonly id: BaseRow["id"]; readonly field: string }[];
  readonly audit: readonly AuditEntry[];
  readonly isWhole: boolean;
}

function confirmRow(input: TabInput, { due, cells: shown }: SeenRow): ConfirmedRow {
  const { plan, anchor } = due;
  const { id, action } = plan;
  const title = input.tab.title;
  if (anchor === null) return { base: null, settled: [], audit: [], isWhole: true };
  if (action.kind === "add") {
    // What was sent is the base even where people typed into the new row within the same second: what
    // they typed then differs from it and is imported by the next cycle.
    const base = { id, anchor, cells: action.cells, state: "confirmed" } as const;
    return {
      base: { ...base, source: sourceOf(input, id, action.cells) },
      settled: input.tab.columns.map(({ field }) => ({ id, field })),
      audit: [addedAudit(title, id, action.why)],
      isWhole: action.cells.every((cell, index) => sameCell(cell, shown[index] ?? "")),
    };
  }
  const cells = [...due.cells];
  const isDecided = wasDecided(input, due, shown);
  const arrived = plan.cells.filter(isWritten).filter(({ column, show }) =>
    sameCell(show.value, shown[column] ?? "") &&
    !(isDecided && input.tab.columns[column]?.edit === null)
  );
  for (const { column, show } of arrived) cells[column] = show.value;
  const base: BaseRow = {
    id,
    anchor,
    cells,
    state: "confirmed",
    source: sourceOf(input, id, cells),
  };
  return {
    base,
    settled: arrived.map(({ field }) => ({ id, field })),
    audit: arrived.filter(({ verdict }) => verdict === "exported")
      .map((cell) => exportedAudit(title, id, cell, cell.show.value)),
    isWhole: arrived.length === plan.cells.filter(isWritten).length,
  };
}

/**
 * Whether somebody decided on the row between our look and our write: on what it showed before. Then the
 * base keeps that, so that the decision is not taken over for what the row shows now.
 */
function wasDecided(
  { tab }: TabInput,
  { plan, cells }: SeenRow["due"],
  shown: SeenRow["cells"],
): boolean {
  return tab.columns.some(({ edit }, index) => {
    if (edit?.rule !== "transition" || !edit.binds) return false;
    const written = plan.cells.filter(isWritten).find(({ column }) => column === index);
    return !sameCell(shown[index] ?? "", written?.show.value ?? cells[index] ?? "");
  });
}

/** The digest by which the row is known to encode to these cells; null where it does not. */
function sourceOf(
  { rows }: TabInput,
  id: BaseRow["id"],
  cells: readonly CellValue[],
): string | null {
  const row = rows.get(id);
  if (row === undefined || row.problem !== null) return null;
  return cells.every((cell, index) => sameCell(cell, row.cells[index] ?? "")) ? row.source : null;
}

/**
 * Takes note of rows that were seen to be gone from the sheet, and of those that went by mistake and
 * were put back.
 *
 * @returns the findings that nobody was told of before.
 */
export function confirmRemoved(
  context: ConfirmContext,
  input: TabInput,
  { removed: rows, putBack }: Pick<RemovalOutcome, "removed" | "putBack">,
): readonly Finding[] {
  const { db, cycle, at } = context;
  const title = input.tab.title;
  return db.transaction(() => {
    context.fence();
    appendAudit(db, [
      ...rows.map(({ id, why }) => removedAudit(title, id, why)),
      ...putBack.map((id) => addedAudit(title, id, "mistake")),
    ], { at, cycle });
    for (const { id, why } of rows) {
      if (why === "expired") markArchived(db, input.tab, id, at);
    }
    const left = rows.filter(({ why }) => why !== "copy").map(({ id }) => id);
    dropBase(db, title, left);
    closeIntents(
      db,
      title,
      left.flatMap((id) => input.tab.columns.map(({ field }) => ({ id, field }))),
    );
    const findings = putBack.map((id): Finding => ({
      tab: title,
      row: id,
      column: "",
      code: "MIRROR-ROW-REMOVED",
      value: "mistake",
      reason: "the row was removed by mistake while people moved rows, and was put back",
    }));
    return recordFindings(db, findings, { at });
  });
}
