/** `--demo`. @module */

import type { CliContext } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { CommandOf } from "../options.ts";

/** Not yet. */
export function runDemo(_command: CommandOf<"demo">, _context: CliContext): ExitCode {
  return EXIT.failed;
}
