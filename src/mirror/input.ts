/** Everything a plan is made from. With this in hand the rest is pure. @module */

import type { CellValue, RowId } from "../contract/cell.ts";
import type { Tab } from "../contract/schema.ts";
import type { TabSnapshot } from "../sheets/snapshot.ts";
import type { BaseRow, Finding, Intent, SourceRow } from "../store/records.ts";
import type { UndatedNews } from "./undated.ts";

/** A row of the database together with what the sheet is to show of it. */
export interface DatabaseRow extends SourceRow {
  /** One value a column, in sheet space. */
  readonly cells: readonly CellValue[];
  /** Why the row does not meet the contract and stays back; null: it is fine. */
  readonly problem: string | null;
  /** The time by which new rows are put in order, in milliseconds since 1970; unknown: 0. */
  readonly order: number;
  /** Digest of the source values, by which an unchanged row is recognised without encoding it. */
  readonly source: string;
}

/** By what a finding is known again within its tab. */
export function findingKey({ row, column, code, value }: Omit<Finding, "tab" | "reason">): string {
  return JSON.stringify([row, column, code, value]);
}

/** One tab: what both sides hold, what they last agreed on, and what is still under way. */
export interface TabInput {
  readonly tab: Tab;
  readonly sheet: TabSnapshot;
  readonly rows: ReadonlyMap<RowId, DatabaseRow>;
  readonly base: ReadonlyMap<RowId, BaseRow>;
  /** The contract under which the base was written is another one. */
  readonly contractChanged: boolean;
  /**
   * A serial of the base as it would be written today. The identity, unless the spreadsheet's time
   * zone was changed since.
   */
  readonly rezone: (serial: number) => number;
  readonly intents: ReadonlyMap<RowId, ReadonlyMap<string, Intent>>;
  /** Findings of the tab that are open. */
  readonly reported: readonly Finding[];
  /** Keys ({@linkcode findingKey}) of all that was ever found, so that nothing is explained twice. */
  readonly told: ReadonlySet<string>;
  /** A cycle has brought this tab and its table together before. */
  readonly hasMet: boolean;
  /** Whether rows can be told, and written, by their anchors in this spreadsheet. */
  readonly anchorsHold: boolean;
  /** What is news about rows whose retention clock has no start of its own. */
  readonly undated: UndatedNews;
  /** ISO 8601 UTC. */
  readonly now: string;
}
