/**
 * Keeps spreadsheets in an SQLite file. A row of the grid is a row of the table, found by a key that
 * stays when the row moves; the order of the rows stands apart, so that putting one in at the top
 * does not rewrite the others.
 *
 * @module
 */

import { DatabaseSync, type StatementSync } from "node:sqlite";
import { must } from "../base/assert.ts";
import { type Band, type Row, Sheet, type SheetRules, Workbook } from "./book.ts";
import type { Message } from "./messages.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS books (
    spreadsheet_id TEXT PRIMARY KEY,
    content TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS sheets (
    spreadsheet_id TEXT NOT NULL,
    sheet_id INTEGER NOT NULL,
    content TEXT NOT NULL,
    row_order TEXT NOT NULL,
    PRIMARY KEY (spreadsheet_id, sheet_id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS grid_rows (
    spreadsheet_id TEXT NOT NULL,
    sheet_id INTEGER NOT NULL,
    row_key INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (spreadsheet_id, sheet_id, row_key)
  ) STRICT, WITHOUT ROWID;
`;

interface StoredBook {
  readonly properties: Message<"SpreadsheetProperties">;
  readonly namedRanges: readonly Message<"NamedRange">[];
  readonly metadata: Workbook["metadata"];
  readonly nextRowKey: number;
  /** The sheets from left to right. */
  readonly order: readonly number[];
}

interface StoredSheet {
  readonly properties: Message<"SheetProperties"> & { sheetId: number; title: string };
  readonly rules: SheetRules;
  readonly columns: readonly (Band | null)[];
  readonly rowCount: number;
  readonly mayHaveFormulas: boolean;
}

/** The keys of the rows from top to bottom, 0 for a row that carries nothing, without the tail. */
function orderOf(rows: readonly (Row | undefined)[]): string {
  let end = rows.length;
  while (end > 0 && rows[end - 1] === undefined) end--;
  return JSON.stringify(rows.slice(0, end).map((row) => row?.key ?? 0));
}

function storedBook(book: Workbook): StoredBook {
  const { properties, namedRanges, metadata, nextRowKey } = book;
  const order = book.sheets.map((sheet) => sheet.sheetId);
  return { properties, namedRanges, metadata, nextRowKey, order };
}

function storedSheet(sheet: Sheet): StoredSheet {
  return {
    properties: { ...sheet.properties, sheetId: sheet.sheetId, title: sheet.title },
    rules: sheet.rules,
    columns: sheet.columns.map((column) => column ?? null),
    rowCount: sheet.rowCount,
    mayHaveFormulas: sheet.mayHaveFormulas,
  };
}

/** What has to be written so that the stored rows are those of the sheet now. */
interface RowChanges {
  readonly written: readonly Row[];
  readonly removed: readonly number[];
  readonly isReordered: boolean;
}

/** Rows are never changed in place, so a row that is the same object is the same row. */
function compareRows(before: Sheet | undefined, after: Sheet): RowChanges {
  const old = before?.rows ?? [];
  const isReordered = old.length !== after.rows.length ||
    old.some((row, index) => row?.key !== after.rows[index]?.key);
  if (!isReordered) {
    const written = after.rows.filter((row, index) => row !== undefined && row !== old[index]);
    return { written: written.flatMap((row) => row ?? []), removed: [], isReordered };
  }
  const known = new Map<number, Row>();
  for (const row of old) if (row !== undefined) known.set(row.key, row);
  const written: Row[] = [];
  for (const row of after.rows) {
    if (row === undefined) continue;
    if (known.get(row.key) !== row) written.push(row);
    known.delete(row.key);
  }
  return { written, removed: [...known.keys()], isReordered };
}

/** The stored spreadsheets of one file. */
export class BookStorage {
  readonly #database: DatabaseSync;
  readonly #putBook: StatementSync;
  readonly #putSheet: StatementSync;
  readonly #dropSheet: StatementSync;
  readonly #putRow: StatementSync;
  readonly #dropRow: StatementSync;
  readonly #dropRows: StatementSync;
  /** The text of every sheet as it was last written, to write only what is new. */
  readonly #lastSheet = new Map<string, string>();

  /** @param path an SQLite file. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(SCHEMA);
    const prepare = (sql: string) => this.#database.prepare(sql);
    this.#putBook = prepare("INSERT OR REPLACE INTO books VALUES (?, ?)");
    this.#putSheet = prepare("INSERT OR REPLACE INTO sheets VALUES (?, ?, ?, ?)");
    this.#dropSheet = prepare("DELETE FROM sheets WHERE spreadsheet_id = ? AND sheet_id = ?");
    this.#putRow = prepare("INSERT OR REPLACE INTO grid_rows VALUES (?, ?, ?, ?)");
    this.#dropRow = prepare(
      "DELETE FROM grid_rows WHERE spreadsheet_id = ? AND sheet_id = ? AND row_key = ?",
    );
    this.#dropRows = prepare("DELETE FROM grid_rows WHERE spreadsheet_id = ? AND sheet_id = ?");
  }

  /** Writes what differs between the stored state and the new one, in one transaction. */
  save(before: Workbook | null, after: Workbook): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      this.#write(before, after);
      this.#database.exec("COMMIT");
    } catch (thrown) {
      this.#database.exec("ROLLBACK");
      this.#lastSheet.clear();
      throw thrown;
    }
  }

  #write(before: Workbook | null, after: Workbook): void {
    const id = after.spreadsheetId;
    this.#putBook.run(id, JSON.stringify(storedBook(after)));
    for (const sheet of before?.sheets ?? []) {
      if (after.sheetById(sheet.sheetId) !== undefined) continue;
      this.#dropSheet.run(id, sheet.sheetId);
      this.#dropRows.run(id, sheet.sheetId);
      this.#lastSheet.delete(`${id}:${sheet.sheetId}`);
    }
    for (const sheet of after.sheets) {
      const { written, removed, isReordered } = compareRows(
        before?.sheetById(sheet.sheetId),
        sheet,
      );
      for (const key of removed) this.#dropRow.run(id, sheet.sheetId, key);
      for (const { key, ...content } of written) {
        this.#putRow.run(id, sheet.sheetId, key, JSON.stringify(content));
      }
      const text = JSON.stringify(storedSheet(sheet));
      const place = `${id}:${sheet.sheetId}`;
      if (!isReordered && this.#lastSheet.get(place) === text) continue;
      this.#putSheet.run(id, sheet.sheetId, text, orderOf(sheet.rows));
      this.#lastSheet.set(place, text);
    }
  }

  /** All stored spreadsheets. */
  load(): Workbook[] {
    const ids = this.#database.prepare("SELECT spreadsheet_id, content FROM books").all();
    return ids.map((row) => this.#loadBook(String(row["spreadsheet_id"]), String(row["content"])));
  }

  #loadBook(id: string, text: string): Workbook {
    const content: StoredBook = JSON.parse(text);
    const book = new Workbook(id, content.properties);
    book.namedRanges = content.namedRanges;
    book.metadata = content.metadata;
    book.nextRowKey = content.nextRowKey;
    book.sheets = content.order.map((sheetId) => this.#loadSheet(id, sheetId));
    return book;
  }

  #loadSheet(id: string, sheetId: number): Sheet {
    const stored = must(
      this.#database.prepare(
        "SELECT content, row_order FROM sheets WHERE spreadsheet_id = ? AND sheet_id = ?",
      ).get(id, sheetId),
      `the stored sheet ${sheetId}`,
    );
    const content: StoredSheet = JSON.parse(String(stored["content"]));
    const order: number[] = JSON.parse(String(stored["row_order"]));
    const rows = new Map<number, Row>();
    const found = this.#database.prepare(
      "SELECT row_key, content FROM grid_rows WHERE spreadsheet_id = ? AND sheet_id = ?",
    ).all(id, sheetId);
    for (const row of found) {
      const key = Number(row["row_key"]);
      const { cells, ...band }: Omit<Row, "key"> = JSON.parse(String(row["content"]));
      // JSON writes a hole as null.
      rows.set(key, { ...band, key, cells: cells.map((cell) => cell ?? undefined) });
    }
    const sheet = new Sheet(content.properties, content.rowCount, content.columns.length);
    sheet.rules = content.rules;
    sheet.columns = content.columns.map((column) => column ?? undefined);
    sheet.mayHaveFormulas = content.mayHaveFormulas;
    for (const [index, key] of order.entries()) sheet.rows[index] = rows.get(key);
    return sheet;
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
