/**
 * One cycle: look, plan, commit, publish, confirm. This file decides what happens next; the stages
 * themselves know nothing of each other.
 *
 * A quiet cycle ends after one quick read. Otherwise the tabs that differ are read in full and planned
 * from that; those whose database is known to have news are not read quickly before. A write that failed
 * is never sent again: the cycle looks at the sheet and plans anew, at most three times, and intents and
 * anchors make that safe.
 *
 * @module
 */

import { isoTime } from "../base/clock.ts";
import { AtlasError } from "../base/errors.ts";
import { backoffDelay, isWorthWaiting } from "../base/retry.ts";
import type { Contract, Tab } from "../contract/schema.ts";
import { findSheet, type WantedTab } from "../sheets/read.ts";
import type { SpreadsheetSnapshot, TabSnapshot } from "../sheets/snapshot.ts";
import { finishCycle, startCycle } from "../store/cycles.ts";
import { readIdentity } from "../store/identity.ts";
import { readIntegrity } from "../store/integrity.ts";
import { loadTabStates, markTabSuccess } from "../store/tabs.ts";
import { admit } from "./accept.ts";
import { applyPlans, type PlannedTab } from "./apply.ts";
import { attempt } from "./attempt.ts";
import { type CycleContext, type CycleDeps, type CycleOptions, tellProgress } from "./context.ts";
import { limitTo } from "./direction.ts";
import { readFresh } from "./fresh.ts";
import { checkHeader, checkMarks, missingTab } from "./guards.ts";
import type { TabInput } from "./input.ts";
import { loadTab } from "./load.ts";
import { damagedReport } from "./no_cycle.ts";
import type { TabPlan } from "./plan.ts";
import { planTab } from "./plan_tab.ts";
import { lookQuickly } from "./quick_look.ts";
import { type CycleReport, cycleStatus } from "./report.ts";
import { planReports, writeReports } from "./reports.ts";
import { sealPlan } from "./seal.ts";
import { TabRun } from "./tab_run.ts";
import { limitToUrgent } from "./urgent.ts";

/** How often a cycle looks at a tab at most. */
const ROUNDS = 3;

/**
 * Runs one cycle.
 *
 * @throws {AtlasError} where no tab could possibly be synced: `configuration` (credentials, sharing, no
 * such spreadsheet), `usage` (an unknown tab), `stopped`. What fails for single tabs is in the report.
 */
export async function runCycle(deps: CycleDeps, options: CycleOptions): Promise<CycleReport> {
  const { db, client, clock } = deps;
  const startedAt = clock.now();
  const before = client.counts();
  const tabs = selectTabs(deps.contract, options.tabs);
  const integrity = readIntegrity(db);
  if (integrity?.ok === false) return damagedReport(tabs, integrity);
  const runs = tabs.map((tab) => new TabRun(tab));
  const cycle = options.apply
    ? startCycle(db, { at: isoTime(startedAt), direction: options.direction })
    : 0;
  const report = (): CycleReport => {
    const now = client.counts();
    const tabs = runs.map((run) => run.report());
    return {
      status: cycleStatus(tabs),
      durationMs: clock.now() - startedAt,
      requests: {
        read: now.read - before.read,
        write: now.write - before.write,
        retried: now.retried - before.retried,
      },
      tabs,
      fresh: runs.flatMap((run) => run.fresh),
      suspicious: runs.flatMap((run) => run.suspicious),
    };
  };
  try {
    await runRounds({ ...deps, options, cycle, runs, states: loadTabStates(db) });
    return report();
  } catch (thrown) {
    const error = stoppedOr(deps.signal, thrown);
    for (const run of runs) if (run.error === null) run.fail(error);
    throw error;
  } finally {
    if (options.apply) {
      const { tabs, fresh: _fresh, suspicious: _suspicious, ...figures } = report();
      finishCycle(db, cycle, {
        at: isoTime(clock.now()),
        status: figures.status,
        report: JSON.stringify({ ...figures, tabs: tabs.map(loggedTab) }),
      });
    }
  }
}

/** A tab's report for the log of cycles. The plan stays out of it: the audit tells what was done. */
function loggedTab({ plan: _plan, error, ...tab }: CycleReport["tabs"][number]): object {
  return { ...tab, error: error?.message ?? null };
}

function stoppedOr(signal: AbortSignal | undefined, thrown: unknown): unknown {
  if (thrown instanceof AtlasError || signal?.aborted !== true) return thrown;
  return new AtlasError("stopped", "Cannot finish the cycle: asked to stop", {
    hint: "Nothing is lost: the next cycle goes on where this one stopped.",
    cause: thrown,
  });
}

function selectTabs(contract: Contract, titles: readonly string[] | null): readonly Tab[] {
  if (titles === null) return contract.tabs;
  return titles.map((title) => {
    const tab = contract.tabs.find((known) => known.title === title);
    if (tab !== undefined) return tab;
    const known = contract.tabs.map((tab) => tab.title).join(", ");
    throw new AtlasError("usage", `Cannot sync tab "${title}": the contract does not have it`, {
      hint: `The tabs are ${known}.`,
    });
  });
}

async function runRounds(context: CycleContext): Promise<void> {
  const { db, clock, random, signal, runs, options } = context;
  let open = await lookQuickly(context);
  for (let round = 1; open.length > 0; round++) {
    signal?.throwIfAborted();
    for (const run of open) run.recover();
    open = await runRound(context, open);
    if (round === ROUNDS || open.length === 0) break;
    const asked = Math.max(...open.map(({ error }) => error?.retryAfterMs ?? 0));
    if (!isWorthWaiting(asked)) break;
    await clock.sleep(backoffDelay(round, random, asked), signal);
  }
  if (!options.apply) return;
  const at = isoTime(clock.now());
  for (const run of runs) {
    if (run.status === "ok" && !isUrgentOnly(context, run)) markTabSuccess(db, run.tab.title, at);
  }
}

