/** Finishing what is in hand before the end. @module */

import type { Clock } from "../base/clock.ts";
import { AtlasError } from "../base/errors.ts";

/** A signal that follows another one late. */
export interface Grace extends Disposable {
  /** Aborts so much later than the signal it was made from. */
  readonly signal: AbortSignal;
}

/** Gives what hangs on the returned signal `ms` milliseconds more than `stopping` says. */
export function graceAfter(stopping: AbortSignal, ms: number, clock: Clock): Grace {
  const late = new AbortController();
  const over = new AbortController();
  const begin = () => {
    clock.sleep(ms, over.signal).then(
      () =>
        late.abort(
          new AtlasError("stopped", `Cannot finish within ${ms / 1_000} s: asked to stop`, {
            hint: "Nothing is lost: the next cycle goes on where this one stopped.",
          }),
        ),
      () => {},
    );
  };
  if (stopping.aborted) begin();
  else stopping.addEventListener("abort", begin, { once: true });
  return {
    signal: late.signal,
    [Symbol.dispose]() {
      stopping.removeEventListener("abort", begin);
      over.abort();
    },
  };
}
