/** Reading for several tabs, and what it means for them where it fails. @module */

import { AtlasError } from "../base/errors.ts";
import { backoffDelay, isWorthWaiting } from "../base/retry.ts";
import { isHeldBack } from "../sheets/circuit.ts";
import type { CycleContext } from "./context.ts";
import type { TabRun } from "./tab_run.ts";

/**
 * Reads, and tells what a failure means for the tabs: `refused` where Google refuses the request, as it
 * does for a range it does not know any more, `failed` where the tabs cannot be read now. The tabs have
 * failed either way, unless another round does better. What no tab can do without is thrown.
 */
export async function attempt<T>(
  context: CycleContext,
  runs: readonly TabRun[],
  work: () => Promise<T>,
): Promise<T | "refused" | "failed"> {
  try {
    return await inTurn(context, work);
  } catch (thrown) {
    if (!(thrown instanceof AtlasError)) throw thrown;
    const isRefused = thrown.kind === "refused-request";
    if (!isRefused && (!thrown.retryable || thrown.kind === "stopped")) throw thrown;
    for (const run of runs) run.fail(thrown);
    return isRefused ? "refused" : "failed";
  }
}

/** A call that was held back is no attempt, and a cycle can wait a moment until it may be made. */
async function inTurn<T>(
  { clock, random, signal }: CycleContext,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const waitMs = isHeldBack(thrown) ? thrown.retryAfterMs ?? Infinity : Infinity;
    if (!isWorthWaiting(waitMs)) throw thrown;
    await clock.sleep(backoffDelay(1, random, waitMs), signal);
    return await work();
  }
}
