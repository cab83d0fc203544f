/** `--once`: one cycle. @module */

import { createMasker } from "../../text/secrets.ts";
import type { CliContext } from "../context.ts";
import { cycleOf, printReport } from "../cycle_command.ts";
import type { ExitCode } from "../exit.ts";
import type { CommandOf } from "../options.ts";
import { exitCodeOfCycle, renderReport } from "../render_report.ts";
import { openSession } from "../session.ts";
import { withLease } from "../with_lease.ts";

/** Runs the cycle under the lease and tells what it did. */
export async function runOnce(command: CommandOf<"once">, context: CliContext): Promise<ExitCode> {
  using session = await openSession(command, context);
  const masker = createMasker();
  const report = await withLease(
    session.db,
    context,
    command,
    (held) => cycleOf(session, command, context, { ...held, apply: true, masker }),
  );
  await printReport(
    report,
    command,
    context,
    masker,
    (options) => renderReport(report, options),
  );
  return exitCodeOfCycle(report);
}
