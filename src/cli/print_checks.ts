/** The results of checks on standard output, also where there was no way to check. @module */

import { AtlasError, messageOf } from "../base/errors.ts";
import {
  type Check,
  checksJson,
  pluginExitCode,
  pluginOutput,
  worstStatus,
} from "../service/plugin_output.ts";
import { maskWhile } from "../text/mask_while.ts";
import { createMasker } from "../text/secrets.ts";
import type { CliContext } from "./context.ts";
import type { ExitCode } from "./exit.ts";
import { maskedJson } from "./mask.ts";

/** Prints the checks with secrets masked, and returns the exit code of monitoring plugins. */
export async function printChecks(
  checks: readonly Check[],
  { json }: { readonly json: boolean },
  { stdout }: Pick<CliContext, "stdout">,
): Promise<ExitCode> {
  const masker = createMasker();
  stdout.write(
    json ? await maskedJson(masker, checksJson(checks)) : await maskWhile(
      masker,
      (mask) => pluginOutput(checks.map((one) => ({ ...one, message: mask(one.message) }))),
    ),
  );
  return pluginExitCode(worstStatus(checks.map(({ status }) => status)));
}

/**
 * A failure in the words of a monitoring system, which reads only standard output: wrong arguments, a
 * wrong configuration and missing rights are UNKNOWN, a damaged database is CRITICAL.
 */
export async function tellMonitoring(
  thrown: unknown,
  args: readonly string[],
  context: Pick<CliContext, "stdout">,
): Promise<ExitCode> {
  return await printChecks([failedCheck(thrown)], { json: args.includes("--json") }, context);
}

function failedCheck(thrown: unknown): Check {
  const check = (name: string, status: Check["status"], message: string): Check => {
    return { name, tab: null, status, message, figure: null };
  };
  if (!(thrown instanceof AtlasError)) {
    return check("program", "UNKNOWN", `defect: ${messageOf(thrown)}`);
  }
  const { kind, message, hint } = thrown;
  const told = hint === undefined ? message : `${message}; ${hint}`;
  switch (kind) {
    case "database":
    case "database-damaged":
      return check("database", "CRITICAL", told);
    case "database-busy":
      return check("database", "UNKNOWN", told);
    case "usage":
      return check("arguments", "UNKNOWN", told);
    default:
      return check("configuration", "UNKNOWN", told);
  }
}
