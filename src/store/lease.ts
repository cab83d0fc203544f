/**
 * The lease: only one process runs the cycles. The token is a fencing token, it grows with every
 * take-over, so that a process that slept through its lease cannot write any more.
 * See https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html
 *
 * @module
 */

import { AtlasError } from "../base/errors.ts";
import type { Database } from "./database.ts";

/** A clock may count fractions; the table does not. */
const milliseconds = (time: number) => BigInt(Math.floor(time));

/** What came of the wish to hold the lease. */
export type LeaseResult =
  /** It is ours, under this token. */
  | { readonly kind: "held"; readonly token: bigint }
  /** Another process has it until then (in milliseconds). */
  | { readonly kind: "busy"; readonly holder: string; readonly expiresAt: number };

/** Takes the lease where nobody holds it, or where it ran out. Times are in milliseconds. */
export function acquireLease(
  db: Database,
  { holder, now, ttlMs }: {
    readonly holder: string;
    readonly now: number;
    readonly ttlMs: number;
  },
): LeaseResult {
  return db.transaction(() => {
    const [taken] = db.all(
      `INSERT INTO mirror_lease (id, holder, token, expires_at) VALUES (1, ?, 1, ?)
        ON CONFLICT (id) DO UPDATE
          SET holder = excluded.holder, token = token + 1, expires_at = excluded.expires_at
          WHERE expires_at <= ?
        RETURNING token`,
      holder,
      milliseconds(now + ttlMs),
      milliseconds(now),
    );
    if (taken !== undefined) return { kind: "held", token: BigInt(Number(taken["token"])) };
    const row = db.get("SELECT holder, expires_at FROM mirror_lease");
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
  { token, now, ttlMs }: {
    readonly token: bigint;
    readonly now: number;
    readonly ttlMs: number;
  },
): boolean {
  return db.run(
    "UPDATE mirror_lease SET expires_at = ? WHERE token = ?",
    milliseconds(now + ttlMs),
    token,
  ) === 1;
}

/** Gives the lease back, if it is still ours. The row stays, for the token must go on growing. */
export function releaseLease(db: Database, token: bigint): void {
  db.run("UPDATE mirror_lease SET expires_at = 0 WHERE token = ?", token);
}

/**
 * Makes sure that the lease is ours and has not run out. Inside a transaction nobody can take it over
 * before the commit.
 *
 * @throws {AtlasError} `lease-held`
 */
export function assertLease(db: Database, token: bigint, now: number): void {
  const row = db.get(
    "SELECT holder FROM mirror_lease WHERE token = ? AND expires_at > ?",
    token,
    milliseconds(now),
  );
  if (row !== undefined) return;
  const holder = db.get("SELECT holder FROM mirror_lease WHERE token <> ?", token)?.["holder"];
  throw new AtlasError(
    "lease-held",
    `Cannot go on with the cycle: ${
      holder === undefined ? "the lease ran out" : `"${holder}" took the lease over`
    }`,
    { hint: "The cycle is repeated by the process that holds the lease; see that only one runs." },
  );
}
