/** Reports of cycles that could not take place, so that nobody has to tell them from others. @module */

import type { Tab } from "../contract/schema.ts";
import type { Integrity } from "../store/integrity.ts";
import type { GuardTrip } from "./findings.ts";
import { type CycleReport, cycleStatus } from "./report.ts";
import { TabRun } from "./tab_run.ts";

/** The report of a cycle that failed before any tab was looked at. */
export function failedReport(tabs: readonly Tab[], thrown: unknown): CycleReport {
  return reportOf(tabs, (run) => run.fail(thrown));
}

/** The report of a cycle that was not begun because the database is damaged. */
export function damagedReport(tabs: readonly Tab[], { message, at }: Integrity): CycleReport {
  const trip: GuardTrip = {
    guard: "database-damaged",
    message: `the database file is damaged (checked ${at}): ${message}`,
    hint:
      "Stop everything that writes to the file and restore it from a backup; the next start checks it.",
  };
  return reportOf(tabs, (run) => run.stop([trip]));
}

function reportOf(tabs: readonly Tab[], end: (run: TabRun) => void): CycleReport {
  const reports = tabs.map((tab) => {
    const run = new TabRun(tab);
    end(run);
    return run.report();
  });
  return {
    status: cycleStatus(reports),
    durationMs: 0,
    requests: { read: 0, write: 0, retried: 0 },
    tabs: reports,
    fresh: [],
    suspicious: [],
  };
}
