/** Single facts about the database, by name. @module */

import type { Database } from "./database.ts";

/** The fact's text; undefined: it was never written. */
export function readMeta(db: Database, key: string): string | undefined {
  const value = db.get("SELECT value FROM mirror_meta WHERE key = ?", key)?.["value"];
  return value === undefined ? undefined : String(value);
}

/** Writes a fact, in the place of an earlier one of this name. */
export function writeMeta(db: Database, key: string, value: string): void {
  db.run(
    "INSERT INTO mirror_meta (key, value) VALUES (?, ?) " +
      "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    key,
    value,
  );
}
