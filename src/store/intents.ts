/** Open intents: what the sheet still has to show. They bridge a crash between the two writes. @module */

import { z } from "zod";
import { type CellValue, type RowId, rowId } from "../contract/cell.ts";
import type { Database } from "./database.ts";
import type { Intent } from "./records.ts";

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
  return cellSchema.parse(JSON.parse(text));
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
  for (const { id, field } of cells) {
    db.run("DELETE FROM mirror_intent WHERE tab = ? AND id = ? AND field = ?", tab, id, field);
  }
}
