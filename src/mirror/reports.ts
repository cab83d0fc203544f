/**
 * Reports: rows of the mirror's own in the table of the tab that the contract names, one for every
 * place where a human wrote something that was not taken. A report's ID follows from what it is about,
 * so that a cycle that was killed and is run again reports nothing twice.
 *
 * @module
 */

import { sha256Hex } from "../base/digest.ts";
import { must } from "../base/assert.ts";
import { type RowId, rowId } from "../contract/cell.ts";
import type { Contract, Reports, Tab } from "../contract/schema.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import type { AuditEntry, Finding } from "../store/records.ts";
import { amendSource, insertSource, readSourceRow } from "../store/source.ts";
import { findingsOf } from "./cured.ts";
import { findingKind } from "./findings.ts";
import type { SealedPlan } from "./plan.ts";

/** More findings of a kind than this in one plan of a tab become a single report. */
const REPORTS_MAX = 20;

/** Filled in where a report is closed and no human has said how it was resolved. */
const REMARK = "The mirror does not find this any more.";

/** What becomes of one report. */
export type ReportChange =
  /** It is written, or opened again. */
  | { readonly kind: "open"; readonly id: RowId; readonly text: string }
  /** What it was about is over. */
  | { readonly kind: "close"; readonly id: RowId };

/** A plan, and the findings of its tab that were open before. */
export interface ReportedPlan {
  readonly plan: SealedPlan;
  readonly reported: readonly Finding[];
}

/** Whether the row is a report, which makes no report of its own and does not count in trends. */
export function isReport({ reports }: Contract, tab: string, row: string): boolean {
  return reports !== null && reports.tab === tab && row.startsWith(reports.prefix);
}

/** What the plans change about the reports. */
export function planReports(contract: Contract, plans: readonly ReportedPlan[]): ReportChange[] {
  const { reports } = contract;
  if (reports === null) return [];
  return plans.flatMap(({ plan, reported }) => {
    const counts = (finding: Finding) =>
      findingKind(finding.code)?.report === true &&
      !isReport(contract, finding.tab, finding.row);
    const found = findingsOf(plan).filter(counts);
    const opened = [...Map.groupBy(found, ({ code }) => code).values()]
      .flatMap((alike) => openReports(reports, plan.tab, alike));
    const cured = new Set(plan.cured);
    const left = [...found, ...reported.filter((finding) => !cured.has(finding)).filter(counts)];
    const stands = new Set(left.flatMap((finding) => idsOf(reports, finding)));
    const closed = plan.cured.filter(counts).flatMap((finding) => idsOf(reports, finding))
      .filter((id) => !stands.has(id));
    return [...opened, ...[...new Set(closed)].map((id): ReportChange => ({ kind: "close", id }))];
  });
}

function openReports(reports: Reports, tab: Tab, alike: readonly Finding[]): ReportChange[] {
  const places = new Map(alike.map((finding) => [reportId(reports, finding), finding]));
  const [first] = alike;
  if (places.size > REPORTS_MAX && first !== undefined) {
    const { code } = first;
    const text = `${tab.title}: ${code} in ${places.size} places, the first at ${
      placeOf(tab, first)
    }: ${first.reason}`;
    return [{ kind: "open", id: reportId(reports, { ...first, row: "", column: "" }), text }];
  }
  return [...places].map(([id, finding]) => ({
    kind: "open",
    id,
    text: `${tab.title}, ${placeOf(tab, finding)}: ${finding.reason} (${finding.code})`,
  }));
}

function placeOf(tab: Tab, { row, column }: Finding): string {
  const header = tab.columns.find(({ field }) => field === column)?.header;
  // An ID that somebody typed may be of any length.
  const name = [...row].slice(0, 80).join("");
  return header === undefined ? `row ${name}` : `row ${name}, ${header}`;
}

/** The report of the place, and the one that stands for many of its kind. */
function idsOf(reports: Reports, finding: Finding): RowId[] {
  return [reportId(reports, finding), reportId(reports, { ...finding, row: "", column: "" })];
}

