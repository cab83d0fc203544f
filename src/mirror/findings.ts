/** Every kind of finding has a code, so that it can be looked up, counted and silenced. @module */

/** What was found. Each code has its section in `docs/findings.md`. */
export type FindingCode =
  /** A word that the column does not allow, or a change that is not allowed from where the row stands. */
  | "MIRROR-TRANSITION"
  /** A word that is close to an allowed one. */
  | "MIRROR-NEAR-MISS"
  /** A decision on a row that changed after the human saw it. */
  | "MIRROR-STALE-DECISION"
  /** A decision on a row that was deleted meanwhile. */
  | "MIRROR-DELETED-DECISION"
  /** More text than the column takes in one edit. */
  | "MIRROR-TOO-LONG"
  /** A formula where a human's text belongs. */
  | "MIRROR-FORMULA"
  /** Both sides changed the same cell; the database won. */
  | "MIRROR-CONFLICT"
  /** A cell that the database owns was edited. */
  | "MIRROR-SYSTEM-CELL"
  /** A security finding: a timestamp was edited. */
  | "MIRROR-TIMESTAMP"
  /** A security finding: an ID was edited or emptied. */
  | "MIRROR-ID-EDITED"
  /** Text that only grows was shortened or emptied. */
  | "MIRROR-APPEND-ONLY"
  /** The ID in a row and the row's anchor name different rows. */
  | "MIRROR-SCRAMBLED"
  /** The same ID stands in a second row. */
  | "MIRROR-DUPLICATE-ID"
  /** A row with an ID that the database does not know. */
  | "MIRROR-UNKNOWN-ID"
  /** A row of the tab was removed in the sheet. */
  | "MIRROR-ROW-REMOVED"
  /** A row of the tab is gone from the database. */
  | "MIRROR-ROW-GONE"
  /** Text to the right of the contract's columns. */
  | "MIRROR-EXTRA-COLUMNS"
  /** A database row that does not meet the contract and stays back. */
  | "MIRROR-INVALID-ROW";

/** Guards stop a tab before any write, until a human has looked. */
export type GuardName =
  /** A whole block of requests was decided alike: a fill-down rather than decisions. */
  | "many-decisions"
  /** Cells of the database were edited in most rows. */
  | "bulk-edit"
  /** Most rows are gone from the sheet. */
  | "rows-missing"
  /** No row is left in the sheet. */
  | "tab-empty"
  /** Most rows that are shown are gone from the database. */
  | "database-rows-missing"
  /** Several rows carry the ID of one row and the anchor of another. */
  | "rows-scrambled"
  /** Sheet and database meet for the first time and both have rows. */
  | "adopt"
  /** The spreadsheet carries the mark of another database. */
  | "other-database"
  /** The spreadsheet was written by a later state of this database. */
  | "older-database"
  /** The contract is not the one under which the tab was last written. */
  | "contract-changed"
  /** The tab is missing, or its header is not the contract's. */
  | "structure"
  /** The database file is damaged. */
  | "database-damaged";

/** The guards that `--accept` can let through; the others need the cause mended. */
export const ACCEPTABLE_GUARDS = [
  "many-decisions",
  "bulk-edit",
  "rows-missing",
  "tab-empty",
  "database-rows-missing",
  "rows-scrambled",
  "adopt",
  "other-database",
  "older-database",
  "contract-changed",
] as const satisfies readonly GuardName[];

/** A guard that tripped on one tab. */
export interface GuardTrip {
  readonly guard: GuardName;
  /** What was seen, with the figures. */
  readonly message: string;
  /** What to do next. */
  readonly hint: string;
}
