/** What follows a cycle that was run by hand or by a timer: log files, metrics, alerts, messages. @module */

import { messageOf } from "../base/errors.ts";
import { getLog } from "../base/log.ts";
import type { CycleReport } from "../mirror/report.ts";
import { channelsOf } from "../service/channels.ts";
import { logCycle } from "../service/cycle_log.ts";
import { isReportDue, reportDaily } from "../service/daily.ts";
import { Watch } from "../service/watch.ts";
import type { Masker } from "../text/secrets.ts";
import type { Config } from "./config.ts";
import type { CliContext } from "./context.ts";
import { openSharing, type Session } from "./session.ts";

/** Does what the daemon does after a cycle. A failure is logged: the cycle itself is done. */
export async function followUp(
  { db, client, contract }: Session,
  report: CycleReport,
  config: Config,
  context: CliContext,
  masker: Masker,
): Promise<void> {
  const { notify, mode, logDir, thresholds } = config;
  const { clock, random, signal } = context;
  try {
    await logCycle({ db, contract, masker }, report);
    const channels = channelsOf(notify);
    const watch = new Watch({
      db,
      contract,
      channels,
      thresholds,
      clock,
      random,
      masker,
      fetch,
    });
    await watch.afterCycle(report, clock.now(), signal);
    // No daemon is there to do this once a day.
    if (mode === "timer" && isReportDue(db, clock.now())) {
      watch.tidy();
      const sharing = await openSharing(config, context);
      const deps = { db, client, contract, clock, random, masker, channels, logDir, sharing };
      await reportDaily(deps, signal);
    }
    watch.tidy();
  } catch (thrown) {
    getLog("once").error("Cannot follow the cycle up: {why}", { why: messageOf(thrown) });
  }
}
