/**
 * Applies the plans of a round: the database first, in one transaction a tab, then the sheet, all tabs
 * together, then the base for what was seen to arrive.
 *
 * @module
 */

import { isoTime } from "../base/clock.ts";
import { AtlasError } from "../base/errors.ts";
import { tabFingerprint } from "../contract/fingerprint.ts";
import type { SpreadsheetSnapshot } from "../sheets/snapshot.ts";
import type { TabState } from "../store/records.ts";
import { putTabState } from "../store/tabs.ts";
import { commitPlan, type Committed, isDue } from "./commit.ts";
import { confirmRemoved, confirmSeen } from "./confirm.ts";
import { type CycleContext, tellProgress } from "./context.ts";
import { readFresh } from "./fresh.ts";
import type { TabInput } from "./input.ts";
import { type MarkedClient, markedClient } from "./marked.ts";
import type { SealedPlan } from "./plan.ts";
import { publish, type PublishedTab } from "./publish.ts";
import { settleQuiet } from "./quiet.ts";
import { type Removal, removeRows } from "./remove.ts";
import { importCounts } from "./report.ts";
import type { TabRun } from "./tab_run.ts";
import { suspiciousTexts } from "./suspicious.ts";
import { undoMisses, undoNotes } from "./undo.ts";

/** A tab with a plan that nothing stands against. */
export interface PlannedTab {
  readonly run: TabRun;
  readonly input: TabInput;
  readonly plan: SealedPlan;
}

/** A tab whose database half is done. */
interface CommittedTab extends PlannedTab {
  readonly committed: Committed;
}

/** A cycle on its way whose writes can be told from the answers before them. */
interface ApplyContext extends CycleContext {
  readonly client: MarkedClient;
}

/** Applies the plans and returns the tabs that have to be looked at again. */
export async function applyPlans(
  context: CycleContext,
  planned: readonly PlannedTab[],
  snapshot: SpreadsheetSnapshot,
): Promise<TabRun[]> {
  const client = markedClient(context.client, context, snapshot.marks);
  if (context.options.direction === "import") {
    for (const tab of planned) commit(context, client.owesMark() ? unsettled(tab) : tab);
    return [];
  }
  const again = new Set<TabRun>();
  if (!await settleMark(context, client, planned, again)) return [...again];
  const committed = planned.flatMap((tab) => commit(context, tab));
  const due = committed.filter((tab) => tab.committed.due.some(isDue));
  if (due.length > 0) await publishTabs({ ...context, client }, due, snapshot, again);
  for (const { run, input } of committed) {
    if (run.error !== null || again.has(run)) continue;
    const { sheetId, title } = input.sheet;
    const state: TabState = {
      tab: run.tab.title,
      sheetId,
      title,
      zone: snapshot.timeZone,
      fingerprint: tabFingerprint(run.tab),
    };
    putTabState(context.db, state);
    context.states.set(run.tab.title, state);
  }
  return [...again];
}

/**
 * Leaves the mark that an earlier write owes, and has the tabs looked at once more: the look that the
 * plans were made from may be older than that write, and would tell so by nothing else. The next one
 * shows the mark, and with it what was written.
 *
 * @returns whether the plans may be applied: nothing was owed.
 */
async function settleMark(
  { signal }: CycleContext,
  client: MarkedClient,
  planned: readonly PlannedTab[],
  again: Set<TabRun>,
): Promise<boolean> {
  if (!client.owesMark()) return true;
  let reason: unknown = new AtlasError(
    "ambiguous-write",
    "Cannot tell yet what became of the last write, whose answer was lost",
    { hint: "The next cycle looks again; nothing has to be done." },
  );
  try {
    await client.leaveMark(signal);
  } catch (thrown) {
    reason = thrown;
  }
  failTabs(reason, planned, again);
  return false;
}

/** The plan without what only looks settled; an import leaves no mark, so an export has to say so. */
function unsettled({ plan, ...tab }: PlannedTab): PlannedTab {
  const rows = plan.rows.map((row) => ({
    ...row,
    cells: row.cells.filter(({ verdict }) => verdict !== "agreed"),
  }));
  return { ...tab, plan: { ...plan, rows } };
}

/** The tabs have failed, and are looked at again where that may help. What no tab can do without is thrown. */
function failTabs(thrown: unknown, tabs: readonly PlannedTab[], again: Set<TabRun>): void {
  if (!(thrown instanceof AtlasError)) throw thrown;
  if (thrown.kind === "configuration" || thrown.kind === "stopped") throw thrown;
  for (const { run } of tabs) {
    run.fail(thrown);
    if (thrown.retryable) again.add(run);
  }
}

