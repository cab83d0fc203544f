/** From the command line to an exit code. @module */

import { unreachable } from "../base/assert.ts";
import { runVersion } from "./commands/version.ts";
import type { CliContext } from "./context.ts";
import type { ExitCode } from "./exit.ts";
import { type Command, parseCommand, peekCommon } from "./options.ts";

/** The flag by which a monitoring system calls the program. */
const HEALTH_FLAG = "--check-health";

/** Does what the arguments ask for and returns the exit code; never throws. */
export async function run(args: readonly string[], context: CliContext): Promise<ExitCode> {
  try {
    return await runCommand(parseCommand(args), context);
  } catch (error) {
    // What tells of errors is loaded with the first one, and most runs have none.
    if (args.includes(HEALTH_FLAG)) {
      const { tellMonitoring } = await import("./print_checks.ts");
      return await tellMonitoring(error, args, context);
    }
    const { tellError } = await import("./print_error.ts");
    const { text, exitCode } = tellError(error, peekCommon(args).logLevel);
    context.stderr.write(text);
    return exitCode;
  }
}

/** Each command loads only what it needs, so that `--help` does not wait for Google's client. */
async function runCommand(command: Command, context: CliContext): Promise<ExitCode> {
  switch (command.kind) {
    case "once":
      return await (await import("./commands/once.ts")).runOnce(command, context);
    case "plan":
      return await (await import("./commands/plan.ts")).runPlan(command, context);
    case "init":
      return await (await import("./commands/init.ts")).runInit(command, context);
    case "setup":
      return await (await import("./commands/setup.ts")).runSetup(command, context);
    case "history":
      return await (await import("./commands/history.ts")).runHistory(command, context);
    case "daemon":
      return await (await import("./commands/daemon.ts")).runDaemonCommand(command, context);
    case "pause":
    case "resume":
      return await (await import("./commands/pause.ts")).runPause(command, context);
    case "teardown":
      return await (await import("./commands/teardown.ts")).runTeardown(command, context);
    case "audit-archive":
      return await (await import("./commands/audit_archive.ts")).runAuditArchive(command, context);
    case "check-health":
      return await (await import("./commands/check_health.ts")).runCheckHealth(command, context);
    case "report":
      return await (await import("./commands/report.ts")).runReport(command, context);
    case "install-check":
      return await (await import("./commands/install_check.ts")).runInstallCheck(command, context);
    case "completions":
      return (await import("./commands/completions.ts")).runCompletions(command, context);
    case "demo":
      return await (await import("./commands/demo.ts")).runDemo(command, context);
    case "help":
      return (await import("./commands/help.ts")).runHelp(context);
    case "version":
      return runVersion(context);
    default:
      return unreachable(command);
  }
}
