/** Plans that a guard stopped and a human was shown: only what was seen can be accepted. @module */

import type { Database } from "./database.ts";

/** A plan that one guard stopped on one tab. */
export interface StoppedPlan {
  readonly tab: string;
  readonly guard: string;
  /** Digest of the plan. */
  readonly hash: string;
}

/** Remembers that a plan was shown at `at` (ISO 8601 UTC). */
export function rememberShown(
  db: Database,
  { tab, guard, hash, at }: StoppedPlan & { readonly at: string },
): void {
  db.run(
    `INSERT INTO mirror_shown (tab, guard, hash, at) VALUES (?, ?, ?, ?)
      ON CONFLICT (tab, guard, hash) DO UPDATE SET at = excluded.at`,
    tab,
    guard,
    hash,
    at,
  );
}

/** Whether exactly this plan was shown. */
export function isShown(db: Database, { tab, guard, hash }: StoppedPlan): boolean {
  const row = db.get(
    "SELECT 1 FROM mirror_shown WHERE tab = ? AND guard = ? AND hash = ?",
    tab,
    guard,
    hash,
  );
  return row !== undefined;
}

/** Forgets every plan this guard stopped on the tab: one was let through, or the reason is gone. */
export function forgetShown(
  db: Database,
  { tab, guard }: { readonly tab: string; readonly guard: string },
): void {
  db.run("DELETE FROM mirror_shown WHERE tab = ? AND guard = ?", tab, guard);
}
