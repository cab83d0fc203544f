/** Doing something that only one process may do at a time. @module */

import { AtlasError } from "../base/errors.ts";
import type { Database } from "../store/database.ts";
import { acquireLease, assertLease, releaseLease, renewLease } from "../store/lease.ts";
import type { CliContext } from "./context.ts";

/** How long a process that was killed keeps the others waiting. */
const TTL_MS = 60_000;
/** Four chances before the lease runs out, for a long query may delay one. */
const RENEW_MS = 15_000;
/** How often `--wait` looks again. */
const POLL_MS = 1_000;

/** What the work gets while the lease is ours. */
export interface Held {
  /** Throws where the lease was lost; to be called inside a transaction. */
  readonly fence: () => void;
  /** Aborts when the program shall stop, or when the lease is lost. */
  readonly signal: AbortSignal;
}

/** What holding a lease takes. */
export type LeaseContext = Pick<CliContext, "clock" | "pid" | "random" | "signal">;

/**
 * Runs `work` under the lease and gives it back, however the work ends.
 *
 * @throws AtlasError of kind "lease-held" where another process has it and `wait` is not wanted
 */
export async function withLease<T>(
  db: Database,
  context: LeaseContext,
  { wait }: { readonly wait: boolean },
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const { clock } = context;
  const token = await take(db, context, wait);
  const over = new AbortController();
  const lost = new AbortController();
  const keeping = keep(db, context, token, over.signal).catch((error) => lost.abort(error));
  try {
    return await work({
      fence: () => assertLease(db, token, clock.now()),
      signal: AbortSignal.any([context.signal, lost.signal]),
    });
  } finally {
    over.abort();
    await keeping;
    releaseLease(db, token);
  }
}

async function take(
  db: Database,
  { clock, pid, random, signal }: LeaseContext,
  wait: boolean,
): Promise<bigint> {
  // Process numbers come again, so a part of a UUID tells two holders of the same number apart.
  const holder = `process ${pid} (${random.uuid().slice(0, 8)})`;
  for (;;) {
    const result = acquireLease(db, { holder, now: clock.now(), ttlMs: TTL_MS });
    if (result.kind === "held") return result.token;
    if (!wait) {
      const seconds = Math.ceil((result.expiresAt - clock.now()) / 1_000);
      throw new AtlasError(
        "lease-held",
        `Cannot run a cycle: ${result.holder} runs one, its lease ends in ${seconds} s at the latest`,
        { hint: "Run it again later, or with --wait." },
      );
    }
    await clock.sleep(POLL_MS, signal);
  }
}

/** Prolongs the lease until `over`; rejects where it was lost. */
async function keep(
  db: Database,
  { clock }: LeaseContext,
  token: bigint,
  over: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await clock.sleep(RENEW_MS, over);
    } catch {
      return;
    }
    if (!renewLease(db, { token, now: clock.now(), ttlMs: TTL_MS })) {
      throw new AtlasError("lease-held", "Cannot go on: another process took the lease over", {
        hint: "Look whether this machine was asleep or under heavy load, then run it again.",
      });
    }
  }
}
