/** From the input of one tab to its plan: pure, synchronous, without a clock. @module */

import type { RowId } from "../contract/cell.ts";
import type { SheetRow, TabSnapshot } from "../sheets/snapshot.ts";
import type { BaseRow } from "../store/records.ts";
import { checkGuards } from "./guards.ts";
import type { DatabaseRow, TabInput } from "./input.ts";
import { keyText, type Match, matchRows } from "./match.ts";
import type { RowPlan, StrayFinding, TabPlan } from "./plan.ts";
import { planStanding } from "./standing.ts";

const PUT_BACK_NOTE =
  "Put back by atlas-mirror: this row was removed in the sheet, but it still stands in the database.";

/** The plan for one tab. Guards that tripped are part of it; who applies it has to heed them. */
export function planTab(input: TabInput): TabPlan {
  const { tab, sheet, rows, base } = input;
  const match = matchRows(sheet, base, (id) => rows.has(id) || base.has(id));
  const standing = planStandingRows(input, match);
  const absent = [...planMissing(input, match), ...planNew(input, match)];
  return {
    tab,
    rows: [...standing, ...absent],
    strays: findStrays(input, sheet, match),
    held: [...rows.values()].flatMap(({ id, scope, problem }) =>
      scope === "shown" && problem !== null ? [{ id, reason: problem }] : []
    ),
    guards: sheet.depth === "quick" ? [] : checkGuards(input, match, standing),
  };
}

const NO_COPIES: readonly SheetRow[] = [];

function planStandingRows(input: TabInput, match: Match): RowPlan[] {
  const copies = Map.groupBy(match.copies, ({ id }) => id);
  const plans: RowPlan[] = [];
  for (const [id, standing] of match.standing) {
    const plan = planStanding({
      input,
      id,
      standing,
      row: input.rows.get(id) ?? null,
      base: input.base.get(id) ?? null,
      copies: copies.get(id)?.map(({ row }) => row) ?? NO_COPIES,
    });
    if (plan !== null) plans.push(plan);
  }
  return plans;
}

/** Rows the base knows and the sheet does not show. */
function planMissing({ rows, base }: TabInput, match: Match): RowPlan[] {
  const plans: RowPlan[] = [];
  for (const row of base.values()) {
    if (match.standing.has(row.id)) continue;
    const stored = rows.get(row.id);
    if (stored?.scope === "shown") {
      if (stored.problem === null) plans.push(planReturn(row, stored));
    } else plans.push(wholeRow(row.id, { kind: "forget", why: stored?.scope ?? "gone" }));
  }
  return plans.sort(byOrder(rows));
}

function planReturn(base: BaseRow, stored: DatabaseRow): RowPlan {
  const { id, cells } = stored;
  if (base.state === "adding") {
    return wholeRow(id, { kind: "add", why: "again", anchor: base.anchor, cells, note: null });
  }
  return {
    ...wholeRow(id, { kind: "add", why: "put-back", anchor: null, cells, note: PUT_BACK_NOTE }),
    findings: [{
      code: "MIRROR-ROW-REMOVED",
      value: "",
      reason: "the row was removed in the sheet and is put back",
    }],
  };
}

/** Rows the database has and the sheet never had. */
function planNew({ rows, base }: TabInput, match: Match): RowPlan[] {
  const plans: RowPlan[] = [];
  for (const { id, scope, problem, cells } of rows.values()) {
    const isNew = scope === "shown" && problem === null && !base.has(id) &&
      !match.standing.has(id);
    if (isNew) {
      plans.push(wholeRow(id, { kind: "add", why: "new", anchor: null, cells, note: null }));
    }
  }
  return plans.sort(byOrder(rows));
}

function wholeRow(id: RowId, action: RowPlan["action"]): RowPlan {
  return {
    id,
    action,
    copies: [],
    cells: [],
    update: null,
    explanations: [],
    findings: [],
    rescued: [],
  };
}

/** Oldest first, by the time the contract names; rows of the same time by their ID. */
function byOrder(rows: TabInput["rows"]): (a: RowPlan, b: RowPlan) => number {
  return (a, b) => {
    const [left, right] = [rows.get(a.id)?.order ?? 0, rows.get(b.id)?.order ?? 0];
    return left - right || (a.id < b.id ? -1 : 1);
  };
}

/** What stands in the tab and is not ours: left alone, told once. */
function findStrays(input: TabInput, sheet: TabSnapshot, match: Match): StrayFinding[] {
  const strays = match.unknown.map((row): StrayFinding => ({
    row: keyText(row),
    code: "MIRROR-UNKNOWN-ID",
    value: keyText(row),
    reason: "the database has no row with this ID; the row is left alone",
  }));
  if (sheet.rows.some(({ extra }) => extra.length > 0)) {
    strays.push({
      row: "",
      code: "MIRROR-EXTRA-COLUMNS",
      value: "",
      reason: "columns to the right of the contract's belong to humans and are left alone",
    });
  }
  const known = new Set(input.reported.map(({ row, code }) => `${code} ${row}`));
  return strays.filter(({ row, code }) => {
    const key = `${code} ${row}`;
    const isNew = !known.has(key);
    known.add(key);
    return isNew;
  });
}
