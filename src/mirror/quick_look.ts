/**
 * The quick look at the beginning of a cycle: one request for all tabs, after which those that are quiet
 * are done with.
 *
 * @module
 */

import { lookQuick, type QuickLook } from "../sheets/read.ts";
import type { Calm } from "../store/calm.ts";
import { readFullLook } from "../store/tabs.ts";
import { attempt } from "./attempt.ts";
import { CalmWitness, type Looking, planCalm, recallCalm } from "./calm.ts";
import { type CycleContext, tellProgress } from "./context.ts";
import { checkHeader } from "./guards.ts";
import { loadTab } from "./load.ts";
import { isQuiet } from "./plan.ts";
import { planTab } from "./plan_tab.ts";
import { settleQuiet } from "./quiet.ts";
import { sealPlan } from "./seal.ts";
import type { TabRun } from "./tab_run.ts";

const DAY_MS = 86_400_000;

/**
 * One request for the tabs that may turn out to be quiet; returns those that want a full look. Where no
 * tab may, there is no request.
 */
export async function lookQuickly(context: CycleContext): Promise<TabRun[]> {
  const { client, signal, runs } = context;
  if (isFullLookDue(context)) return [...runs];
  tellProgress(context, "reading", 0);
  const hopeful = runs.flatMap((run) => recall(context, run) ?? []);
  const wanted = hopeful.map(({ run: { tab }, looking: { state: { sheetId, title } } }) => ({
    tab,
    sheetId,
    title,
  }));
  const earlier = new Set(hopeful.flatMap(({ calm }) => calm?.sheet ?? []));
  const open = runs.filter(({ error }) => error === null);
  const looks = await attempt(context, open, () => lookQuick(client, wanted, earlier, signal));
  if (looks === "failed") return [];
  const settled = new Set<TabRun>();
  for (const tab of hopeful) {
    const look = looks === "refused" ? undefined : looks.get(tab.looking.state.sheetId);
    if (look === undefined) continue;
    try {
      if (await passIfQuiet(context, tab, look)) settled.add(tab.run);
    } catch (thrown) {
      tab.run.fail(thrown);
      settled.add(tab.run);
    }
  }
  return open.filter((run) => !settled.has(run));
}

/** A tab that was seen before and may be quiet, with what is remembered of it. */
interface HopefulTab {
  readonly run: TabRun;
  readonly looking: Looking;
  readonly calm: Calm | null;
}

/**
 * Null: a quick look will not do, for the tab was never seen, has news in the database, or failed. News
 * that change nothing in the sheet cost one full look and not one in every cycle: at its end the state of
 * the tab is written, so that nothing is remembered of it, and a quick look finds it quiet again.
 */
function recall({ db, clock, states }: CycleContext, run: TabRun): HopefulTab | null {
  const state = states.get(run.tab.title);
  if (state === undefined) return null;
  try {
    const looking = { db, state, now: clock.now() };
    const calm = recallCalm(looking, run.tab);
    return calm === "news" ? null : { run, looking, calm };
  } catch (thrown) {
    run.fail(thrown);
    return null;
  }
}

/**
 * Whether a quick look will not do: time zone and marks show only in a full one, which is taken once a
 * day, and again where it did not count (`fresh.ts`).
 */
function isFullLookDue({ db, clock }: CycleContext): boolean {
  const last = readFullLook(db) ?? clock.now();
  return Math.abs(clock.now() - last) > DAY_MS;
}

async function passIfQuiet(
  { cycle, masker, fence, options }: CycleContext,
  { run, looking, calm }: HopefulTab,
  look: QuickLook,
): Promise<boolean> {
  const known = planCalm(run.tab, calm, look);
  if (known !== null) {
    run.take(known);
    return true;
  }
  const { db, state } = looking;
  const snapshot = look.snapshot();
  if (checkHeader(run.tab, snapshot) !== null) return false;
  const witness = options.apply ? new CalmWitness(looking, run.tab, cycle) : null;
  const input = await loadTab(
    {
      ...looking,
      masker,
      zone: state.zone,
      ...(witness === null ? {} : { digest: witness.source }),
    },
    run.tab,
    snapshot,
    state,
  );
  if (input.contractChanged) return false;
  const plan = planTab(input);
  if (!isQuiet(plan)) return false;
  const sealed = await sealPlan(plan, masker);
  run.take(sealed);
  if (options.apply) run.tell(settleQuiet(db, input, sealed, fence));
  witness?.seal(look, sealed.held);
  return true;
}
