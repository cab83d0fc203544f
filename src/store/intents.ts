/** Open intents: what the sheet still has to show. They bridge a crash between the two writes. @module */

import * as z from "zod/mini";
import { type CellValue, type RowId, rowId } from "../contract/cell.ts";
import type { Database } from "./database.ts";
import type { Intent } from "./records.ts";
import { parseStored } from "./stored.ts";

const cellSchema = z.union([z.string(), z.number(), z.boolean()]);

/** The open intents of a tab. */
export function loadIntents(db: Database, tab: string): Intent[] {
  return db.all(
    "SELECT id, field, consumed, target FROM mirror_intent WHERE tab = ? ORDER BY id, field",
    tab,
  ).map((row) => ({
    id: rowId(String(row["id"])),
    field: String(row["field"]),
    consumed: parseCell(String(row["consumed"])),
    target: parseCell(String(row["target"])),
  }));
}

function parseCell(text: string): CellValue {
  return parseStored(cellSchema, text, "an open intent");
}

/** Opens intents; a new one for the same cell takes the place of the earlier. */
export function openIntents(db: Database, tab: string, intents: Iterable<Intent>): void {
  for (const intent of intents) {
    db.run(
      `INSERT INTO mirror_intent (tab, id, field, consumed, target) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (tab, id, field)
        DO UPDATE SET consumed = excluded.consumed, target = excluded.target`,
      tab,
      intent.id,
      intent.field,
      JSON.stringify(intent.consumed),
      JSON.stringify(intent.target),
    );
  }
}

/** Closes the intents of these cells; cells without one do no harm. */
export function closeIntents(
  db: Database,
  tab: string,
  cells: Iterable<{ readonly id: RowId; readonly field: string }>,
): void {
  const places = Array.from(cells, ({ id, field }) => [id, field]);
  if (places.length === 0) return;
  // All in one statement: of a large change there are hundreds of thousands, nearly all without one.
  db.run(
    `DELETE FROM mirror_intent WHERE tab = ? AND (id, field) IN
      (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
    tab,
    JSON.stringify(places),
  );
}
