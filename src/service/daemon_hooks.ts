/** What the daemon does besides its cycles: it logs, measures, tells humans, checks and reports. @module */

import { logCycle } from "./cycle_log.ts";
import { type DailyDeps, reportDaily } from "./daily.ts";
import { logHealth } from "./health_log.ts";
import type { Hooks } from "./hooks.ts";
import { Watch, type WatchDeps } from "./watch.ts";

/** The hooks of a daemon that works with these. */
export function daemonHooks(deps: WatchDeps & DailyDeps): Hooks {
  const watch = new Watch(deps);
  return {
    async afterCycle(report, at, signal) {
      try {
        await logCycle(deps, report);
      } finally {
        // Humans are told, whatever the log can take.
        await watch.afterCycle(report, at, signal);
      }
    },
    async every15(signal) {
      await watch.tick(signal);
      await logHealth(deps, signal);
    },
    async daily(signal) {
      watch.tidy();
      await reportDaily(deps, signal);
      // The report is in the outbox, and nobody should wait for it until the next cycle.
      await watch.tick(signal);
    },
  };
}
