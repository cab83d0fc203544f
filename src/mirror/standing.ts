/** The plan for one row that stands in the sheet: its cells, its copies, and whether it leaves. @module */

import { sha256Hex } from "../base/digest.ts";
import type { CellValue, RowId } from "../contract/cell.ts";
import { plainValue, type SheetCell, type SheetRow } from "../sheets/snapshot.ts";
import { mergeCopies } from "./copies.ts";
import { explain } from "./explain.ts";
import { type DatabaseRow, findingKey, type TabInput } from "./input.ts";
import { judgeCells, resetCells } from "./judge.ts";
import { cellText, type Standing } from "./match.ts";
import { appendText } from "./merge.ts";
import { planNotes } from "./notes.ts";
import type { CellPlan, Leaving, LeavingRow, RowFinding, RowPlan, RowUpdate } from "./plan.ts";
import type { CellOutcome } from "./rules.ts";
import { blankCell, humanTexts, isOpen, type StandingCase } from "./standing_case.ts";

/** The plan for the row; null: it is quiet. */
export function planStanding(subject: StandingCase): RowPlan | null {
  const { row, base, standing, copies } = subject;
  if (row === null) return planGone(subject);
  if (row.scope !== "shown") {
    const leaving = planLeaving(subject, row, row.scope);
    if (leaving !== null) return leaving;
  } else if (isQuiet(subject, row)) return null;
  // Nothing of it was ever agreed on and nothing of it can be shown yet: it stays as people made it.
  if (row.problem !== null && base === null) return null;

  const isOurs = standing.trust === "sound" || standing.trust === "id-edited";
  const outcomes = isOurs ? judgeCells(subject, row, null) : resetCells(subject, row);
  const isSettled = base?.state === "confirmed" && base.anchor === standing.anchor &&
    standing.orphans.length === 0;
  const plan = assemble(subject, row, outcomes, {
    kind: "standing",
    index: standing.row.index,
    anchor: standing.anchor,
    orphans: standing.orphans,
  });
  const isNothing = outcomes.length === 0 && isSettled && copies.length === 0 &&
    plan.notes.length === 0;
  return isNothing ? null : plan;
}

/** The quick way out, taken by nearly every row of nearly every cycle. */
function isQuiet(
  { input, id, standing, base, copies, open }: StandingCase,
  row: DatabaseRow,
): boolean {
  if (
    base === null || input.contractChanged ||
    base.state !== "confirmed" || base.anchor !== standing.anchor ||
    standing.trust !== "sound" || standing.orphans.length > 0 || copies.length > 0 ||
    row.problem !== null || (input.intents.size > 0 && input.intents.has(id))
  ) return false;
  const { cells, notes } = standing.row;
  if (notes.size > 0 && planNotes(input.tab, standing.row, [], open).length > 0) return false;
  // A row of the database that did not change has the very cells of the base.
  return sameCells(cells, base.cells) &&
    (row.cells === base.cells || sameCells(row.cells, base.cells));
}

function sameCells(cells: readonly SheetCell[], base: readonly CellValue[]): boolean {
  for (let index = 0; index < base.length; index++) {
    if (cells[index] !== base[index]) return false;
  }
  return true;
}

/** A row that is still in the database but not due in the tab; null: it stays for this cycle. */
function planLeaving(
  subject: StandingCase,
  row: DatabaseRow,
  scope: Exclude<Leaving, "gone">,
): RowPlan | null {
  const isOurs = subject.standing.trust === "sound" || subject.standing.trust === "id-edited";
  const judged = isOurs
    ? judgeCells(subject, row, {
      code: "MIRROR-DELETED-DECISION",
      reason: scope === "deleted"
        ? "the request was deleted meanwhile"
        : "the row has been archived",
    })
    : resetCells(subject, row);
  // Only what a human did is of interest any more: it goes to the database or to the audit.
  const outcomes = judged.filter(({ plan }) => plan.store !== null || plan.found !== null);
  // Somebody is at work on the row: it leaves at the next cycle, not from under their hands.
  if (scope === "expired" && outcomes.length > 0) return null;
  return assemble(subject, row, outcomes, {
    kind: "remove",
    why: scope,
    row: leavingRow(subject.standing.row, subject.standing.anchor),
  });
}

function planGone(subject: StandingCase): RowPlan {
  const { input, id, standing, base } = subject;
  const texts = humanTexts(input.tab, standing.row, [base?.cells ?? []]);
  const finding: RowFinding = {
    code: "MIRROR-ROW-GONE",
    value: sha256Hex(JSON.stringify(texts), 8),
    reason: "the row is gone from the database; what humans wrote is in the audit",
  };
  return {
    id,
    action: { kind: "remove", why: "gone", row: leavingRow(standing.row, standing.anchor) },
    copies: [],
    cells: [],
    notes: [],
    update: null,
    explanations: [],
    findings: [finding],
    rescued: isOpen(subject, finding) ? [] : texts,
  };
}

