/** From the input of one tab to its plan: pure, synchronous, without a clock. @module */

import type { RowId } from "../contract/cell.ts";
import type { SheetRow, TabSnapshot } from "../sheets/snapshot.ts";
import type { BaseRow, Finding } from "../store/records.ts";
import { findCured, hasPlainKey } from "./cured.ts";
import { checkGuards } from "./guards.ts";
import type { DatabaseRow, TabInput } from "./input.ts";
import { keyText, type Match, matchByKey, matchRows, withoutOwnWrites } from "./match.ts";
import type { RowPlan, StrayFinding, TabPlan } from "./plan.ts";
import { PUT_BACK_NOTE } from "./notes.ts";
import { planStanding } from "./standing.ts";
import { nearestId } from "./near_id.ts";
import { withoutAnchors } from "./unanchored.ts";

/** The plan for one tab. Guards that tripped are part of it; who applies it has to heed them. */
export function planTab(input: TabInput): TabPlan {
  const { tab, sheet, rows, base } = input;
  const isKnown = (id: RowId) => rows.has(id) || base.has(id);
  const match = input.anchorsHold
    ? matchRows(sheet, base, isKnown)
    : matchByKey(sheet, base, isKnown);
  const { standing, stored } = planStandingRows(input, match);
  const missing = planMissing(input, match);
  const { fresh, held } = planNew(input, match, stored);
  const whole = [...standing, ...missing, ...fresh];
  const { rows: planned, withheld } = input.anchorsHold
    ? { rows: whole, withheld: [] }
    : withoutAnchors(whole);
  const strays = [...findStrays(input, sheet, match), ...withheld];
  return {
    tab,
    rows: planned,
    strays: withoutTold(input, strays),
    held,
    cured: findCured(input, match, { rows: planned, strays, held }),
    guards: sheet.depth === "quick" ? [] : checkGuards(input, match, whole),
  };
}

const NO_COPIES: readonly SheetRow[] = [];
const NO_FINDINGS: readonly Finding[] = [];

/** The plans of rows that stand, and how many of these the database has. */
function planStandingRows(
  input: TabInput,
  match: Match,
): { readonly standing: readonly RowPlan[]; readonly stored: number } {
  const copies = Map.groupBy(match.copies, ({ id }) => id);
  const open = Map.groupBy(input.reported, ({ row }) => row);
  const plans: RowPlan[] = [];
  let stored = 0;
  for (const [id, found] of match.standing) {
    const standing = input.intents.size === 0
      ? found
      : withoutOwnWrites(found, input.tab, input.intents.get(id));
    const row = input.rows.get(id) ?? null;
    if (row !== null) stored++;
    const plan = planStanding({
      input,
      id,
      standing,
      row,
      base: standing.base,
      copies: copies.size === 0 ? NO_COPIES : copies.get(id)?.map(({ row }) => row) ?? NO_COPIES,
      open: open.size === 0 ? NO_FINDINGS : open.get(id) ?? NO_FINDINGS,
    });
    if (plan !== null) plans.push(plan);
  }
  return { standing: plans, stored };
}

/** Rows the base knows and the sheet does not show. */
function planMissing({ rows, contractChanged }: TabInput, { absent }: Match): RowPlan[] {
  const plans: RowPlan[] = [];
  for (const row of absent) {
    const stored = rows.get(row.id);
    if (stored?.scope === "shown") {
      if (stored.problem === null) plans.push(planReturn(row, stored, contractChanged));
    } else plans.push(wholeRow(row.id, { kind: "forget", why: stored?.scope ?? "gone" }));
  }
  return plans.sort(byOrder(rows));
}

function planReturn(base: BaseRow, stored: DatabaseRow, contractChanged: boolean): RowPlan {
  const { id, cells } = stored;
  if (base.state === "adding") {
    // As it was sent before: it may have arrived all the same, and what the agent wrote since would then
    // look like something that people had taken back.
    const sent = contractChanged ? cells : base.cells;
    return wholeRow(id, {
      kind: "add",
      why: "again",
      anchor: base.anchor,
      cells: sent,
      note: null,
    });
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

/** Rows the database has and the sheet never had, and those that have to stay back. */
function planNew(
  { rows, base }: TabInput,
  match: Match,
  /** Rows of the database that stand. Where all of them do, none has to be looked up. */
  stored: number,
): { readonly fresh: readonly RowPlan[]; readonly held: TabPlan["held"] } {
  const fresh: RowPlan[] = [];
  const held: TabPlan["held"][number][] = [];
  for (const { id, scope, problem, cells } of rows.values()) {
    if (scope !== "shown") continue;
    if (problem !== null) held.push({ id, reason: problem });
    else if (stored < rows.size && !base.has(id) && !match.standing.has(id)) {
      fresh.push(wholeRow(id, { kind: "add", why: "new", anchor: null, cells, note: null }));
    }
  }
  return { fresh: fresh.sort(byOrder(rows)), held };
}

function wholeRow(id: RowId, action: RowPlan["action"]): RowPlan {
  return {
    id,
    action,
    copies: [],
    cells: [],
    notes: [],
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

/** What stands in the tab and is not ours: it is left alone. */
function findStrays({ rows, base }: TabInput, sheet: TabSnapshot, match: Match): StrayFinding[] {
  const near = match.unknown.length === 0
    ? () => null
    : nearestId(new Set([...rows.keys(), ...base.keys()]));
  const strays = new Map<string, StrayFinding>();
  for (const row of match.unknown) {
    if (sheet.depth === "quick" && !hasPlainKey(row)) continue;
    const key = keyText(row);
    const meant = near(key);
    strays.set(key, {
      row: key,
      code: "MIRROR-UNKNOWN-ID",
      value: key,
      reason: "the database has no row with this ID; the row is left alone" +
        (meant === null ? "" : ` (did you mean "${meant.id}"? It differs only in ${meant.by})`),
    });
  }
  const told = [...strays.values()];
  if (sheet.rows.some(({ extra }) => extra.length > 0)) {
    told.push({
      row: "",
      code: "MIRROR-EXTRA-COLUMNS",
      value: "",
      reason: "columns to the right of the contract's belong to humans and are left alone",
    });
  }
  return told;
}

/** Strays are told once, for as long as they stand. */
function withoutTold({ reported }: TabInput, strays: readonly StrayFinding[]): StrayFinding[] {
  const told = new Set(reported.map(({ row, code }) => JSON.stringify([row, code])));
  return strays.filter(({ row, code }) => !told.has(JSON.stringify([row, code])));
}
