/** Who this database is, so that a copy of it never fights with it over one spreadsheet. @module */

import { must } from "../base/assert.ts";
import type { Database } from "./database.ts";
import { readMeta, writeMeta } from "./meta.ts";
import type { Identity } from "./records.ts";

/** The database's UUID and how often it has written. `initialise` has made both. */
export function readIdentity(db: Database): Identity {
  return {
    uuid: must(readMeta(db, "database_uuid"), "the UUID of the database"),
    epoch: Number(must(readMeta(db, "epoch"), "the write epoch")),
  };
}

/** Counts one more write to the spreadsheet and returns the new epoch. */
export function bumpEpoch(db: Database): number {
  const [row] = db.all(
    `UPDATE mirror_meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)
      WHERE key = 'epoch' RETURNING value`,
  );
  return Number(must(row, "the write epoch")["value"]);
}

/** The last write that the spreadsheet was seen to hold. */
export interface SeenEpoch {
  readonly epoch: number;
  /** When it was seen, in milliseconds since 1970. */
  readonly at: number;
}

/** The last write that was seen to have arrived; null: none was yet. */
export function readSeenEpoch(db: Database): SeenEpoch | null {
  const [epoch, at] = (readMeta(db, "epoch_seen") ?? "").split(" ").map(Number);
  return epoch === undefined || at === undefined ? null : { epoch, at };
}

/** Takes note of a write that was seen to have arrived, unless a later one was. */
export function putSeenEpoch(db: Database, { epoch, at }: SeenEpoch): void {
  if ((readSeenEpoch(db)?.epoch ?? -1) < epoch) writeMeta(db, "epoch_seen", `${epoch} ${at}`);
}
