/**
 * Leases: only one process at a time runs a cycle, and only one is the daemon. The token is a fencing
 * token, it grows with every take-over, so that a process that slept through its lease cannot write
 * any more. See https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html
 *
 * @module
 */

import { AtlasError } from "../base/errors.ts";
import type { Database } from "./database.ts";

/** What can be held. */
export type LeaseName =
  /** The right to write, for as long as one piece of work takes. */
  | "cycle"
  /** Being the daemon of this database, for as long as the process lives. */
  | "daemon";

const TABLES: Readonly<Record<LeaseName, string>> = {
  cycle: "mirror_lease",
  daemon: "mirror_daemon",
};

/** A clock may count fractions; the table does not. */
const milliseconds = (time: number) => BigInt(Math.floor(time));

/** What came of the wish to hold the lease. */
export type LeaseResult =
  /** It is ours, under this token. */
  | { readonly kind: "held"; readonly token: bigint }
  /** Another process has it until then (in milliseconds). */
  | { readonly kind: "busy"; readonly holder: string; readonly expiresAt: number };

/**
 * Takes the lease where nobody holds it, or where it ran out. Times are in milliseconds. A lease that
 * ends far later than one taken now was written before the clock was set back; it is taken over, for
 * nobody should wait an hour for a process that is gone, and one that lives is fenced off.
 */
export function acquireLease(
  db: Database,
  name: LeaseName,
  { holder, now, ttlMs }: {
    readonly holder: string;
    readonly now: number;
    readonly ttlMs: number;
  },
): LeaseResult {
  const table = TABLES[name];
  return db.transaction(() => {
    const [taken] = db.all(
      `INSERT INTO ${table} (id, holder, token, expires_at) VALUES (1, ?, 1, ?)
        ON CONFLICT (id) DO UPDATE
          SET holder = excluded.holder, token = token + 1, expires_at = excluded.expires_at
          WHERE expires_at <= ? OR expires_at > ?
        RETURNING token`,
      holder,
      milliseconds(now + ttlMs),
      milliseconds(now),
      // Twice: waiting for the write lock may have made `now` a few seconds old.
      milliseconds(now + 2 * ttlMs),
    );
    if (taken !== undefined) return { kind: "held", token: BigInt(Number(taken["token"])) };
    const row = db.get(`SELECT holder, expires_at FROM ${table}`);
    return {
      kind: "busy",
      holder: String(row?.["holder"]),
      expiresAt: Number(row?.["expires_at"]),
    };
  });
}

/** Prolongs the lease. False: it was taken over, and this process must stop. */
export function renewLease(
  db: Database,
  name: LeaseName,
  { token, now, ttlMs }: {
    readonly token: bigint;
    readonly now: number;
    readonly ttlMs: number;
  },
): boolean {
  return db.run(
    `UPDATE ${TABLES[name]} SET expires_at = ? WHERE token = ?`,
    milliseconds(now + ttlMs),
    token,
  ) === 1;
}

/** Gives the lease back, if it is still ours. The row stays, for the token must go on growing. */
export function releaseLease(db: Database, name: LeaseName, token: bigint): void {
  db.run(`UPDATE ${TABLES[name]} SET expires_at = 0 WHERE token = ?`, token);
}

/**
 * Makes sure that the lease is ours and has not run out. Inside a transaction nobody can take it over
 * before the commit.
 *
 * @throws {AtlasError} `lease-held`
 */
export function assertLease(db: Database, name: LeaseName, token: bigint, now: number): void {
  const table = TABLES[name];
  const row = db.get(
    `SELECT holder FROM ${table} WHERE token = ? AND expires_at > ?`,
    token,
    milliseconds(now),
  );
  if (row !== undefined) return;
  const holder = db.get(`SELECT holder FROM ${table} WHERE token <> ?`, token)?.["holder"];
  throw new AtlasError(
    "lease-held",
    `Cannot go on with the ${name}: ${
      holder === undefined ? "the lease ran out" : `"${holder}" took the lease over`
    }`,
    { hint: `The ${name} is run by the process that holds the lease; see that only one runs.` },
  );
}

/** Whether any process holds the lease at `now` (in milliseconds). */
export function isHeld(db: Database, name: LeaseName, now: number): boolean {
  return db.get(`SELECT 1 FROM ${TABLES[name]} WHERE expires_at > ?`, milliseconds(now)) !==
    undefined;
}
