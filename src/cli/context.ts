/** What a command gets from the world; `main.ts` passes the real one in, tests another. @module */

import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Requests } from "../service/requests.ts";
import type { Files } from "./files.ts";
import { coloured, type Paint, plain } from "./paint.ts";

/** One of the two streams a program writes to. */
export interface Output {
  write(text: string): void;
  /** Whether a person watches it. */
  readonly isTerminal: boolean;
  /** Its width in characters; a usual one where it is no terminal. */
  readonly columns: number;
}

/** Everything outside of the program that a command may touch, databases and spreadsheets aside. */
export interface CliContext {
  readonly env: (name: string) => string | undefined;
  readonly files: Files;
  /** For results. */
  readonly stdout: Output;
  /** For everything else: logs, progress, errors. */
  readonly stderr: Output;
  readonly clock: Clock;
  readonly random: Random;
  /** The process's number, by which others name it. */
  readonly pid: number;
  /** Aborts when the program is asked to stop. */
  readonly signal: AbortSignal;
  /** What the program is asked for while it runs. */
  readonly requests: Requests;
}

/** Colours where a person watches and nobody said no (https://no-color.org). */
export function paintFor(output: Output, wanted: boolean, env: CliContext["env"]): Paint {
  return output.isTerminal && wanted && (env("NO_COLOR") ?? "") === "" ? coloured : plain;
}
