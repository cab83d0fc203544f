/** A line on the terminal for work that takes longer than a person likes to wait in the dark. @module */

import type { Clock } from "../base/clock.ts";
import type { Progress } from "../mirror/context.ts";
import type { Output } from "./context.ts";
import { oneLine } from "./terminal_text.ts";

/** Shorter work shows nothing. */
const QUIET_MS = 1_000;
const REDRAW_MS = 200;
const BAR_WIDTH = 24;
/** Carriage return, then "erase to the end of the line" (ECMA-48, EL). */
const CLEAR_LINE = "\r\u001b[K";

const PHASES: readonly Progress["phase"][] = ["reading", "planning", "writing", "verifying"];

/** Shows how far a cycle has come, until it is disposed of. */
export interface ProgressLine extends AsyncDisposable {
  tell(progress: Progress): void;
}

/** A progress line on a terminal; anywhere else it says nothing. */
export function startProgress(output: Output, clock: Clock): ProgressLine {
  let latest: Progress = { phase: "reading", done: 0, total: 0 };
  if (!output.isTerminal) return { tell() {}, [Symbol.asyncDispose]: () => Promise.resolve() };
  const over = new AbortController();
  const drawing = draw(output, clock, () => latest, over.signal);
  return {
    tell(progress) {
      latest = progress;
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      await drawing;
    },
  };
}

async function draw(
  output: Output,
  clock: Clock,
  latest: () => Progress,
  over: AbortSignal,
): Promise<void> {
  const startedAt = clock.now();
  let isDrawn = false;
  try {
    await clock.sleep(QUIET_MS, over);
    for (;;) {
      output.write(CLEAR_LINE + progressText(latest(), clock.now() - startedAt, output.columns));
      isDrawn = true;
      await clock.sleep(REDRAW_MS, over);
    }
  } catch {
    // The work is over; the sleep says so by throwing.
    if (isDrawn) output.write(CLEAR_LINE);
  }
}

/** `████░░░░  planning, tab 2 of 3, 4 s` */
export function progressText(
  { phase, done, total }: Progress,
  elapsedMs: number,
  columns: number,
): string {
  const part = total === 0 ? 0 : done / total;
  const filled = Math.round(BAR_WIDTH * (PHASES.indexOf(phase) + part) / PHASES.length);
  const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
  const tab = phase === "planning" ? `, tab ${done + 1} of ${total}` : "";
  return oneLine(`${bar}  ${phase}${tab}, ${Math.floor(elapsedMs / 1_000)} s`, columns - 1);
}
