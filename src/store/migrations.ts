/** Bringing a database to the shape this program knows, and refusing one that is not. @module */

import { AtlasError } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import type { Contract } from "../contract/schema.ts";
import type { Database } from "./database.ts";
import { readMeta, writeMeta } from "./meta.ts";
import { MIGRATIONS, SCHEMA_VERSION } from "./mirror_schema.ts";
import { checkBeforeInit, completeTable } from "./source_tables.ts";

export interface InitialiseOptions {
  /** Whether columns may be added to the user's standing tables. */
  readonly migrate: boolean;
  readonly random: Random;
  /** ISO 8601 UTC. */
  readonly now: string;
}

/**
 * Creates or upgrades the mirror's tables, creates the source tables that are missing, and switches
 * the file to WAL. Everything but WAL is one transaction. A second call finds nothing to do.
 *
 * @returns a sentence for each thing done.
 * @throws {AtlasError} `configuration`, with nothing changed, where a newer program made the tables or
 * a standing table lacks columns and `migrate` is not given.
 */
export function initialise(
  db: Database,
  contract: Contract,
  { migrate, random, now }: InitialiseOptions,
): readonly string[] {
  const done = db.transaction(() => {
    const before = schemaVersion(db);
    refuseNewer(db, before);
    checkBeforeInit(db, contract, { migrate });
    const sentences = upgradeMirror(db, before);
    if (before === 0) {
      writeMeta(db, "database_uuid", random.uuid());
      writeMeta(db, "epoch", "0");
      writeMeta(db, "created_at", now);
    }
    for (const tab of contract.tabs) sentences.push(...completeTable(db, tab, { migrate }));
    return sentences;
  });
  return [...done, ...switchToWal(db)];
}

function upgradeMirror(db: Database, before: number): string[] {
  if (before === SCHEMA_VERSION) return [];
  for (const migration of MIGRATIONS) {
    if (migration.version <= before) continue;
    for (const statement of migration.statements) db.run(statement);
  }
  writeMeta(db, "schema_version", String(SCHEMA_VERSION));
  return before === 0
    ? [`Created the tables of the mirror (schema ${SCHEMA_VERSION}).`]
    : [`Upgraded the tables of the mirror from schema ${before} to ${SCHEMA_VERSION}.`];
}

/** Readers and a writer then do not block each other. A database in memory has no journal to switch. */
function switchToWal(db: Database): string[] {
  if (["wal", "memory"].includes(journalMode(db, "PRAGMA journal_mode"))) return [];
  const mode = journalMode(db, "PRAGMA journal_mode = WAL");
  return mode === "wal"
    ? ["Switched the database to write-ahead logging; it now has a -wal and a -shm file beside it."]
    : [`Left the journal mode at "${mode}": this file system does not allow write-ahead logging.`];
}

function journalMode(db: Database, pragma: string): string {
  return String(db.get(pragma)?.["journal_mode"]);
}

/**
 * Makes sure that the mirror's tables are there in the version this program knows.
 *
 * @throws {AtlasError} `configuration` where they are not.
 */
export function requireSchema(db: Database): void {
  const version = schemaVersion(db);
  refuseNewer(db, version);
  if (version === SCHEMA_VERSION) return;
  throw new AtlasError(
    "configuration",
    version === 0
      ? `Cannot use database "${db.path}": it has no tables of the mirror`
      : `Cannot use database "${db.path}": its tables have schema ${version}, this program needs ${SCHEMA_VERSION}`,
    { hint: "Run --init." },
  );
}

function refuseNewer(db: Database, version: number): void {
  if (version <= SCHEMA_VERSION) return;
  throw new AtlasError(
    "configuration",
    `Cannot use database "${db.path}": its tables have schema ${version}, this program knows ${SCHEMA_VERSION}`,
    { hint: "Run the newer program that made them." },
  );
}

/** 0: the mirror has no tables here. */
function schemaVersion(db: Database): number {
  const table = db.get(
    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'mirror_meta'",
  );
  return table === undefined ? 0 : Number(readMeta(db, "schema_version") ?? "0");
}
