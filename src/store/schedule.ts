/** When the daemon's jobs ran last and run next; it goes on from there after a restart. @module */

import { isoTime } from "../base/clock.ts";
import type { Database } from "./database.ts";

/** One job as it stands. Times are in milliseconds since 1970. */
export interface ScheduledJob {
  /** Its name, as `sync Runs`. */
  readonly job: string;
  /** When it last began; null: it never did. */
  readonly lastAt: number | null;
  readonly nextAt: number;
  /** How the last run ended, in one word; null: there was none. */
  readonly lastStatus: string | null;
  /** Failures in a row. */
  readonly failures: number;
}

/** Writes the jobs, in the place of all that were there. */
export function putSchedule(db: Database, jobs: readonly ScheduledJob[]): void {
  db.transaction(() => {
    db.run("DELETE FROM mirror_schedule");
    for (const { job, lastAt, nextAt, lastStatus, failures } of jobs) {
      db.run(
        `INSERT INTO mirror_schedule (job, last_at, next_at, last_status, failures)
          VALUES (?, ?, ?, ?, ?)`,
        job,
        lastAt === null ? null : isoTime(lastAt),
        isoTime(nextAt),
        lastStatus,
        BigInt(failures),
      );
    }
  });
}

/** The jobs as they were written last, the next one first. */
export function loadSchedule(db: Database): readonly ScheduledJob[] {
  return db.all(
    `SELECT job, last_at, next_at, last_status, failures FROM mirror_schedule
      WHERE next_at IS NOT NULL ORDER BY next_at, job`,
  ).map((row) => ({
    job: String(row["job"]),
    lastAt: row["last_at"] === null ? null : Date.parse(String(row["last_at"])),
    nextAt: Date.parse(String(row["next_at"])),
    lastStatus: row["last_status"] === null ? null : String(row["last_status"]),
    failures: Number(row["failures"]),
  }));
}