function reportId({ prefix }: Reports, { tab, row, column, code }: Finding): RowId {
  return rowId(prefix + sha256Hex(JSON.stringify([tab, row, column, code]), 12));
}

/**
 * Writes the changes in one transaction with their audit. The findings themselves are recorded with
 * the rest of the plan: should that never come, the next cycle finds the same and the same IDs.
 *
 * @returns whether the table was changed.
 */
export function writeReports(
  db: Database,
  contract: Contract,
  changes: readonly ReportChange[],
  { at, cycle, fence }: {
    readonly at: string;
    readonly cycle: number;
    readonly fence: () => void;
  },
): boolean {
  const { reports } = contract;
  if (reports === null || changes.length === 0) return false;
  const tab = must(contract.tabs.find(({ title }) => title === reports.tab), reports.tab);
  return db.transaction(() => {
    fence();
    const audit = changes.flatMap((change) => writeReport(db, tab, reports, change, at));
    appendAudit(db, audit, { at, cycle });
    return audit.length > 0;
  });
}

/** Brings one report to the state it should have, and returns what is to be said about it. */
function writeReport(
  db: Database,
  tab: Tab,
  reports: Reports,
  change: ReportChange,
  at: string,
): AuditEntry[] {
  const { state, text, remark } = reports;
  const { id } = change;
  const row = readSourceRow(db, tab, id);
  const entry = { tab: tab.title, rowId: id, direction: "import", actor: "mirror" } as const;
  if (row === null) {
    if (change.kind === "close") return [];
    const values = {
      ...reports.set,
      [tab.key]: id,
      [text]: change.text,
      [reports.at]: at,
      [state.field]: state.open,
    };
    insertSource(db, tab, values);
    const reason = "the mirror reports what it could not take from the sheet";
    return [{
      ...entry,
      column: null,
      verdict: "added",
      reason,
      oldValue: null,
      newValue: change.text,
    }];
  }
  // Whoever took the report away does not want to see it again.
  if ((row[tab.softDelete] ?? "") !== "") return [];
  const isOpen = row[state.field] === state.open;
  const said = remark === null ? null : row[remark] ?? "";
  const set: Record<string, string | null> = {};
  if (change.kind === "close") {
    if (!isOpen) return [];
    Object.assign(set, moveOf(tab, state.field, state.open, state.cured, at));
    if (remark !== null && said === "") set[remark] = REMARK;
  } else {
    if (isOpen) return [];
    Object.assign(set, moveOf(tab, state.field, row[state.field] ?? "", state.open, at));
    set[text] = change.text;
    set[reports.at] = at;
    set[tab.archive] = null;
    if (remark !== null && said === REMARK) set[remark] = "";
  }
  const before = Object.fromEntries(Object.keys(set).map((field) => [field, row[field] ?? null]));
  if (!amendSource(db, tab, id, { set, expect: before })) return [];
  const reason = change.kind === "close"
    ? "what the mirror reported is over"
    : "the mirror found again what it had reported";
  return Object.entries(set).filter(([field, value]) => value !== before[field])
    .map(([column, newValue]) => ({
      ...entry,
      column,
      verdict: "accepted",
      reason,
      oldValue: before[column] ?? null,
      newValue,
    }));
}

/** The new word of the state, and what the contract's move sets beside it. */
function moveOf(
  tab: Tab,
  field: string,
  from: string,
  to: string,
  at: string,
): Record<string, string | null> {
  const edit = tab.columns.find((column) => column.field === field)?.edit;
  const moves = edit?.rule === "transition" ? edit.moves : [];
  const move = moves.find((candidate) => candidate.from === from && candidate.to === to);
  const stamps = Object.entries(move?.set ?? {}).map(([name, action]) =>
    [name, action === "now" ? at : null] as const
  );
  return { [field]: to, ...Object.fromEntries(stamps) };
}
