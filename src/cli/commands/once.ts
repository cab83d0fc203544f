/** `--once`: one cycle. @module */

import { RESULT_LOGGERS } from "../../service/cycle_log.ts";
import { damagedReport } from "../../mirror/no_cycle.ts";
import { createMasker } from "../../text/secrets.ts";
import { loadConfig } from "../config.ts";
import type { CliContext } from "../context.ts";
import { cycleOf, printReport } from "../cycle_command.ts";
import type { ExitCode } from "../exit.ts";
import { followUp } from "../follow_up.ts";
import { startLogging } from "../logging.ts";
import type { CommandOf } from "../options.ts";
import { exitCodeOfCycle, renderReport } from "../render_report.ts";
import { openSession } from "../session.ts";
import { withLease } from "../../service/with_lease.ts";
import { quickCheck } from "../../store/integrity.ts";

/** Runs the cycle under the lease and tells what it did. */
export async function runOnce(command: CommandOf<"once">, context: CliContext): Promise<ExitCode> {
  const config = await loadConfig(command.config, context);
  await using _log = await startLogging(config, {
    level: command.logLevel,
    stderr: context.stderr,
    unprinted: RESULT_LOGGERS,
  });
  using session = await openSession(command, context);
  const masker = createMasker();
  // First of all, for even the lease is a write.
  const { db, contract } = session;
  const integrity = quickCheck(db, context.clock.now());
  const report = integrity.ok
    ? await withLease(
      db,
      context,
      command,
      (held) => cycleOf(session, command, context, { ...held, apply: true, masker }),
    )
    : damagedReport(
      contract.tabs.filter(({ title }) => command.tabs?.includes(title) ?? true),
      integrity,
    );
  await printReport(
    report,
    command,
    context,
    masker,
    (options) => renderReport(report, options),
  );
  await followUp(session, report, config, context, masker);
  return exitCodeOfCycle(report);
}
