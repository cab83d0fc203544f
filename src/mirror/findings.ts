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
  | "MIRROR-INVALID-ROW"
  /** Anchors do not hold in the spreadsheet, so a row that stands was not written. */
  | "MIRROR-UNANCHORED";

/** What follows from a kind of finding. */
export interface FindingKind {
  /**
   * Whether it gets a row in the report tab: something a human wrote was not taken, or somebody
   * touched what nobody but the mirror may. What the mirror mends without a loss gets none.
   */
  readonly report: boolean;
  /** Whether somebody touched what the security rules forbid. */
  readonly security: boolean;
  /** When it counts as cured. */
  readonly until:
    /** When the mirror comes to another verdict about the cell, or, of a row, about any of its cells. */
    | "next-verdict"
    /** When a look at the whole tab does not find it again. */
    | "next-look";
  /** What the human can do, for a note on the cell; null: the cell gets no note. */
  readonly fix: string | null;
}

const MENDED = { report: false, security: false, until: "next-look", fix: null } as const;
const ANSWERED = { report: true, security: false, until: "next-verdict" } as const;

/** Every kind of finding. */
export const FINDINGS: Readonly<Record<FindingCode, FindingKind>> = {
  "MIRROR-TRANSITION": { ...ANSWERED, fix: "Choose a word that the note on the header allows." },
  "MIRROR-NEAR-MISS": { ...ANSWERED, fix: "Choose the word from the dropdown." },
  "MIRROR-STALE-DECISION": { ...ANSWERED, fix: "Read the row again, then decide again." },
  "MIRROR-DELETED-DECISION": { ...ANSWERED, fix: null },
  "MIRROR-TOO-LONG": {
    ...ANSWERED,
    fix: "Write less, or in several steps with a sync between them.",
  },
  "MIRROR-FORMULA": { ...ANSWERED, fix: "Write plain text, without = in front." },
  "MIRROR-CONFLICT": {
    ...ANSWERED,
    fix:
      "Your text is kept in the audit. Look at what stands here now; if yours is right, write it again.",
  },
  "MIRROR-SYSTEM-CELL": MENDED,
  "MIRROR-TIMESTAMP": { ...MENDED, report: true, security: true },
  "MIRROR-ID-EDITED": { ...MENDED, report: true, security: true },
  "MIRROR-APPEND-ONLY": MENDED,
  "MIRROR-SCRAMBLED": { ...MENDED, report: true },
  "MIRROR-DUPLICATE-ID": { ...MENDED, report: true },
  "MIRROR-UNKNOWN-ID": { ...MENDED, report: true },
  "MIRROR-ROW-REMOVED": { ...MENDED, until: "next-verdict" },
  "MIRROR-ROW-GONE": MENDED,
  "MIRROR-EXTRA-COLUMNS": MENDED,
  "MIRROR-INVALID-ROW": MENDED,
  "MIRROR-UNANCHORED": { ...MENDED, report: true },
};

/** The kind of a finding that was read from the database; null: a later program has written it. */
export function findingKind(code: string): FindingKind | null {
  return Object.hasOwn(FINDINGS, code) ? FINDINGS[code as FindingCode] : null;
}

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

/** All of them. */
export const GUARDS = [
  ...ACCEPTABLE_GUARDS,
  "structure",
  "database-damaged",
] as const satisfies readonly GuardName[];

/** A guard that tripped on one tab. */
export interface GuardTrip {
  readonly guard: GuardName;
  /** What was seen, with the figures. */
  readonly message: string;
  /** What to do next. */
  readonly hint: string;
}
