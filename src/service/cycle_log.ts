/**
 * What a cycle leaves in the log files. The loggers `import` and `export` have a file each, as the
 * contract wants it: what of the sheet was not taken over, and what of the database was not shown.
 *
 * @module
 */

import { getLog } from "../base/log.ts";
import type { Contract } from "../contract/schema.ts";
import type { CycleReport } from "../mirror/report.ts";
import type { SuspiciousText } from "../mirror/suspicious.ts";
import type { Database } from "../store/database.ts";
import type { Finding } from "../store/records.ts";
import { takeUnlogged } from "../store/unlogged.ts";
import { cleanIncoming, type Suspicion } from "../text/incoming.ts";
import { cutText } from "../text/outgoing.ts";
import type { Masker } from "../text/secrets.ts";

/** The audit has every text whole; a line of a log should fit a screen. */
const VALUE_MAX = 500;

/** Loggers that tell what a command which prints its result tells anyway. */
export const RESULT_LOGGERS = ["import", "export", "cycle", "notify", "report"] as const;

const imports = getLog("import");
const exports = getLog("export");
const cycles = getLog("cycle");

/** What is odd about a text, as the end of a sentence about the cell. */
const SUSPICIONS: Readonly<Record<Suspicion, string>> = {
  "formula": "a text that a spreadsheet could compute",
  "control-characters": "control characters",
  "reversed-text": "characters that turn the direction of reading",
  "hidden-characters": "characters that nobody sees",
  "script": "markup that a browser could execute",
};

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
  await logSuspicious(report.suspicious, contract, masker);
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
  const texts = findings.flatMap(({ row, value, reason }) => [row, value, reason]);
  const shown = await masker.mask(texts);
  return findings.map((finding, index) => ({
    ...finding,
    row: shown[3 * index] ?? "",
    value: cutText(shown[3 * index + 1] ?? "", VALUE_MAX),
    reason: shown[3 * index + 2] ?? "",
  }));
}

/** Nothing was refused for it, so that it is no finding, and the channels are not told. */
async function logSuspicious(
  texts: readonly SuspiciousText[],
  contract: Contract,
  masker: Masker,
): Promise<void> {
  const values = await masker.mask(texts.map(({ value }) => cleanIncoming(value)));
  for (const [index, { tab, row, field, suspicions }] of texts.entries()) {
    imports.warn(
      "{tab} {row} {column}: suspicious, though handled like any text: {reason}; {value}",
      {
        tab,
        row,
        column: headerOf(contract, tab, field),
        value: cutText(values[index] ?? "", VALUE_MAX),
        reason: suspicions.map((suspicion) => SUSPICIONS[suspicion]).join(", "),
        suspicions,
      },
    );
  }
}

function headerOf({ tabs }: Contract, tab: string, field: string): string {
  const columns = tabs.find(({ title }) => title === tab)?.columns;
  return columns?.find((column) => column.field === field)?.header ?? field;
}

function logFinding({ tab, row, column, code, value, reason }: Finding, contract: Contract): void {
  const fields = { tab, row, column: headerOf(contract, tab, column), value, reason, code };
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
