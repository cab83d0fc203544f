/** Where the program's log goes: standard error, and the files of the configuration. @module */

import { configureLogging } from "../base/log.ts";
import { openLogFiles } from "../base/log_files.ts";
import type { Config } from "./config.ts";
import type { Output } from "./context.ts";
import type { LogLevel } from "./settings.ts";

/** What {@linkcode startLogging} needs to know. */
export interface StartLogging {
  readonly level: LogLevel;
  readonly stderr: Pick<Output, "write">;
  /** Loggers that do not print, for the command prints a result of its own. They have their files. */
  readonly unprinted: readonly string[];
}

/** Sends the log where it belongs, until it is disposed of. */
export async function startLogging(
  { logDir, logFormat }: Pick<Config, "logDir" | "logFormat">,
  { level, stderr, unprinted }: StartLogging,
): Promise<AsyncDisposable> {
  const write = (line: string) => stderr.write(`${line}\n`);
  const files = openLogFiles({
    dir: logDir,
    level: level === "debug" ? "debug" : "info",
    json: logFormat === "json",
    complain: (sentence) => write(`atlas-mirror: warning: ${sentence}`),
  });
  const printed = {
    level,
    json: false,
    write,
    // Without its file, a record would be lost.
    accepts: (name: string) => files.targets.length === 0 || !unprinted.includes(name),
  };
  await configureLogging({ ...printed, files: files.targets });
  return {
    async [Symbol.asyncDispose]() {
      await configureLogging(printed);
      files[Symbol.dispose]();
    },
  };
}
