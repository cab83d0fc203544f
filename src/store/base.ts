/** The base: what the sheet and the database were last both confirmed to hold. @module */

import { anchor, type CellValue, type RowId, rowId } from "../contract/cell.ts";
import type { Database } from "./database.ts";
import type { BaseRow } from "./records.ts";
import { foreignContent } from "./stored.ts";

/** Rows of a page: large enough to be quick, small enough for rows with long cells. */
const PAGE_ROWS = 2_000;

/** A row as the query below writes it. */
type StoredRow = readonly [
  id: string,
  anchor: number,
  cells: readonly CellValue[],
  state: BaseRow["state"],
  source: string | null,
];

/**
 * All rows of a tab. A page comes as one JSON text that SQLite puts together, which is quicker than
 * asking the driver for row after row and parsing the cells of each.
 */
export function loadBase(db: Database, tab: string): Map<RowId, BaseRow> {
  const rows = new Map<RowId, BaseRow>();
  let after = "";
  for (;;) {
    const page = db.get(
      `SELECT json_quote(max(id)) AS last, '[' || group_concat('[' || json_quote(id) || ',' ||
          anchor || ',' || cells || ',' || json_quote(state) || ',' || json_quote(source) || ']')
          || ']' AS page
        FROM (SELECT * FROM mirror_base WHERE tab = ? AND id > ? ORDER BY id LIMIT ?)`,
      tab,
      after,
      BigInt(PAGE_ROWS),
    );
    if (typeof page?.["page"] !== "string") return rows;
    // The table's own types and checks see to the rest.
    const stored: readonly StoredRow[] = JSON.parse(page["page"]);
    for (const [text, number, cells, state, source] of stored) {
      if (!areCells(cells)) throw foreignContent(`what "${tab}" last agreed on`);
      const id = rowId(text);
      rows.set(id, { id, anchor: anchor(number), cells, state, source });
    }
    if (stored.length < PAGE_ROWS) return rows;
    after = String(JSON.parse(String(page["last"])));
  }
}

/** Not by a schema: there may be hundreds of thousands of them in every cycle. */
function areCells(stored: unknown): boolean {
  return Array.isArray(stored) &&
    stored.every((cell: unknown) =>
      typeof cell === "string" || typeof cell === "number" || typeof cell === "boolean"
    );
}

/**
 * Writes rows in the place of those with the same IDs. Rows may exchange their anchors in one call. A row
 * that keeps its anchor, as nearly every one does, is changed where it stands: a quarter of the time that
 * it takes to delete it and to put it in again.
 */
export function putBase(db: Database, tab: string, rows: Iterable<BaseRow>): void {
  const others = [...rows].filter((row) => !changeBase(db, tab, row));
  if (others.length === 0) return;
  dropBase(db, tab, others.map((row) => row.id));
  for (let start = 0; start < others.length; start += PAGE_ROWS) {
    const page = others.slice(start, start + PAGE_ROWS).map((row) => [
      row.id,
      row.anchor,
      JSON.stringify(row.cells),
      row.state,
      row.source,
    ]);
    db.run(
      `INSERT INTO mirror_base (tab, id, anchor, cells, state, source)
        SELECT ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)`,
      tab,
      JSON.stringify(page),
    );
  }
}

function changeBase(db: Database, tab: string, row: BaseRow): boolean {
  const changed = db.run(
    `UPDATE mirror_base SET cells = ?, state = ?, source = ?
      WHERE tab = ? AND id = ? AND anchor = ?`,
    JSON.stringify(row.cells),
    row.state,
    row.source,
    tab,
    row.id,
    BigInt(row.anchor),
  );
  return changed > 0;
}

/** Forgets rows; IDs that are not there do no harm. */
export function dropBase(db: Database, tab: string, ids: Iterable<RowId>): void {
  db.run(
    "DELETE FROM mirror_base WHERE tab = ? AND id IN (SELECT value FROM json_each(?))",
    tab,
    JSON.stringify([...ids]),
  );
}

/** How many rows of each tab the mirror keeps in its sheet; a tab without any is not in it. */
export function countBase(db: Database): Map<string, number> {
  const rows = db.all("SELECT tab, count(*) AS n FROM mirror_base GROUP BY tab");
  return new Map(rows.map((row) => [String(row["tab"]), Number(row["n"])]));
}
