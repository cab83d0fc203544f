/** `--plan`: what a cycle would do. @module */

import { createMasker } from "../../text/secrets.ts";
import type { CliContext } from "../context.ts";
import { cycleOf, printReport } from "../cycle_command.ts";
import type { ExitCode } from "../exit.ts";
import type { CommandOf } from "../options.ts";
import { renderPlan } from "../render_plan.ts";
import { exitCodeOfPlan } from "../render_report.ts";
import { openSession } from "../session.ts";

/** Makes the plan and prints it. It needs no lease: all it writes is which guarded plan was shown. */
export async function runPlan(command: CommandOf<"plan">, context: CliContext): Promise<ExitCode> {
  using session = await openSession(command, context);
  const masker = createMasker();
  const report = await cycleOf(session, command, context, {
    apply: false,
    masker,
    fence() {},
    signal: context.signal,
  });
  await printReport(
    report,
    command,
    context,
    masker,
    (options) => renderPlan(report.tabs, options),
  );
  return exitCodeOfPlan(report);
}
