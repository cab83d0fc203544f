/** Tabs that are left out until somebody resumes them. @module */

import type { Database } from "./database.ts";

/** A tab that is left out. */
export interface Pause {
  /** Its title in the contract. */
  readonly tab: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly reason: string;
}

/** Pauses the tab. False: it was paused already, and nothing changed. */
export function pauseTab(db: Database, { tab, since, reason }: Pause): boolean {
  return db.run(
    "INSERT INTO mirror_pause (tab, since, reason) VALUES (?, ?, ?) ON CONFLICT (tab) DO NOTHING",
    tab,
    since,
    reason,
  ) === 1;
}

/** Takes the pause back. False: there was none. */
export function resumeTab(db: Database, tab: string): boolean {
  return db.run("DELETE FROM mirror_pause WHERE tab = ?", tab) === 1;
}

/** Every pause, the oldest first. */
export function loadPauses(db: Database): readonly Pause[] {
  return db.all("SELECT tab, since, reason FROM mirror_pause ORDER BY since, tab").map((row) => ({
    tab: String(row["tab"]),
    since: String(row["since"]),
    reason: String(row["reason"]),
  }));
}
