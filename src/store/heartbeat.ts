/** The sign of life of the daemon. @module */

import * as z from "zod/mini";
import type { Database } from "./database.ts";
import { readMeta, writeMeta } from "./meta.ts";
import { parseStored } from "./stored.ts";

const heartbeatSchema = z.object({ at: z.string(), startedAt: z.string(), holder: z.string() });

/** The last sign of life; times are ISO 8601 UTC. */
export type Heartbeat = Readonly<z.infer<typeof heartbeatSchema>>;

const KEY = "heartbeat";

/** How often a daemon that is well gives a sign. */
export const HEARTBEAT_MS = 60_000;

/** Gives a sign of life. `holder` names the process as the lease does. */
export function writeHeartbeat(db: Database, heartbeat: Heartbeat): void {
  writeMeta(db, KEY, JSON.stringify(heartbeat));
}

/** The last sign of life; undefined: no daemon ever ran on this database. */
export function readHeartbeat(db: Database): Heartbeat | undefined {
  const text = readMeta(db, KEY);
  return text === undefined ? undefined : parseStored(heartbeatSchema, text, "the sign of life");
}
