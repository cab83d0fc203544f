/** The plan for one row that stands in the sheet: its cells, its copies, and whether it leaves. @module */

import { sha256Hex } from "../base/digest.ts";
import { type CellValue, type RowId, sameCell } from "../contract/cell.ts";
import type { Column, Tab } from "../contract/schema.ts";
import { plainValue, type SheetCell, type SheetRow } from "../sheets/snapshot.ts";
import type { BaseRow, Finding } from "../store/records.ts";
import { cleanIncoming } from "../text/incoming.ts";
import { explain } from "./explain.ts";
import { type DatabaseRow, findingKey, type TabInput } from "./input.ts";
import { cellText, type Standing } from "./match.ts";
import { appendText, growthOf } from "./merge.ts";
import { planNotes } from "./notes.ts";
import type { CellPlan, Leaving, LeavingRow, RowFinding, RowPlan, RowUpdate } from "./plan.ts";
import { type CellCase, type CellOutcome, foundText, judgeCell } from "./rules.ts";

/** A row of the sheet with everything that is known about it. */
export interface StandingCase {
  readonly input: TabInput;
  readonly id: RowId;
  readonly standing: Standing;
  /** Null: the database has no such row any more. */
  readonly row: DatabaseRow | null;
  /** Null: the two sides meet for the first time. */
  readonly base: BaseRow | null;
  readonly copies: readonly SheetRow[];
  /** What earlier cycles found in the row and is not cured yet. */
  readonly open: readonly Finding[];
}

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

/** Judges every column by its rule. `leaving`: the row is on its way out, so no decision counts. */
function judgeCells(
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
function resetCells({ input, id, standing, base }: StandingCase, row: DatabaseRow): CellOutcome[] {
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
      field: column.field,
      header: column.header,
      column: index,
      verdict: isKnown ? "caught-up" : "restored",
      code: null,
      reason,
      found: isKnown || isOld ? null : foundText(sheet),
      before: value,
      show: { kind: "value", value: shown },
      store: null,
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

/** Whether an earlier cycle found the same and could not finish: then the audit has its texts. */
function isOpen({ open }: StandingCase, { code, value }: RowFinding): boolean {
  return open.some((finding) =>
    finding.column === "" && finding.code === code && finding.value === value
  );
}

function leavingRow(row: SheetRow, anchor: LeavingRow["anchor"]): LeavingRow {
  return { index: row.index, anchor, cells: row.cells.map(plainValue), extra: row.extra };
}

/**
 * What humans wrote into a row, column by column: everything in their own columns, and in those of the
 * database what neither of `ours` has there.
 */
function humanTexts(
  tab: Tab,
  row: SheetRow,
  ours: readonly (readonly CellValue[])[],
): RowPlan["rescued"] {
  return tab.columns.flatMap((column, index) => {
    const cell = row.cells[index] ?? "";
    const text = foundText(cell);
    const isOurs = column.edit === null && typeof cell !== "object" &&
      ours.some((cells) => sameCell(cell, cells[index] ?? ""));
    return isOurs || text === "" ? [] : [{ field: column.field, text }];
  });
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

/** Takes the human text out of further rows with the same ID. */
function mergeCopies(
  subject: StandingCase,
  row: DatabaseRow,
  planned: readonly CellPlan[],
): { cells: readonly CellPlan[]; findings: RowFinding[]; rescued: RowPlan["rescued"] } {
  const { input, id, standing, base, copies } = subject;
  const cells = new Map(planned.map((cell) => [cell.field, cell]));
  const rescued: { field: string; text: string }[] = [];
  const findings: RowFinding[] = [];
  const ours = [row.cells, base?.cells ?? [], standing.row.cells.map(plainValue)];
  for (const copy of copies) {
    const texts = humanTexts(input.tab, copy, ours);
    const finding: RowFinding = {
      code: "MIRROR-DUPLICATE-ID",
      value: sha256Hex(JSON.stringify(texts), 8),
      reason: `${id} stood in a second row; its text was merged and the copy removed`,
    };
    const isRescued = isOpen(subject, finding);
    findings.push(finding);
    const system = new Set(
      input.tab.columns.flatMap(({ edit, field }) => edit === null ? field : []),
    );
    if (!isRescued) rescued.push(...texts.filter(({ field }) => system.has(field)));
    input.tab.columns.forEach((column, index) => {
      if (column.edit === null) return;
      const shown = row.cells[index] ?? "";
      const sheet = standing.row.cells[index] ?? "";
      const text = foundText(copy.cells[index] ?? "");
      if (text === "" || text === cellText(shown) || text === foundText(sheet)) return;
      const isFormula = text !== cellText(copy.cells[index] ?? "");
      if (column.edit.rule !== "append" || isFormula) {
        if (!isRescued) rescued.push({ field: column.field, text });
        return;
      }
      const cell = cells.get(column.field);
      const stored = row.values[column.field] ?? null;
      const current = cell?.store?.to ?? stored ?? "";
      const growth = growthOf(
        [cellText(shown), cellText(sheet), current].join("\n"),
        cleanIncoming(text),
      );
      if (growth.kind === "none") return;
      const to = appendText(current, growth.kind === "lines" ? growth.text : growth.line);
      cells.set(column.field, {
        ...(cell ?? blankCell(column, index, plainValue(sheet))),
        verdict: "merged",
        reason: "text of a second row with the same ID",
        found: cell?.found ?? text,
        show: { kind: "text", text: to },
        store: { from: stored, to },
      });
    });
  }
  return { cells: [...cells.values()], findings, rescued };
}

function blankCell(column: Column, index: number, before: CellValue): CellPlan {
  return {
    field: column.field,
    header: column.header,
    column: index,
    verdict: "merged",
    code: null,
    reason: "the mirror explains why an edit was refused",
    found: null,
    before,
    show: { kind: "keep" },
    store: null,
  };
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
