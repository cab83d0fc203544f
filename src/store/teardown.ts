/** Takes the mirror out of a database again. The user's tables stay, with all that is in them. @module */

import { AtlasError } from "../base/errors.ts";
import type { Contract } from "../contract/schema.ts";
import type { Database } from "./database.ts";
import { MIGRATIONS } from "./mirror_schema.ts";
import { sourceIndexes } from "./scope.ts";
import { quote } from "./sql.ts";

/** The names of all tables that the mirror has ever made. */
function mirrorTables(): string[] {
  return MIGRATIONS.flatMap(({ statements }) =>
    statements.flatMap((statement) => /^CREATE TABLE (\w+)/.exec(statement)?.[1] ?? [])
  );
}

/**
 * Drops the tables of the mirror, and its indexes on the source tables.
 *
 * @param now in milliseconds.
 * @returns a sentence for each thing done.
 * @throws {AtlasError} `lease-held`, with nothing changed, where a process is in a cycle.
 */
export function dropMirror(db: Database, contract: Contract, now: number): readonly string[] {
  return db.transaction(() => {
    const busy = db.get("SELECT holder FROM mirror_lease WHERE expires_at > ?", BigInt(now));
    if (busy !== undefined) {
      throw new AtlasError(
        "lease-held",
        `Cannot drop the tables of the mirror: ${String(busy["holder"])} is using them`,
        { hint: "Stop the daemon, then run it again." },
      );
    }
    const indexes = contract.tabs.flatMap((tab) => {
      const { key, others } = sourceIndexes(tab);
      return [key, ...others];
    });
    const before = countIndexes(db);
    for (const { name } of indexes) db.run(`DROP INDEX IF EXISTS ${quote(name)}`);
    const dropped = before - countIndexes(db);
    const tables = mirrorTables();
    for (const table of tables) db.run(`DROP TABLE IF EXISTS ${quote(table)}`);
    return [`Dropped ${tables.length} tables and ${dropped} indexes of the mirror`];
  });
}

function countIndexes(db: Database): number {
  return Number(db.get("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'index'")?.["n"]);
}
