/** What the last probe of the Sheets API found. Its result is kept until the next one. @module */

import * as z from "zod/mini";
import type { Database } from "./database.ts";
import { readMeta, writeMeta } from "./meta.ts";
import { parseStored } from "./stored.ts";

const probeSchema = z.object({
  /** ISO 8601 UTC. */
  at: z.string(),
  /** Whether standing rows can be written by their anchors. */
  anchorsHold: z.boolean(),
  /** The assumptions that do not hold, by name, with what was seen instead. */
  broken: z.array(z.object({ name: z.string(), says: z.string(), seen: z.string() })),
});

/** The result of a probe. */
export type ProbeRecord = Readonly<z.infer<typeof probeSchema>>;

const KEY = "probe";

/** Keeps a result in the place of an earlier one. */
export function writeProbe(db: Database, probe: ProbeRecord): void {
  writeMeta(db, KEY, JSON.stringify(probe));
}

/** The result of the last probe; undefined: there was none. */
export function readProbe(db: Database): ProbeRecord | undefined {
  const text = readMeta(db, KEY);
  return text === undefined ? undefined : parseStored(probeSchema, text, "the last probe");
}
