/** What the mirror keeps in the database, as plain values. @module */

import type { Anchor, CellValue, RowId } from "../contract/cell.ts";

/** Whether a row of the table belongs into its tab now. */
export type Scope =
  /** It is shown. */
  | "shown"
  /** Retention takes it out of the tab; `archived_at` is not set yet. */
  | "expired"
  /** Retention took it out before. */
  | "archived"
  /** It was deleted softly. */
  | "deleted";

/** A row of a source table: every field the contract names, as text or NULL. */
export interface SourceRow {
  readonly id: RowId;
  readonly values: Readonly<Record<string, string | null>>;
  readonly scope: Scope;
}

/** The last state of a row that the sheet and the database were both confirmed to hold. */
export interface BaseRow {
  readonly id: RowId;
  readonly anchor: Anchor;
  /** One value a column, in sheet space; while the row is `adding`, what was sent. */
  readonly cells: readonly CellValue[];
  readonly state:
    /** Both sides were seen to hold `cells`. */
    | "confirmed"
    /** A write that adds the row was sent or is about to be; nobody has seen it land. */
    | "adding";
  /** Digest of the source values that encode to `cells`; null: encode and compare. */
  readonly source: string | null;
}

/**
 * What the sheet still has to show for a human cell that was consumed. While it is open, the same
 * text in the sheet is never taken for a new edit.
 */
export interface Intent {
  readonly id: RowId;
  /** The field of the column. */
  readonly field: string;
  /** What stood in the sheet when the mirror decided about it. */
  readonly consumed: CellValue;
  /** What the mirror is going to write there. */
  readonly target: CellValue;
}

/** Who caused a change: an edit in the sheet, a change in the database, or the mirror itself. */
export type Actor = "human" | "agent" | "mirror";

/** Which way a change went. */
export type Direction = "import" | "export";

/** What became of a cell or a row. */
export type AuditVerdict =
  /** A human's edit went into the database. */
  | "accepted"
  /** A human's text was added to what the database holds. */
  | "merged"
  /** A human's edit was not taken; the database's value stays. */
  | "refused"
  /** Something the mirror owns was changed or removed in the sheet and was put back. */
  | "restored"
  /** Both sides changed; the database won and the human's value is kept here. */
  | "conflict"
  /** A database value was shown in the sheet. */
  | "exported"
  /** A row entered the tab. */
  | "added"
  /** A row left the tab. */
  | "removed"
  /** A row left the tab because of its age. */
  | "archived";

/** One line of the audit. */
export interface AuditEntry {
  readonly tab: string;
  readonly rowId: RowId;
  /** The field; null: the entry is about the whole row. */
  readonly column: string | null;
  readonly direction: Direction;
  readonly actor: Actor;
  readonly verdict: AuditVerdict;
  readonly reason: string;
  readonly oldValue: string | null;
  readonly newValue: string | null;
}

/** An {@linkcode AuditEntry} as it stands in the table. */
export interface StoredAuditEntry extends AuditEntry {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly cycle: number;
}

/** Something a human should know about a row or cell, remembered so that it is said once. */
export interface Finding {
  readonly tab: string;
  /** The key as it stands in the sheet; empty: the finding is about the tab. */
  readonly row: string;
  /** The field; empty: about the whole row. */
  readonly column: string;
  /** `MIRROR-…`. */
  readonly code: string;
  /** What was found there, in short; a new text is a new finding. */
  readonly value: string;
  readonly reason: string;
}

/** What is known of a tab between two cycles. */
export interface TabState {
  /** The title in the contract. */
  readonly tab: string;
  readonly sheetId: number;
  /** The title it had when it was last read: people may rename it. */
  readonly title: string;
  /** The spreadsheet's time zone in which the base's serials are written. */
  readonly zone: string;
  /** Digest of the tab's part of the contract under which the base was written. */
  readonly fingerprint: string;
}

/** Who this database is, and how often it has written to the spreadsheet. */
export interface Identity {
  readonly uuid: string;
  readonly epoch: number;
}
