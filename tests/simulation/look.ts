/** What stands in the spreadsheet and in the database, read behind the mirror's back. @module */

import type { Entry, Row, Workbook } from "../../src/embedded/book.ts";
import type { Database, SqlRow } from "../../src/store/database.ts";

/** The tabs as the contract names them, their tables, and their columns: fields in order. */
export const TABS = [
  {
    title: "Pending_Approvals",
    table: "approvals",
    prefix: "ap",
    fields: ["id", "type", "action", "item", "status", "requested_at", "notes", "payload"],
    headers: ["ID", "Type", "Action", "Item", "Status", "Requested", "Notes", "Payload"],
    human: ["status", "notes"],
    dates: ["requested_at"],
    text: "item",
    time: "requested_at",
  },
  {
    title: "Runs",
    table: "runs",
    prefix: "rn",
    fields: ["id", "task", "command", "status", "started_at", "completed_at", "output", "notes"],
    headers: ["ID", "Task", "Command", "Status", "Started", "Completed", "Output", "Notes"],
    human: ["notes"],
    dates: ["started_at", "completed_at"],
    text: "command",
    time: "started_at",
  },
  {
    title: "Errors_Hotlist",
    table: "errors",
    prefix: "er",
    fields: [
      "id",
      "task",
      "error",
      "occurred_at",
      "severity",
      "resolved",
      "resolution",
      "notes",
    ],
    headers: [
      "ID",
      "Task",
      "Error",
      "Timestamp",
      "Severity",
      "Resolved",
      "Resolution",
      "Notes",
    ],
    human: ["resolved", "resolution", "notes"],
    dates: ["occurred_at"],
    text: "error",
    time: "occurred_at",
  },
] as const;

export type TabFacts = typeof TABS[number];

/** The mirror writes rows of its own into the table of errors. */
export function isReport(id: string): boolean {
  return id.startsWith("mirror-");
}

/** One row of a tab, below the header. */
export interface BookRow {
  /** Names the row whatever moves it. */
  readonly key: number;
  /** Counted from 1, as on the screen. */
  readonly row: number;
  readonly id: string;
  /** Whether the mirror holds the row for one of its own. */
  readonly isAnchored: boolean;
  /** What was entered, column by column; nothing is "". */
  readonly cells: readonly Entry[];
}

/** What stands in one tab. */
export interface BookTab {
  readonly facts: TabFacts;
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly BookRow[];
}

/** An entry as one text, a formula with its sign. */
export function entryText(entry: Entry | undefined): string {
  if (entry === undefined) return "";
  return typeof entry === "object" ? entry.formula : String(entry);
}

// Rows are never changed in place, so what was read of one stays true.
const entries = new WeakMap<Row, readonly Entry[]>();

/** What stands in a row; empty: nothing does. */
function entriesOf(row: Row): readonly Entry[] {
  const known = entries.get(row);
  if (known !== undefined) return known;
  const cells = Array.from(row.cells, (cell) => cell?.entry ?? "");
  const found = cells.every((cell) => cell === "") ? [] : cells;
  entries.set(row, found);
  return found;
}

/** The tabs of the contract, found by the sheetIds given, in the order of {@linkcode TABS}. */
export function lookAtBook(book: Workbook, sheetIds: readonly number[]): readonly BookTab[] {
  return TABS.flatMap((facts, index): BookTab[] => {
    const sheet = book.sheets.find(({ sheetId }) => sheetId === sheetIds[index]);
    if (sheet === undefined) return [];
    const header = sheet.rows[0]?.cells.map((cell) => entryText(cell?.entry)) ?? [];
    const rows: BookRow[] = [];
    sheet.rows.forEach((row, at) => {
      const cells = row === undefined || at === 0 ? [] : entriesOf(row);
      if (row === undefined || cells.length === 0) return;
      const isAnchored = (row.metadata ?? []).length > 0;
      rows.push({ key: row.key, row: at + 1, id: entryText(cells[0]), isAnchored, cells });
    });
    return [{ facts, title: sheet.title, header, rows }];
  });
}

/** The rows of the user's tables by ID. */
export type Tables = ReadonlyMap<string, { readonly facts: TabFacts; readonly values: SqlRow }>;

export function lookAtTables(db: Database): Tables {
  const rows = TABS.flatMap((facts) =>
    db.all(`SELECT * FROM ${facts.table}`).map((values) =>
      [String(values["id"]), { facts, values }] as const
    )
  );
  return new Map(rows);
}

/** The marks that people (`h12z`) and the agent (`g7z`) leave in every text they write. */
export function marksIn(text: string): string[] {
  return text.match(/\b[hg]\d+z\b/g) ?? [];
}
