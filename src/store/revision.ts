/** A word that changes whenever anything in the database does. @module */

import { must } from "../base/assert.ts";
import type { Database } from "./database.ts";

/**
 * What was changed over this connection and by others, as two numbers that only tell "the same" from
 * "another". It costs microseconds, and means nothing to another connection.
 *
 * https://sqlite.org/pragma.html#pragma_data_version
 */
export function readRevision(db: Database): string {
  const own = must(db.get("SELECT total_changes() AS n"), "the count of changes")["n"];
  const others = must(db.get("PRAGMA data_version"), "the data version")["data_version"];
  return `${own}.${others}`;
}
