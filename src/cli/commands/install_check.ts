/** `--install-check`: what is missing on this host. @module */

import { systemHost } from "../../base/host.ts";
import { installChecks } from "../../service/install_checks.ts";
import type { Check } from "../../service/plugin_output.ts";
import { readServiceAccount } from "../../sheets/credentials.ts";
import { loadConfig, readCredentials } from "../config.ts";
import { type CliContext, paintFor } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { CommandOf } from "../options.ts";
import type { Tone } from "../paint.ts";
import { padTo } from "../terminal_text.ts";

const MARKS: Readonly<Record<Check["status"], readonly [Tone, string]>> = {
  OK: ["good", "ok"],
  WARNING: ["warn", "look"],
  UNKNOWN: ["warn", "?"],
  CRITICAL: ["bad", "missing"],
};

/** Looks and says; the exit code tells whether something is missing. */
export async function runInstallCheck(
  command: CommandOf<"install-check">,
  context: CliContext,
): Promise<ExitCode> {
  const config = await loadConfig(command.config, context);
  const checks = await installChecks({
    configPath: config.path,
    database: config.database,
    contract: config.contract,
    logDir: config.logDir,
    endpoint: config.sheetsEndpoint,
    keyPath: config.credentials,
    async readKey() {
      const text = await readCredentials(config, context.files);
      return text === null ? null : readServiceAccount(text, config.credentials ?? "");
    },
  }, { host: systemHost, clock: context.clock, fetch });
  const paint = paintFor(context.stdout, command.color, context.env);
  for (const { status, name, message } of checks) {
    const [tone, word] = MARKS[status];
    context.stdout.write(`${paint(tone, padTo(word, 7))}  ${padTo(name, 13)}  ${message}\n`);
  }
  return checks.some(({ status }) => status === "CRITICAL") ? EXIT.configuration : EXIT.done;
}
