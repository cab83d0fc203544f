/** The log of cycles: when one began, how it ended, what it reported. @module */

import { must } from "../base/assert.ts";
import type { Database } from "./database.ts";

/** A cycle as it stands in the table. Times are ISO 8601 UTC. */
export interface StoredCycle {
  readonly id: number;
  readonly startedAt: string;
  readonly direction: string;
  /** null: it is under way, or the process was killed in it. */
  readonly finishedAt: string | null;
  readonly status: string | null;
  /** The report as JSON text. */
  readonly report: string | null;
}

/** Opens a cycle and returns its number, which is never given twice. */
export function startCycle(
  db: Database,
  { at, direction }: { readonly at: string; readonly direction: string },
): number {
  const [row] = db.all(
    "INSERT INTO mirror_cycle (started_at, direction) VALUES (?, ?) RETURNING id",
    at,
    direction,
  );
  return Number(must(row, "the new cycle")["id"]);
}

/** Closes a cycle. `report` is JSON text. */
export function finishCycle(
  db: Database,
  id: number,
  { at, status, report }: {
    readonly at: string;
    readonly status: string;
    readonly report: string;
  },
): void {
  db.run(
    "UPDATE mirror_cycle SET finished_at = ?, status = ?, report = ? WHERE id = ?",
    at,
    status,
    report,
    BigInt(id),
  );
}

/** The last `count` cycles, the newest first. */
export function lastCycles(db: Database, count: number): StoredCycle[] {
  return db.all(
    `SELECT id, started_at, direction, finished_at, status, report FROM mirror_cycle
      ORDER BY id DESC LIMIT ?`,
    BigInt(count),
  ).map((row) => ({
    id: Number(row["id"]),
    startedAt: String(row["started_at"]),
    direction: String(row["direction"]),
    finishedAt: textOrNull(row["finished_at"]),
    status: textOrNull(row["status"]),
    report: textOrNull(row["report"]),
  }));
}

/** Forgets cycles that began before `before` (ISO 8601 UTC). What they did stays in the audit. */
export function pruneCycles(db: Database, before: string): number {
  return db.run("DELETE FROM mirror_cycle WHERE started_at < ?", before);
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
