/** `--version`. @module */

import project from "../../../deno.json" with { type: "json" };
import type { CliContext } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";

/** Prints the version, from the only place where it stands. */
export function runVersion(context: CliContext): ExitCode {
  context.stdout.write(`atlas-mirror ${project.version}\n`);
  return EXIT.done;
}
