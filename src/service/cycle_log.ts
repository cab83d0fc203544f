/**
 * What a cycle leaves in the log files. The loggers `import` and `export` have a file each, as the
 * contract wants it: what of the sheet was not taken over, and what of the database was not shown.
 *
 * @module
 */

import { getLog } from "../base/log.ts";
import type { Contract } from "../contract/schema.ts";
import type { CycleReport } from "../mirror/report.ts";
import type { Database } from "../store/database.ts";
import type { Finding } from "../store/records.ts";
import { takeUnlogged } from "../store/unlogged.ts";
import { cutText } from "../text/outgoing.ts";
import type { Masker } from "../text/secrets.ts";

/** The audit has every text whole; a line of a log should fit a screen. */
const VALUE_MAX = 500;

/** Loggers that tell what a command which prints its result tells anyway. */
export const RESULT_LOGGERS = ["import", "export", "cycle", "notify", "report"] as const;

const imports = getLog("import");
const exports = getLog("export");
const cycles = getLog("cycle");

/** Writes the outcome of a cycle that was applied, and every finding nobody has written yet. */
export async function logCycle(
  { db, contract, masker }: {
    readonly db: Database;
    readonly contract: Contract;
    readonly masker: Masker;
  },
  report: CycleReport,
): Promise<void> {
  for (const finding of await masked(takeUnlogged(db), masker)) logFinding(finding, contract);
  for (const { tab, error, guards } of report.tabs) {
    if (error !== null) {
      exports.error("{tab} was not synced: {reason}; {todo}", {
        tab,
        reason: error.message,
        kind: error.kind,
        todo: error.hint ?? "it is tried again",
      });
    }
    for (const { guard, message, hint } of guards) {
      exports.warn("{tab} was stopped by the guard {guard}: {reason}; {todo}", {
        tab,
        guard,
        reason: message,
        todo: hint,
      });
    }
  }
  cycles.info("A cycle ended: {status} in {seconds} s; {tabs}", {
    status: report.status,
    seconds: (report.durationMs / 1_000).toFixed(1),
    tabs: report.tabs.map((tab) => `${tab.tab} ${figures(tab)}`).join(", "),
    requests: report.requests,
  });
}

async function masked(findings: readonly Finding[], masker: Masker): Promise<Finding[]> {
  const texts = await masker.mask(findings.flatMap(({ value, reason }) => [value, reason]));
  return findings.map((finding, index) => ({
    ...finding,
    value: cutText(texts[2 * index] ?? "", VALUE_MAX),
    reason: texts[2 * index + 1] ?? "",
  }));
}

function logFinding({ tab, row, column, code, value, reason }: Finding, contract: Contract): void {
  const header = contract.tabs.find(({ title }) => title === tab)?.columns
    .find(({ field }) => field === column)?.header;
  const fields = { tab, row, column: header ?? column, value, reason, code };
  if (code === "MIRROR-INVALID-ROW") {
    exports.warn("{tab} {row} stays back: {reason} [{code}]", fields);
  } else {
    imports.warn("{tab} {row} {column}: {reason}; found {value} [{code}]", fields);
  }
}

function figures(tab: CycleReport["tabs"][number]): string {
  const { imported, exported, added, removed, archived, refused, invalid } = tab;
  const told = Object.entries({ imported, exported, added, removed, archived, refused, invalid })
    .filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`);
  return told.length === 0 ? tab.status : `${tab.status} (${told.join(", ")})`;
}
