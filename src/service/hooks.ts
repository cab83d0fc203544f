/** What hangs on the daemon's clockwork: metrics, alerts, health, reports. @module */

import type { CycleReport } from "../mirror/report.ts";

/**
 * Called by the daemon, one after the other, never two at once. What they throw is logged and holds
 * nothing up. `signal` aborts when the daemon cannot wait any longer.
 */
export interface Hooks {
  /** After every cycle, also one that failed or was not begun; `at` is its end in milliseconds. */
  afterCycle(report: CycleReport, at: number, signal: AbortSignal): Promise<void>;
  /** Every 15 minutes. */
  every15(signal: AbortSignal): Promise<void>;
  /** Once a day, after the database file was checked. */
  daily(signal: AbortSignal): Promise<void>;
}
