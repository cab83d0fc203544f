/**
 * The database's half of a plan: one transaction that takes over what humans decided, writes the audit
 * and opens the intents that make the sheet's half safe to repeat.
 *
 * @module
 */

import {
  type Anchor,
  anchor,
  ANCHOR_MAX,
  type CellValue,
  type RowId,
  sameCell,
} from "../contract/cell.ts";
import type { Random } from "../base/random.ts";
import { appendAudit, isAudited } from "../store/audit.ts";
import { dropBase, putBase } from "../store/base.ts";
import type { Database } from "../store/database.ts";
import { recordFindings, resolveFindings } from "../store/findings.ts";
import { closeIntents, openIntents } from "../store/intents.ts";
import type { AuditEntry, BaseRow, Finding, Intent } from "../store/records.ts";
import { markArchived, updateSource } from "../store/source.ts";
import { besideAudit, cellAudit, forgottenAudit, rescuedAudit } from "./audit.ts";
import type { CycleDirection } from "./direction.ts";
import { findingsOf } from "./cured.ts";
import type { TabInput } from "./input.ts";
import type { CellPlan, RowAction, RowPlan, SealedPlan, SealedShow } from "./plan.ts";

/** What one transaction belongs to. */
export interface CommitContext {
  readonly db: Database;
  readonly random: Random;
  readonly cycle: number;
  readonly direction: CycleDirection;
  /** Throws where another process has taken over meanwhile. */
  readonly fence: () => void;
}

/** A row whose database half is done and whose sheet half is due. */
export interface DueRow {
  readonly plan: RowPlan<SealedShow>;
  /** The anchor the row has or is about to get; null: it leaves and has none. */
  readonly anchor: Anchor | null;
  /** The cells both sides hold by now; those still to be written are the old ones. */
  readonly cells: readonly CellValue[];
}

/** How a commit went. */
export interface Committed {
  readonly due: readonly DueRow[];
  /** Rows that another process changed meanwhile: they wait for the next cycle. */
  readonly waiting: readonly RowId[];
  /** Rows whose import was committed. */
  readonly done: readonly RowPlan<SealedShow>[];
  /** Findings nobody was told of before. */
  readonly fresh: readonly Finding[];
}

/** Commits the database's half of the plan. Nothing of it happens when it throws. */
export function commitPlan(context: CommitContext, input: TabInput, plan: SealedPlan): Committed {
  const { db, direction } = context;
  return db.transaction(() => {
    context.fence();
    const done: RowPlan<SealedShow>[] = [];
    const waiting: RowId[] = [];
    for (const row of plan.rows) {
      const lost = row.update !== null && !updateSource(db, plan.tab, row.id, row.update);
      if (lost) waiting.push(row.id);
      else done.push(row);
    }
    const title = plan.tab.title;
    appendAudit(db, done.flatMap((row) => importAudit(title, row)), {
      at: input.now,
      cycle: context.cycle,
    });
    // A removal that failed is planned again; what stood beside the row is written down once.
    const beside = done.flatMap((row) => besideAudit(title, row));
    appendAudit(db, beside.filter((entry) => !isAudited(db, entry)), {
      at: input.now,
      cycle: context.cycle,
    });
    openIntents(db, title, done.flatMap(intentsOf));
    closeIntents(db, title, done.flatMap(settledCells));
    // A row that another process changed is judged anew, so nothing is said of it yet.
    const late = new Set(waiting.map(String));
    resolveFindings(db, plan.cured.filter(({ row }) => !late.has(row)), { at: input.now });
    const fresh = recordFindings(db, findingsOf({ ...plan, rows: done }), { at: input.now });
    const due = done.map((row) => advance(context, input, row));
    putBase(db, title, due.flatMap(({ base }) => base === null ? [] : [base]));
    if (direction === "import") return { due: [], waiting, done, fresh };
    forget(context, input, done);
    return { due: due.map(({ row }) => row), waiting, done, fresh };
  });
}

function importAudit(tab: string, row: RowPlan<SealedShow>): AuditEntry[] {
  return [...cellAudit(tab, row), ...rescuedAudit(tab, row)];
}

/**
 * What is about to be overwritten, and by what: human content is judged only once, and what a write
 * leaves behind that nobody saw arrive is not taken for a human's, whatever the database says by then.
 */
function intentsOf({ id, action, cells }: RowPlan<SealedShow>): Intent[] {
  return cells.flatMap(({ field, show, found, before }) => {
    if (before === null) return [];
    // Of a formula it is the formula that was consumed, not the value it came to.
    const consumed = found?.startsWith("=") === true ? found : before;
    if (show.kind === "value") return [{ id, field, consumed, target: show.value }];
    // A row that leaves is not written any more, and may still stand there when the removal fails.
    const isLeaving = action.kind === "remove" && found !== null;
    return isLeaving ? [{ id, field, consumed, target: consumed }] : [];
  });
}

