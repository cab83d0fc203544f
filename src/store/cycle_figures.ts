/** What the last cycles did, from the log of cycles, without the texts of their findings. @module */

import * as z from "zod";
import type { Database } from "./database.ts";
import { checkStored, parseStored } from "./stored.ts";

const WHERE = "the log of cycles";

const figuresSchema = z.object({
  id: z.number(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  status: z.string().nullable(),
  durationMs: z.number().nullable(),
  read: z.number().nullable(),
  write: z.number().nullable(),
  tabs: z.string().transform((text) => parseStored(tabsSchema, text, WHERE)),
});

const tabsSchema = z.array(z.object({
  tab: z.string(),
  status: z.string(),
  error: z.string().nullable(),
  imported: z.number(),
  exported: z.number(),
  added: z.number(),
  removed: z.number(),
  archived: z.number(),
  refused: z.number(),
  restored: z.number(),
  conflicts: z.number(),
  waiting: z.number(),
}));

/** A cycle in figures. Times are ISO 8601 UTC; null: it did not come to that. */
export type CycleFigures = Readonly<z.infer<typeof figuresSchema>>;
/** One of its tabs. */
export type TabFigures = CycleFigures["tabs"][number];

const COUNTS = [
  "imported",
  "exported",
  "added",
  "removed",
  "archived",
  "refused",
  "restored",
  "conflicts",
  "waiting",
] as const;

/** The last `count` cycles, the newest first. */
export function lastCycleFigures(db: Database, count: number): CycleFigures[] {
  const counts = COUNTS.map((name) => `'${name}', coalesce(t.value ->> '${name}', 0)`).join(", ");
  return db.all(
    `SELECT c.id, c.started_at AS startedAt, c.finished_at AS finishedAt, c.status,
      c.report ->> 'durationMs' AS durationMs, c.report ->> '$.requests.read' AS read,
      c.report ->> '$.requests.write' AS write,
      (SELECT json_group_array(json_object('tab', t.value ->> 'tab', 'status', t.value ->> 'status',
        'error', t.value ->> 'error', ${counts}))
        FROM json_each(c.report, '$.tabs') AS t) AS tabs
      FROM mirror_cycle AS c ORDER BY c.id DESC LIMIT ?`,
    BigInt(count),
  ).map((row) => checkStored(figuresSchema, row, WHERE));
}