function commit(context: CycleContext, planned: PlannedTab): CommittedTab[] {
  const { db, random, cycle, fence, options: { direction } } = context;
  const { run, input, plan } = planned;
  try {
    const committed = commitPlan({ db, random, cycle, direction, fence }, input, plan);
    run.tell(settleQuiet(db, input, plan, fence));
    run.add(importCounts(committed.done));
    run.waiting += committed.waiting.length;
    run.tell(committed.fresh);
    run.suspicious.push(...suspiciousTexts(run.tab.title, committed.done));
    return [{ ...planned, committed }];
  } catch (thrown) {
    run.fail(thrown);
    return [];
  }
}

/**
 * Writes all tabs together. Where Google refuses the batch as it stands, each tab is sent on its own,
 * so that one cannot hold up the others.
 */
async function publishTabs(
  context: ApplyContext,
  due: readonly CommittedTab[],
  snapshot: SpreadsheetSnapshot,
  again: Set<TabRun>,
): Promise<void> {
  try {
    await publishTogether(context, due, snapshot, again);
  } catch (thrown) {
    const isRefused = thrown instanceof AtlasError && thrown.kind === "refused-request";
    if (!isRefused || due.length === 1) return failTabs(thrown, due, again);
    for (const tab of due) await publishTabs(context, [tab], snapshot, again);
  }
}

async function publishTogether(
  context: ApplyContext,
  due: readonly CommittedTab[],
  { timeZone }: SpreadsheetSnapshot,
  again: Set<TabRun>,
): Promise<void> {
  const { client, signal } = context;
  tellProgress(context, "writing", 0);
  const tabs = due.map(({ run: { tab }, input: { sheet }, committed }) => ({
    tab,
    snapshot: sheet,
    rows: committed.due,
  }));
  const published = await publish(client, tabs, signal);
  await client.leaveMark(signal);
  tellProgress(context, "verifying", 0);
  published.forEach((tab, index) => confirm(context, due[index], tab, again));
  await undoMisses(client, published, signal);
  await undoNotes(client, published, signal);
  await client.leaveMark(signal);
  await remove(context, due, published, timeZone, again);
}

function confirm(
  context: CycleContext,
  tab: CommittedTab | undefined,
  published: PublishedTab,
  again: Set<TabRun>,
): void {
  if (tab === undefined) return;
  const arrived = confirmSeen(confirmation(context), tab.input, published.seen);
  tab.run.add({ exported: arrived.exported, added: arrived.added, restored: arrived.putBack });
  if (!published.isShaken && arrived.isWhole) return;
  again.add(tab.run);
  tab.run.fail(
    new AtlasError(
      "ambiguous-write",
      `Cannot confirm everything that was written to "${published.due.snapshot.title}": ` +
        "it was changed at the same moment",
      { hint: "The next cycle looks again; nothing has to be done." },
    ),
  );
}

async function remove(
  context: ApplyContext,
  due: readonly CommittedTab[],
  published: readonly PublishedTab[],
  timeZone: string,
  again: Set<TabRun>,
): Promise<void> {
  const { client, signal } = context;
  const removals = published.map(({ due: { tab, snapshot, rows } }): Removal => ({
    tab,
    sheetId: snapshot.sheetId,
    title: snapshot.title,
    rows: rows.flatMap(({ plan: { id, action, copies } }) => [
      ...(action.kind === "remove" ? [{ id, why: action.why, row: action.row }] : []),
      ...copies.map((row) => ({ id, why: "copy" as const, row })),
    ]),
  })).filter(({ rows }) => rows.length > 0);
  if (removals.length === 0) return;
  const fresh = await readFresh(context, removals);
  // The times were written for the zone of a moment ago.
  if (fresh.timeZone !== timeZone) { for (const { run } of due) again.add(run); }
  for (const { tab, removed, putBack } of await removeRows(client, removals, fresh, signal)) {
    const target = due.find(({ run }) => run.tab === tab);
    if (target === undefined) continue;
    const outcome = { removed, putBack };
    target.run.tell(confirmRemoved(confirmation(context), target.input, outcome));
    const archived = removed.filter(({ why }) => why === "expired").length;
    target.run.add({ removed: removed.length - archived, archived, restored: putBack.length });
    if (putBack.length > 0) again.add(target.run);
  }
}

function confirmation({ db, clock, cycle, fence }: CycleContext) {
  return { db, cycle, at: isoTime(clock.now()), fence };
}
