/** Whether the database file is sound. The check reads the whole file, so its result is kept. @module */

import * as z from "zod/mini";
import { isoTime } from "../base/clock.ts";
import { AtlasError, type ErrorKind } from "../base/errors.ts";
import type { Database } from "./database.ts";
import { readMeta, writeMeta } from "./meta.ts";
import { parseStored } from "./stored.ts";

const integritySchema = z.object({ ok: z.boolean(), message: z.string(), at: z.string() });

/** The result of a check; `at` is ISO 8601 UTC. */
export type Integrity = Readonly<z.infer<typeof integritySchema>>;

const KEY = "quick_check";

/**
 * Runs SQLite's quick_check and keeps its result. A damaged file is a result, not an error. The time it
 * takes grows with the file, and nothing else runs meanwhile.
 *
 * @param now in milliseconds.
 */
export function quickCheck(db: Database, now: number): Integrity {
  const integrity = { ...check(db), at: isoTime(now) };
  try {
    writeMeta(db, KEY, JSON.stringify(integrity));
  } catch (error) {
    // A damaged file may not take the result any more; the caller has it all the same.
    if (integrity.ok || !(error instanceof AtlasError)) throw error;
  }
  return integrity;
}

function check(db: Database): { ok: boolean; message: string } {
  try {
    // Without this it would look at pages in memory, and not at what became of them in the file.
    db.all("PRAGMA shrink_memory");
    const lines = db.all("PRAGMA quick_check(10)").map((row) => String(row["quick_check"]));
    return { ok: lines.length === 1 && lines[0] === "ok", message: lines.join("; ") };
  } catch (error) {
    if (!(error instanceof AtlasError) || !isOfTheFile(error.kind)) throw error;
    return { ok: false, message: error.message };
  }
}

/** A disk that cannot be read is as good as a file that is damaged. */
function isOfTheFile(kind: ErrorKind): boolean {
  return kind === "database-damaged" || kind === "database";
}

/** The result of the last check; undefined: there was none. */
export function readIntegrity(db: Database): Integrity | undefined {
  const text = readMeta(db, KEY);
  return text === undefined
    ? undefined
    : parseStored(integritySchema, text, "the last check of the file");
}
