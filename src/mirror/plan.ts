/**
 * What a cycle is going to do to one tab: a plain value, made without touching anything, that can be
 * printed, hashed and then applied.
 *
 * @module
 */

import type { Anchor, CellValue, RowId } from "../contract/cell.ts";
import type { Tab } from "../contract/schema.ts";
import type { Finding } from "../store/records.ts";
import type { FindingCode, GuardTrip } from "./findings.ts";

/** What becomes of one cell. A cell without any of these is quiet and has no entry in the plan. */
export type CellVerdict =
  /** The database has a newer value; the sheet shall show it. */
  | "exported"
  /** A human's edit goes into the database as it is. */
  | "accepted"
  /** A human's text is added to what the database holds by now. */
  | "merged"
  /** A human's edit is not taken; the cell is set back. */
  | "refused"
  /** Something that is not the human's to change was changed; it is put back. */
  | "restored"
  /** Both sides changed; the database wins, the human's value is kept in the audit. */
  | "conflict"
  /** Both sides already show the same new value; only the base has to learn it. */
  | "agreed"
  /** The value is right but not written as the mirror writes it. */
  | "normalised"
  /** An earlier cycle decided about this edit; the sheet still has to show the outcome. */
  | "caught-up";

/** What a cell of the sheet shall show after the cycle. */
export type Show =
  /** What stands there already. */
  | { readonly kind: "keep" }
  /** This value, in sheet space. */
  | { readonly kind: "value"; readonly value: CellValue }
  /** This text of the database, still to be masked and guarded for the sheet. */
  | { readonly kind: "text"; readonly text: string };

/** A {@linkcode Show} with its text already in sheet space. */
export type SealedShow = Exclude<Show, { kind: "text" }>;

/** One cell that is not quiet. */
export interface CellPlan<S = Show> {
  readonly field: string;
  readonly header: string;
  /** Position among the contract's columns, from 0. */
  readonly column: number;
  readonly verdict: CellVerdict;
  /** The finding this is, for edits that were not simply taken; null: nothing to report. */
  readonly code: FindingCode | null;
  /** Why, in words for the people on both sides. */
  readonly reason: string;
  /** The text or formula a human put there; null: no human edit is involved. */
  readonly found: string | null;
  /** What the sheet shows now; null: the row is not in the sheet. */
  readonly before: CellValue | null;
  readonly show: S;
  /** The change of the database's value; null: none. */
  readonly store: { readonly from: string | null; readonly to: string | null } | null;
}

/** Why a row leaves its tab. */
export type Leaving =
  /** It was deleted softly. */
  | "deleted"
  /** Retention takes it out now. */
  | "expired"
  /** It carries the archive mark already. */
  | "archived"
  /** It is gone from the database. */
  | "gone";

/** A row as it was read, so that nothing is removed that changed since. */
export interface LeavingRow {
  /** Counted from 0, the header included. */
  readonly index: number;
  readonly anchor: Anchor | null;
  readonly cells: readonly CellValue[];
  /** What humans kept to the right of the contract's columns; it goes to the audit. */
  readonly extra: readonly CellValue[];
}

/** What happens to a row as a whole. */
export type RowAction =
  /** It stays where it is. */
  | {
    readonly kind: "standing";
    /** Counted from 0, as read. */
    readonly index: number;
    /** Null: it has none yet and gets one. */
    readonly anchor: Anchor | null;
    /** Anchors that point to nothing any more. */
    readonly orphans: readonly Anchor[];
  }
  /** It is put into the sheet. */
  | {
    readonly kind: "add";
    readonly why:
      /** The database has it, the sheet never had. */
      | "new"
      /** An earlier cycle wanted to add it and nobody saw it land. */
      | "again"
      /** A human removed it. */
      | "put-back";
    /** The anchor an earlier attempt used; null: it gets a new one. */
    readonly anchor: Anchor | null;
    readonly cells: readonly CellValue[];
    /** A cell note on the ID. */
    readonly note: string | null;
  }
  /** It leaves the sheet. */
  | { readonly kind: "remove"; readonly why: Leaving; readonly row: LeavingRow }
  /** It is neither in the sheet nor due there; the base forgets it. */
  | { readonly kind: "forget"; readonly why: Leaving };

/** A change of one row of the database, made only where it still holds what the plan was made from. */
export interface RowUpdate {
  readonly set: Readonly<Record<string, string | null>>;
  readonly expect: Readonly<Record<string, string | null>>;
}

/** Something to report about the row as a whole. */
export interface RowFinding {
  readonly code: FindingCode;
  /** What stood there; the same value is reported once. */
  readonly value: string;
  readonly reason: string;
}

/** A note on a cell of a standing row that changes; what humans wrote in it stays. */
export interface NotePlan {
  readonly column: number;
  /** The whole note, as read. */
  readonly before: string;
  /** The whole note, as it shall be; empty: none. */
  readonly text: string;
}

/** Everything that happens to one row. */
export interface RowPlan<S = Show> {
  readonly id: RowId;
  readonly action: RowAction;
  /** Further rows with the same ID; their text is merged into this one and they are removed. */
  readonly copies: readonly LeavingRow[];
  readonly cells: readonly CellPlan<S>[];
  readonly notes: readonly NotePlan[];
  readonly update: RowUpdate | null;
  /** Lines the mirror adds to the explaining column within this update. */
  readonly explanations: readonly string[];
  readonly findings: readonly RowFinding[];
  /** Human text that goes to the audit because the row it stood in is set back or leaves. */
  readonly rescued: readonly { readonly field: string; readonly text: string }[];
}

/** A finding on a row that is not ours: it is left alone. */
export interface StrayFinding extends RowFinding {
  readonly row: string;
}

/** Everything that happens to one tab. */
export interface TabPlan<S = Show> {
  readonly tab: Tab;
  readonly guards: readonly GuardTrip[];
  readonly rows: readonly RowPlan<S>[];
  readonly strays: readonly StrayFinding[];
  /** Database rows that do not meet the contract and stay back, with the reason. */
  readonly held: readonly { readonly id: RowId; readonly reason: string }[];
  /** Findings of earlier cycles that are over. */
  readonly cured: readonly Finding[];
}

/** A plan whose every value is in sheet space, ready to be applied. */
export type SealedPlan = TabPlan<SealedShow>;

/** Whether applying the plan would change the sheet, the database or the base. */
export function isQuiet(plan: TabPlan<unknown>): boolean {
  return plan.rows.length === 0 && plan.guards.length === 0 && plan.strays.length === 0 &&
    plan.cured.length === 0;
}
