/** The exit codes: one table for the program, its help and its readers. @module */

import type { ErrorKind } from "../base/errors.ts";

/** What the program says to whoever started it, by number. Where several apply, the highest does. */
export const EXIT = {
  /** Done; refused edits alone are not a failure. */
  done: 0,
  /** A tab failed; trying again may help. */
  failed: 1,
  /** `--plan`: changes are pending. */
  pending: 2,
  /** A guard stopped it; a human must look. */
  guarded: 3,
  /** The command line is wrong. */
  usage: 64,
  /** The configuration is wrong. */
  configuration: 78,
} as const;

export type ExitCode = typeof EXIT[keyof typeof EXIT];

/** A sentence for each, for the help. 64 and 78 are EX_USAGE and EX_CONFIG of BSD's sysexits.h. */
export const EXIT_SENTENCES: readonly (readonly [ExitCode, string])[] = [
  [EXIT.done, "done; refused edits alone are not a failure"],
  [EXIT.failed, "a tab failed, or another process holds the lease; trying again may help"],
  [EXIT.pending, "--plan: changes are pending"],
  [EXIT.guarded, "a guard stopped it; a human must look"],
  [EXIT.usage, "the command line is wrong"],
  [EXIT.configuration, "the configuration is wrong"],
];

const EXIT_OF_KIND: Readonly<Record<ErrorKind, ExitCode>> = {
  "usage": EXIT.usage,
  "configuration": EXIT.configuration,
  "unreachable": EXIT.failed,
  "rate-limited": EXIT.failed,
  "server": EXIT.failed,
  "ambiguous-write": EXIT.failed,
  "malformed-answer": EXIT.failed,
  "refused-request": EXIT.failed,
  "guard": EXIT.guarded,
  "database-busy": EXIT.failed,
  "database": EXIT.failed,
  "database-damaged": EXIT.guarded,
  "lease-held": EXIT.failed,
  "stopped": EXIT.failed,
  "internal": EXIT.failed,
};

/** The exit code for a failure of this kind. */
export function exitCodeOf(kind: ErrorKind): ExitCode {
  return EXIT_OF_KIND[kind];
}
