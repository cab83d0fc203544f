/**
 * Tabs that were found quiet. What was looked at is remembered by digests, and what the mirror's own
 * tables hold is watched by triggers: as long as none of it changes, looking again would find the
 * same. See `disturbances` in `mirror_schema.ts`.
 *
 * @module
 */

import type { Database } from "./database.ts";

/** A judgement that a tab is quiet, and everything it rests on that no trigger watches. */
export interface Calm {
  /** Digest of the rules: the contract's tab, and how values are written. */
  readonly terms: string;
  /** Digest of what the sheet showed. */
  readonly sheet: string;
  /** Digest of what the source table held. */
  readonly source: string;
  /** Rows that do not meet the contract and stay back, with the reasons. */
  readonly held: readonly { readonly id: string; readonly reason: string }[];
}

/** The judgement on a tab; null: there is none, or something was changed since. */
export function readCalm(db: Database, tab: string): Calm | null {
  const row = db.get(
    "SELECT terms, sheet, source, held FROM mirror_calm WHERE tab = ? AND terms IS NOT NULL",
    tab,
  );
  if (row === undefined) return null;
  const { terms, sheet, source, held } = row;
  return {
    terms: String(terms),
    sheet: String(sheet),
    source: String(source),
    held: JSON.parse(String(held)),
  };
}

/** Begins to look at a tab in the cycle. What is changed from here on is noticed. */
export function beginCalm(db: Database, tab: string, cycle: number): void {
  db.run(
    `INSERT INTO mirror_calm (tab, cycle) VALUES (?, ?) ON CONFLICT (tab) DO UPDATE
      SET cycle = excluded.cycle, terms = NULL, sheet = NULL, source = NULL, held = NULL`,
    tab,
    BigInt(cycle),
  );
}

/**
 * Remembers that the cycle has found the tab quiet.
 *
 * @returns false, with nothing remembered, where anything was changed since it began to look.
 */
export function sealCalm(db: Database, tab: string, cycle: number, calm: Calm): boolean {
  return db.run(
    `UPDATE mirror_calm SET terms = ?, sheet = ?, source = ?, held = ?
      WHERE tab = ? AND cycle = ? AND terms IS NULL`,
    calm.terms,
    calm.sheet,
    calm.source,
    JSON.stringify(calm.held),
    tab,
    BigInt(cycle),
  ) === 1;
}
