/** What a cycle did, as people and programs read it. The JSON form is a stable interface. @module */

import type { AtlasError } from "../base/errors.ts";
import type { Tab } from "../contract/schema.ts";
import type { RequestCounts } from "../sheets/client.ts";
import type { Finding } from "../store/records.ts";
import type { GuardTrip } from "./findings.ts";
import type { RowPlan, SealedPlan } from "./plan.ts";
import type { SuspiciousText } from "./suspicious.ts";

/** How a tab ended. */
export type TabStatus =
  /** Everything was done, or there was nothing to do. */
  | "ok"
  /** Something failed; trying again may help. */
  | "failed"
  /** A guard stopped it before any write. */
  | "guarded";

/** One thing a human should know about a row. */
export interface ReportedFinding {
  readonly row: string;
  /** The header; empty: the whole row. */
  readonly column: string;
  readonly code: string;
  readonly verdict: string;
  readonly reason: string;
}

/** The figures of one tab: cells imported and exported, rows added, removed, archived and so on. */
export interface TabCounts {
  readonly imported: number;
  readonly exported: number;
  readonly added: number;
  readonly removed: number;
  readonly archived: number;
  readonly refused: number;
  readonly restored: number;
  readonly conflicts: number;
  /** Database rows that stay back because they do not meet the contract. */
  readonly invalid: number;
}

/** What happened to one tab. */
export interface TabReport extends TabCounts {
  readonly tab: string;
  readonly status: TabStatus;
  readonly findings: readonly ReportedFinding[];
  /** Rows that another process changed at the same moment: they wait for the next cycle. */
  readonly waiting: number;
  readonly guards: readonly GuardTrip[];
  readonly error: AtlasError | null;
  /** The plan as it was made first; null where it never came to that. */
  readonly plan: SealedPlan | null;
}

/** What happened in a cycle. */
export interface CycleReport {
  readonly status:
    /** Every tab is fine. */
    | "ok"
    /** Some tabs failed, others are fine. */
    | "partial"
    /** Every tab failed. */
    | "failed"
    /** A guard stopped at least one tab; a human must look. */
    | "guarded";
  readonly durationMs: number;
  readonly requests: RequestCounts;
  readonly tabs: readonly TabReport[];
  /** Findings nobody was told of before, whole and with whatever secrets they hold. */
  readonly fresh: readonly Finding[];
  /** What people typed and is odd, whole and with whatever secrets it holds. */
  readonly suspicious: readonly SuspiciousText[];
}

export const NO_COUNTS: TabCounts = {
  imported: 0,
  exported: 0,
  added: 0,
  removed: 0,
  archived: 0,
  refused: 0,
  restored: 0,
  conflicts: 0,
  invalid: 0,
};

/** Two sets of figures together, as the rounds of one cycle add up. */
export function addCounts(a: TabCounts, b: Partial<TabCounts>): TabCounts {
  const sum = { ...a };
  for (const key of Object.keys(NO_COUNTS) as (keyof TabCounts)[]) sum[key] += b[key] ?? 0;
  return sum;
}

/** What the database's half of a plan comes to. What the sheet's half comes to is counted when it is seen. */
export function importCounts(rows: readonly RowPlan<unknown>[]): Partial<TabCounts> {
  const cells = rows.flatMap((row) => row.cells);
  const having = (verdict: string) => cells.filter((cell) => cell.verdict === verdict).length;
  const imported =
    cells.filter(({ verdict, store, found }) =>
      (verdict === "accepted" || verdict === "merged") && store !== null && found !== null
    ).length;
  return {
    imported,
    refused: having("refused"),
    restored: having("restored"),
    conflicts: having("conflict"),
  };
}

/** The findings of a plan's rows, for the report. */
export function reportedFindings(tab: Tab, plan: SealedPlan): ReportedFinding[] {
  const header = new Map(tab.columns.map((column) => [column.field, column.header]));
  return [
    ...plan.rows.flatMap(({ id, cells, findings }) => [
      ...findings.map(({ code, reason }) => ({
        row: id,
        column: "",
        code,
        verdict: "restored",
        reason,
      })),
      ...cells.flatMap(({ field, code, verdict, reason }) =>
        code === null
          ? []
          : [{ row: id, column: header.get(field) ?? field, code, verdict, reason }]
      ),
    ]),
    ...plan.strays.map(({ row, code, reason }) => ({
      row,
      column: "",
      code,
      verdict: "ignored",
      reason,
    })),
    ...plan.held.map(({ id, reason }) => ({
      row: id,
      column: "",
      code: "MIRROR-INVALID-ROW",
      verdict: "held",
      reason,
    })),
  ];
}

/** The status of a cycle from those of its tabs; the worst that needs a human comes first. */
export function cycleStatus(tabs: readonly TabReport[]): CycleReport["status"] {
  if (tabs.some(({ status }) => status === "guarded")) return "guarded";
  const failed = tabs.filter(({ status }) => status === "failed").length;
  if (failed === 0) return "ok";
  return failed === tabs.length ? "failed" : "partial";
}
