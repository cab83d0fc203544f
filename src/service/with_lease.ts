/** Doing something that only one process may do at a time. @module */

import type { Clock } from "../base/clock.ts";
import { AtlasError } from "../base/errors.ts";
import { getLog } from "../base/log.ts";
import type { Random } from "../base/random.ts";
import type { Database } from "../store/database.ts";
import {
  acquireLease,
  assertLease,
  type LeaseName,
  releaseLease,
  renewLease,
} from "../store/lease.ts";

/** How long a process that was killed keeps the others waiting. */
const TTL_MS = 60_000;
/** Four chances before the lease runs out, for a long query may delay one. */
const RENEW_MS = 15_000;
/** How often a process that waits looks again. */
const POLL_MS = 1_000;

/** What the work gets while the lease is ours. */
export interface Held {
  /** Throws where the lease was lost; to be called inside a transaction. */
  readonly fence: () => void;
  /** Aborts when the program shall stop, or when the lease is lost. */
  readonly signal: AbortSignal;
  /** Aborts when the lease is lost. */
  readonly lost: AbortSignal;
  /** How the others see us. */
  readonly holder: string;
}

/** What holding a lease takes. */
export interface LeaseContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly pid: number;
  /** Ends the waiting, and is passed on to the work. */
  readonly signal: AbortSignal;
}

/** Which lease, and what to do where another process has it. */
export interface LeaseWish {
  /** The lease of a cycle where it is left out. */
  readonly name?: LeaseName;
  /** Wait instead of giving up. */
  readonly wait: boolean;
}

/** The words around the holder's name where another process has the lease. */
const REFUSALS: Readonly<Record<LeaseName, { readonly wish: string; readonly does: string }>> = {
  cycle: { wish: "Cannot run a cycle", does: "runs one" },
  daemon: { wish: "Cannot take the daemon's place", does: "is the daemon" },
};

const log = getLog("lease");

/**
 * Runs `work` under the lease and gives it back, however the work ends.
 *
 * @throws AtlasError of kind "lease-held" where another process has it and `wait` is not wanted
 */
export async function withLease<T>(
  db: Database,
  context: LeaseContext,
  { name = "cycle", wait }: LeaseWish,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const { clock } = context;
  // Process numbers come again, so a part of a UUID tells two holders of the same number apart.
  const holder = `process ${context.pid} (${context.random.uuid().slice(0, 8)})`;
  const token = await take(db, context, { name, wait }, holder);
  const over = new AbortController();
  const lost = new AbortController();
  const keeping = keep(db, context, { name, token }, over.signal)
    .catch((error) => lost.abort(error));
  try {
    return await work({
      fence: () => assertLease(db, name, token, clock.now()),
      signal: AbortSignal.any([context.signal, lost.signal]),
      lost: lost.signal,
      holder,
    });
  } finally {
    over.abort();
    await keeping;
    releaseLease(db, name, token);
  }
}

async function take(
  db: Database,
  { clock, signal }: LeaseContext,
  { name, wait }: Required<LeaseWish>,
  holder: string,
): Promise<bigint> {
  for (let waiting = false;; waiting = true) {
    const result = acquireLease(db, name, { holder, now: clock.now(), ttlMs: TTL_MS });
    if (result.kind === "held") return result.token;
    const seconds = Math.ceil((result.expiresAt - clock.now()) / 1_000);
    if (!wait) {
      const { wish, does } = REFUSALS[name];
      throw new AtlasError(
        "lease-held",
        `${wish}: ${result.holder} ${does}, its lease ends in ${seconds} s at the latest`,
        { hint: "Run it again later, or with --wait." },
      );
    }
    if (!waiting) log.info("Waiting for {holder}, which has the lease", { holder: result.holder });
    await clock.sleep(POLL_MS, signal);
  }
}

/** Prolongs the lease until `over`; rejects where it was lost. */
async function keep(
  db: Database,
  { clock }: LeaseContext,
  { name, token }: { readonly name: LeaseName; readonly token: bigint },
  over: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await clock.sleep(RENEW_MS, over);
    } catch {
      return;
    }
    if (isKept(db, name, token, clock.now())) continue;
    throw new AtlasError("lease-held", "Cannot go on: another process took the lease over", {
      hint: "Look whether this machine was asleep or under heavy load, then run it again.",
    });
  }
}

/** A database that is busy for a moment costs one of the chances, not the lease. */
function isKept(db: Database, name: LeaseName, token: bigint, now: number): boolean {
  try {
    return renewLease(db, name, { token, now, ttlMs: TTL_MS });
  } catch (error) {
    if (!(error instanceof AtlasError) || !error.retryable) throw error;
    log.warn("Cannot renew the lease: {why}", { why: error.message });
    return true;
  }
}