function isUrgentOnly({ options: { urgentOnly = [] } }: CycleContext, { tab }: TabRun): boolean {
  return urgentOnly.includes(tab.title);
}

/** Reads in full, plans and applies; returns the tabs that have to be looked at again. */
async function runRound(context: CycleContext, due: readonly TabRun[]): Promise<TabRun[]> {
  const { states } = context;
  const open = withReportTab(context, due);
  const wanted = open.map(({ tab }): WantedTab => {
    const state = states.get(tab.title);
    return { tab, sheetId: state?.sheetId ?? null, title: state?.title ?? tab.title };
  });
  tellProgress(context, "reading", 0);
  const snapshot = await attempt(context, open, () => readFresh(context, wanted));
  if (snapshot === "failed" || snapshot === "refused") return [];
  const planned: PlannedTab[] = [];
  for (const [index, run] of open.entries()) {
    tellProgress(context, "planning", index);
    const plan = await makePlan(context, run, wanted[index], snapshot);
    if (plan !== null) planned.push(plan);
  }
  if (!context.options.apply) return [];
  return await applyPlans(context, await tellReports(context, planned, snapshot), snapshot);
}

/**
 * The tabs, and the one in which the mirror reports. What is found in any of them may add a row to
 * that one, which is to be shown in the same cycle and without a request more.
 */
function withReportTab(
  { contract: { reports }, runs, options }: CycleContext,
  open: readonly TabRun[],
): readonly TabRun[] {
  if (reports === null || !options.apply) return open;
  const added = runs.filter((run) =>
    run.tab.title === reports.tab && !open.includes(run) && run.status === "ok"
  );
  return [...open, ...added];
}

/** Writes the reports, and plans their tab again with them. */
async function tellReports(
  context: CycleContext,
  planned: readonly PlannedTab[],
  snapshot: SpreadsheetSnapshot,
): Promise<PlannedTab[]> {
  const { contract, db, clock, cycle, fence } = context;
  const at = isoTime(clock.now());
  const plans = planned.map(({ plan, input }) => ({ plan, reported: input.reported }));
  const changes = planReports(contract, plans);
  if (!writeReports(db, contract, changes, { at, cycle, fence })) return [...planned];
  const result: PlannedTab[] = [];
  for (const tab of planned) {
    const isTheirs = tab.run.tab.title === contract.reports?.tab;
    const plan = isTheirs ? await planAgain(context, tab, snapshot) : tab;
    if (plan !== null) result.push(plan);
  }
  return result;
}

/** The plan from the same look at the sheet, with what the database holds by now. */
async function planAgain(
  context: CycleContext,
  { run, input: { sheet }, plan: { guards } }: PlannedTab,
  snapshot: SpreadsheetSnapshot,
): Promise<PlannedTab | null> {
  try {
    const { input, plan } = await planSheet(context, run, sheet, snapshot);
    return { run, input, plan: await sealPlan({ ...plan, guards }, context.masker) };
  } catch (thrown) {
    run.fail(thrown);
    return null;
  }
}

/** Makes the plan of one tab; null where it must not be applied. */
async function makePlan(
  context: CycleContext,
  run: TabRun,
  wanted: WantedTab | undefined,
  snapshot: SpreadsheetSnapshot,
): Promise<PlannedTab | null> {
  const { db, masker, cycle, options } = context;
  const sheet = wanted === undefined ? undefined : findSheet(wanted, snapshot.sheets);
  const tab = sheet === undefined ? undefined : snapshot.tabs.get(sheet.sheetId);
  if (tab === undefined) return run.stop([missingTab(run.tab)]);
  const header = checkHeader(run.tab, tab);
  if (header !== null) return run.stop([header]);
  try {
    const { input, plan: limited } = await planSheet(context, run, tab, snapshot);
    const marks = checkMarks(snapshot.marks, readIdentity(db));
    const guards = marks === null ? limited.guards : [marks, ...limited.guards];
    const plan = await sealPlan({ ...limited, guards }, masker);
    run.take(plan);
    const stopped = admit({ db, cycle, at: input.now }, plan, options);
    return stopped.length > 0 ? run.stop(stopped) : { run, input, plan };
  } catch (thrown) {
    run.fail(thrown);
    return null;
  }
}

/** The plan of a tab, narrowed to what this cycle is about. */
async function planSheet(
  context: CycleContext,
  run: TabRun,
  sheet: TabSnapshot,
  { timeZone }: SpreadsheetSnapshot,
): Promise<{ readonly input: TabInput; readonly plan: TabPlan }> {
  const { options, states } = context;
  const { db, masker, clock } = context;
  const state = states.get(run.tab.title) ?? null;
  const loading = { db, masker, zone: timeZone, now: clock.now() };
  const input = await loadTab(loading, run.tab, sheet, state);
  const whole = planTab(input);
  // The first meeting, and a move to another time zone, concern the tab as a whole.
  const isSettled = input.hasMet && state?.zone === timeZone;
  const planned = isUrgentOnly(context, run) && isSettled
    ? limitToUrgent(whole, input.rows)
    : whole;
  return { input, plan: limitTo(options.direction, planned) };
}
