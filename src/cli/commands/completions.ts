/** `--completions SHELL`. @module */

import { completionScript, SHELLS } from "../completions.ts";
import type { CliContext } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { CommandOf } from "../options.ts";

/** Prints the script that teaches a shell the flags. */
export function runCompletions(
  { shell }: CommandOf<"completions">,
  context: CliContext,
): ExitCode {
  for (const name of Object.keys(SHELLS) as (keyof typeof SHELLS)[]) {
    // The command line was checked: it is one of them.
    if (name === shell) context.stdout.write(completionScript(name));
  }
  return EXIT.done;
}
