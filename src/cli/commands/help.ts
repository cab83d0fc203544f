/** `--help`. @module */

import type { CliContext } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { helpText } from "../help.ts";

/** Prints the help. */
export function runHelp(context: CliContext): ExitCode {
  context.stdout.write(helpText());
  return EXIT.done;
}