function leavingRow(row: SheetRow, anchor: LeavingRow["anchor"]): LeavingRow {
  return { index: row.index, anchor, cells: row.cells.map(plainValue), extra: row.extra };
}

/** Puts the outcomes of the cells, the copies and the explanations of one row together. */
function assemble(
  subject: StandingCase,
  row: DatabaseRow,
  outcomes: readonly CellOutcome[],
  action: RowPlan["action"],
): RowPlan {
  const { input, id, standing } = subject;
  const isTold = ({ field, code, found }: CellPlan) =>
    input.told.has(findingKey({ row: id, column: field, code: code ?? "", value: found ?? "" }));
  const explanations = outcomes.flatMap(({ plan, explanation }) =>
    explanation === null || isTold(plan) ? [] : [explain(input.now, explanation)]
  );
  const merged = mergeCopies(subject, row, outcomes.map(({ plan }) => plan));
  const cells = input.tab.explain === null
    ? merged.cells
    : addExplanations(subject, row, merged.cells, input.tab.explain, explanations);
  return {
    id,
    action,
    copies: subject.copies.map((copy) => leavingRow(copy, copy.anchors[0] ?? null)),
    cells: action.kind === "remove" ? cells.map(keepShown) : cells,
    notes: action.kind === "remove" ? [] : planNotes(input.tab, standing.row, cells, subject.open),
    update: updateOf(input, row, cells, outcomes),
    explanations: input.tab.explain === null ? [] : explanations,
    findings: [...trustFindings(standing, id), ...merged.findings],
    rescued: [
      ...(standing.trust === "scrambled" ? rescuedTexts(cells) : []),
      ...merged.rescued,
    ],
  };
}

const keepShown = (cell: CellPlan): CellPlan => ({ ...cell, show: { kind: "keep" } });

/** The human text among cells that are set back. */
function rescuedTexts(cells: readonly CellPlan[]): RowPlan["rescued"] {
  return cells.flatMap(({ field, found }) =>
    found === null || found === "" ? [] : [{ field, text: found }]
  );
}

function trustFindings(standing: Standing, id: RowId): RowFinding[] {
  const claimed = cellText(standing.row.cells[0] ?? "");
  switch (standing.trust) {
    case "sound":
    case "id-edited":
      return [];
    case "scrambled":
      return [{
        code: "MIRROR-SCRAMBLED",
        value: claimed,
        reason: `row ${id} carried the ID ${claimed}; nothing was imported from it`,
      }];
    case "emptied":
      return [{
        code: "MIRROR-ROW-REMOVED",
        value: "",
        reason: "the row was emptied in the sheet",
      }];
  }
}

/** Appends the explanations to the cell that is there for them. */
function addExplanations(
  { input, standing }: StandingCase,
  row: DatabaseRow,
  cells: readonly CellPlan[],
  field: string,
  explanations: readonly string[],
): readonly CellPlan[] {
  const index = input.tab.columns.findIndex((column) => column.field === field);
  const column = input.tab.columns[index];
  if (explanations.length === 0 || column === undefined) return cells;
  const sheet = plainValue(standing.row.cells[index] ?? "");
  const cell = cells.find((other) => other.field === field) ?? blankCell(column, index, sheet);
  const stored = row.values[field] ?? null;
  const to = explanations.reduce(appendText, cell.store?.to ?? stored ?? "");
  const explained: CellPlan = {
    ...cell,
    show: { kind: "text", text: to },
    store: { from: stored, to },
  };
  return [...cells.filter((other) => other.field !== field), explained];
}

/** The compare-and-set for everything the row imports; null: the database does not change. */
function updateOf(
  input: TabInput,
  row: DatabaseRow,
  cells: readonly CellPlan[],
  outcomes: readonly CellOutcome[],
): RowUpdate | null {
  const set: Record<string, string | null> = {};
  const expect: Record<string, string | null> = {};
  for (const { field, store } of cells) {
    if (store === null) continue;
    set[field] = store.to;
    expect[field] = store.from;
  }
  if (Object.keys(set).length === 0) return null;
  for (const { plan, stamps } of outcomes) {
    for (const [field, action] of Object.entries(stamps)) {
      set[field] = action === "now" ? input.now : null;
    }
    const column = input.tab.columns[plan.column];
    if (plan.store === null || column?.edit?.rule !== "transition" || !column.edit.binds) continue;
    // A decision holds only for the request that was decided on, so all of it must still be there.
    for (const { field } of input.tab.columns) expect[field] = row.values[field] ?? null;
    expect[input.tab.softDelete] = row.values[input.tab.softDelete] ?? null;
  }
  return { set, expect };
}