/** Cells that show what they should: nothing is under way for them any more. */
function settledCells(
  { id, action, cells }: RowPlan<SealedShow>,
): { id: RowId; field: string }[] {
  if (action.kind === "remove") return [];
  return cells.filter(({ show }) => show.kind === "keep").map(({ field }) => ({ id, field }));
}

/** The base after the commit, and what the sheet is still due. */
function advance(
  { random, direction }: CommitContext,
  input: TabInput,
  plan: RowPlan<SealedShow>,
): { row: DueRow; base: BaseRow | null } {
  const { id, action } = plan;
  const base = input.base.get(id);
  if (action.kind === "add") {
    const own = action.anchor ?? newAnchor(random);
    const sent: BaseRow = { id, anchor: own, cells: action.cells, state: "adding", source: null };
    return { row: { plan, anchor: own, cells: action.cells }, base: sent };
  }
  const old = input.contractChanged ? undefined : base?.cells;
  const cells = input.tab.columns.map((_, index) => old?.[index] ?? "");
  for (const { column, show, before } of plan.cells) {
    if (show.kind === "keep" && before !== null && action.kind === "standing") {
      cells[column] = before;
    }
  }
  const own = anchorOf(action) ?? (action.kind === "standing" ? newAnchor(random) : null);
  const row: DueRow = { plan, anchor: own, cells };
  if (own === null) return { row, base: null };
  if (base === undefined || input.contractChanged) {
    // Nothing is agreed before the sheet was seen to show it; where nothing is to be written, it was.
    const sheet: BaseRow = { id, anchor: own, cells, state: "confirmed", source: null };
    return { row, base: isShown(input, plan) ? sheet : null };
  }
  const anchor = direction === "import" ? base.anchor : own;
  // What is only about to be written moves nothing yet.
  const isSame = base.anchor === anchor && base.state === "confirmed" &&
    cells.every((cell, index) => sameCell(cell, base.cells[index] ?? ""));
  if (isSame) return { row, base: null };
  return { row, base: { ...base, anchor, cells, state: "confirmed", source: null } };
}

/** Whether the sheet shows the whole row as it should be, anchor included. */
function isShown({ tab, rows }: TabInput, { id, action, cells }: RowPlan<SealedShow>): boolean {
  return action.kind === "standing" && action.anchor !== null && rows.get(id)?.problem === null &&
    cells.length === tab.columns.length &&
    cells.every(({ show, before }) => show.kind === "keep" && before !== null);
}

function anchorOf(action: RowAction): Anchor | null {
  switch (action.kind) {
    case "standing":
    case "add":
      return action.anchor;
    case "remove":
      return action.row.anchor;
    case "forget":
      return null;
  }
}

/** A number that nothing in the spreadsheet uses, as good as surely: one of two thousand million. */
function newAnchor(random: Random): Anchor {
  return anchor(1 + Math.floor(random.next() * ANCHOR_MAX));
}

/** Rows that are neither in the sheet nor due there. */
function forget(
  { db, cycle }: CommitContext,
  { tab, base, now }: TabInput,
  done: readonly RowPlan<SealedShow>[],
): void {
  const forgotten = done.flatMap(({ id, action }) =>
    action.kind === "forget" ? [{ id, why: action.why }] : []
  );
  for (const { id, why } of forgotten) {
    if (why === "expired" && base.get(id)?.state === "confirmed") markArchived(db, tab, id, now);
  }
  // A row that was about to be added and never was has no history to tell.
  const seen = forgotten.filter(({ id }) => base.get(id)?.state === "confirmed");
  appendAudit(db, seen.map(({ id, why }) => forgottenAudit(tab.title, id, why)), {
    at: now,
    cycle,
  });
  dropBase(db, tab.title, forgotten.map(({ id }) => id));
}

/** Whether the sheet has to be written for this row. */
export function isDue({ plan }: DueRow): boolean {
  const { action, cells, copies, notes } = plan;
  if (action.kind === "add" || action.kind === "remove" || copies.length > 0) return true;
  if (action.kind === "forget") return false;
  return action.anchor === null || action.orphans.length > 0 || notes.length > 0 ||
    cells.some(isWritten);
}

/** Whether the plan writes the cell. */
export function isWritten(
  cell: CellPlan<SealedShow>,
): cell is CellPlan<Extract<SealedShow, { kind: "value" }>> {
  return cell.show.kind === "value";
}
