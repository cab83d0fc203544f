/** The lines of the audit that a plan leaves behind. @module */

import type { CellValue, RowId } from "../contract/cell.ts";
import type { AuditEntry } from "../store/records.ts";
import type { CellPlan, Leaving, RowPlan, SealedShow } from "./plan.ts";

/** What became of the cells of one row in the database: imports, refusals, restorations, explanations. */
export function cellAudit(tab: string, plan: RowPlan<SealedShow>): AuditEntry[] {
  const { id: rowId, cells, explanations, update } = plan;
  const imported = cells.flatMap((cell) => importEntry(tab, rowId, cell));
  const entry = { tab, rowId, direction: "import", actor: "mirror" } as const;
  const explained = explanations.map((text): AuditEntry => ({
    ...entry,
    column: cells.find(({ store }) => store?.to?.includes(text))?.field ?? null,
    verdict: "merged",
    reason: "the mirror explained a refusal",
    oldValue: null,
    newValue: text,
  }));
  const planned = new Set(cells.map(({ field }) => field));
  const stamped = Object.entries(update?.set ?? {}).filter(([field]) => !planned.has(field))
    .map(([column, newValue]): AuditEntry => ({
      ...entry,
      column,
      verdict: "accepted",
      reason: "set with the decision",
      oldValue: null,
      newValue,
    }));
  return [...imported, ...stamped, ...explained];
}

function importEntry(tab: string, rowId: RowId, cell: CellPlan<SealedShow>): AuditEntry[] {
  const { field: column, verdict, reason, found, store, show } = cell;
  const entry = { tab, rowId, column, direction: "import", actor: "human", reason } as const;
  const kept = show.kind === "value" ? String(show.value) : null;
  switch (verdict) {
    case "accepted":
    case "merged":
      // A cell without human text holds only an explanation, which has its own line.
      if (store === null || found === null) return [];
      return [{ ...entry, verdict, oldValue: store.from, newValue: store.to }];
    case "refused":
    case "conflict":
      return [{ ...entry, verdict, oldValue: kept, newValue: found }];
    case "restored":
      return found === null ? [] : [{ ...entry, verdict, oldValue: found, newValue: kept }];
    case "exported":
    case "agreed":
    case "normalised":
    case "caught-up":
      return [];
  }
}

/** Human text that would be lost with the place it stood in. */
export function rescuedAudit(tab: string, { id, rescued, action }: RowPlan<unknown>): AuditEntry[] {
  const leaves = action.kind === "remove";
  return rescued.map(({ field, text }): AuditEntry => ({
    tab,
    rowId: id,
    column: field,
    direction: "import",
    actor: "human",
    verdict: leaves ? "removed" : "conflict",
    reason: leaves
      ? "the row is gone from the database; this is what stood in the sheet"
      : "this text could not be told to belong to the row",
    oldValue: null,
    newValue: text,
  }));
}

/** A row that had left the sheet before the mirror could take it out. */
export function forgottenAudit(tab: string, rowId: RowId, why: Leaving): AuditEntry {
  return {
    tab,
    rowId,
    column: null,
    direction: "export",
    actor: "mirror",
    verdict: why === "expired" ? "archived" : "removed",
    reason: `it was gone from the sheet already; ${LEAVING_REASONS[why]}`,
    oldValue: null,
    newValue: null,
  };
}

/** Why a row leaves, in words. */
export const LEAVING_REASONS: Readonly<Record<Leaving, string>> = {
  deleted: "the row was deleted in the database",
  expired: "retention takes it out of the tab",
  archived: "the row is archived",
  gone: "the row is gone from the database",
};

/** A database value that the sheet was seen to show. */
export function exportedAudit(
  tab: string,
  rowId: RowId,
  cell: CellPlan<SealedShow>,
  shown: CellValue,
): AuditEntry {
  return {
    tab,
    rowId,
    column: cell.field,
    direction: "export",
    actor: "agent",
    verdict: "exported",
    reason: cell.reason,
    oldValue: cell.before === null ? null : String(cell.before),
    newValue: String(shown),
  };
}

const ADDING_REASONS = {
  "new": "the database has it",
  "again": "the database has it",
  "put-back": "the row was removed in the sheet",
  "mistake": "the row was removed by mistake while people moved rows",
} as const;

/** A row that was seen to stand in the sheet. */
export function addedAudit(
  tab: string,
  rowId: RowId,
  why: "new" | "again" | "put-back" | "mistake",
): AuditEntry {
  const isBack = why === "put-back" || why === "mistake";
  return {
    tab,
    rowId,
    column: null,
    direction: "export",
    actor: isBack ? "mirror" : "agent",
    verdict: isBack ? "restored" : "added",
    reason: ADDING_REASONS[why],
    oldValue: null,
    newValue: null,
  };
}

/** What humans kept beside a row that is about to leave. It is written down before the row goes. */
export function besideAudit(tab: string, { id, action, copies }: RowPlan<unknown>): AuditEntry[] {
  const leaving = action.kind === "remove" ? [action.row, ...copies] : copies;
  return leaving.filter(({ extra }) => extra.length > 0).map(({ extra }): AuditEntry => ({
    tab,
    rowId: id,
    column: null,
    direction: "import",
    actor: "human",
    verdict: "removed",
    reason: "this stood beside a row that leaves the sheet",
    oldValue: null,
    newValue: JSON.stringify(extra),
  }));
}

/** A row that was seen to be gone from the sheet. */
export function removedAudit(tab: string, rowId: RowId, why: Leaving | "copy"): AuditEntry {
  return {
    tab,
    rowId,
    column: null,
    direction: "export",
    actor: "mirror",
    verdict: why === "expired" ? "archived" : "removed",
    reason: why === "copy" ? "it was a second row with the same ID" : LEAVING_REASONS[why],
    oldValue: null,
    newValue: null,
  };
}
