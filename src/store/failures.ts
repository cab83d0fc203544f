/** What the log of cycles tells about a tab that does not sync. @module */

import * as z from "zod/mini";
import type { Database } from "./database.ts";
import { parseStored } from "./stored.ts";

/** A failing tab. */
export interface Failing {
  /** When the first failed cycle began, ISO 8601 UTC. */
  readonly since: string;
  /** Why the last one failed; null: it did not say. */
  readonly reason: string | null;
  readonly failures: number;
}

/** How the tab failed in the cycles that began at `after` (ISO 8601 UTC) or later; null: it did not. */
export function readFailing(db: Database, tab: string, after: string): Failing | null {
  // The plus keeps SQLite from walking through all cycles only to have them in their order.
  const rows = db.all(
    `SELECT c.started_at AS since, t.value ->> 'error' AS reason
      FROM mirror_cycle AS c, json_each(c.report, '$.tabs') AS t
      WHERE c.started_at >= ? AND c.report IS NOT NULL
        -- A cycle that was ok has no failed tab: its report need not be taken apart.
        AND c.status <> 'ok'
        AND t.value ->> 'tab' = ? AND t.value ->> 'status' = 'failed' ORDER BY +c.id`,
    after,
    tab,
  );
  const [first] = rows;
  if (first === undefined) return null;
  const reason = rows.at(-1)?.["reason"];
  return {
    since: String(first["since"]),
    reason: typeof reason === "string" ? reason : null,
    failures: rows.length,
  };
}

/** When the first cycle ever began, ISO 8601 UTC; null: there was none. */
export function firstCycleAt(db: Database): string | null {
  const first = db.get("SELECT min(started_at) AS first FROM mirror_cycle")?.["first"];
  return typeof first === "string" ? first : null;
}

const guardSchema = z.object({ guard: z.string(), message: z.string(), hint: z.string() });

/** A guard that stopped a tab, as the log of cycles has it. */
export type StoppedBy = Readonly<z.infer<typeof guardSchema>>;

/** The guards that stopped the tab when it was last looked at; empty: none did. */
export function lastGuards(db: Database, tab: string): StoppedBy[] {
  const row = db.get(
    `SELECT t.value ->> 'guards' AS guards
      FROM mirror_cycle AS c, json_each(c.report, '$.tabs') AS t
      WHERE c.report IS NOT NULL AND t.value ->> 'tab' = ? ORDER BY c.id DESC LIMIT 1`,
    tab,
  );
  return parseStored(z.array(guardSchema), String(row?.["guards"] ?? "[]"), "the log of cycles");
}
