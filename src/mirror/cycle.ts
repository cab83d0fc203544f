/**
 * One cycle: look, plan, commit, publish, confirm. The only place where the stages meet and where it
 * is decided what happens when one of them fails.
 *
 * A quiet cycle ends after one quick read. Otherwise the tabs that differ are read in full and planned
 * from that. A write that failed is never sent again: the cycle looks at the sheet and plans anew, at
 * most three times, and intents and anchors make that safe.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import { isoTime } from "../base/clock.ts";
import { AtlasError } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import { backoffDelay } from "../base/retry.ts";
import { tabFingerprint } from "../contract/fingerprint.ts";
import type { Contract, Tab } from "../contract/schema.ts";
import type { SheetsClient } from "../sheets/client.ts";
import { findSheet, readFull, readQuick, type WantedTab } from "../sheets/read.ts";
import type { Mark, SpreadsheetSnapshot, TabSnapshot } from "../sheets/snapshot.ts";
import { finishCycle, startCycle } from "../store/cycles.ts";
import type { Database } from "../store/database.ts";
import { bumpEpoch, readIdentity } from "../store/identity.ts";
import type { TabState } from "../store/records.ts";
import { loadTabStates, markTabSuccess, putTabState } from "../store/tabs.ts";
import type { Masker } from "../text/secrets.ts";
import { admit } from "./accept.ts";
import { commitPlan, type Committed, isDue } from "./commit.ts";
import { confirmRemoved, confirmSeen } from "./confirm.ts";
import { type CycleDirection, limitTo } from "./direction.ts";
import type { GuardName, GuardTrip } from "./findings.ts";
import { checkHeader, checkMarks, missingTab } from "./guards.ts";
import type { TabInput } from "./input.ts";
import { loadTab } from "./load.ts";
import { isQuiet, type SealedPlan } from "./plan.ts";
import { planTab } from "./plan_tab.ts";
import { publish, type PublishedTab } from "./publish.ts";
import { settleQuiet } from "./quiet.ts";
import { type Removal, removeRows } from "./remove.ts";
import { addCounts, type CycleReport, cycleStatus, importCounts } from "./report.ts";
import { sealPlan } from "./seal.ts";
import { startRun, type TabRun } from "./tab_run.ts";
import { undoMisses } from "./undo.ts";

/** How far a cycle has come. */
export interface Progress {
  readonly phase: "reading" | "planning" | "writing" | "verifying";
  /** Tabs, of `total`. */
  readonly done: number;
  readonly total: number;
}

/** What a cycle works with. */
export interface CycleDeps {
  readonly db: Database;
  readonly client: SheetsClient;
  readonly contract: Contract;
  readonly clock: Clock;
  readonly random: Random;
  readonly masker: Masker;
  /** Called at the start of every transaction; throws where another process holds the lease. */
  readonly fence?: () => void;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** What a cycle is to do. */
export interface CycleOptions {
  readonly direction: CycleDirection;
  /** Titles of the contract; null: all tabs. */
  readonly tabs: readonly string[] | null;
  /** Guards to let through once, if their plan is the one that was shown. */
  readonly accept: readonly GuardName[];
  /** False: make the plan and change nothing. */
  readonly apply: boolean;
}

/** How often a cycle looks at a tab at most. */
const ROUNDS = 3;

/**
 * Runs one cycle.
 *
 * @throws {AtlasError} where no tab could possibly be synced: `configuration` (credentials, sharing, no
 * such spreadsheet), `usage` (an unknown tab). What fails for single tabs is in the report.
 */
export async function runCycle(deps: CycleDeps, options: CycleOptions): Promise<CycleReport> {
  const { db, client, clock } = deps;
  const startedAt = clock.now();
  const before = client.counts();
  const runs = selectTabs(deps.contract, options.tabs).map(startRun);
  const number = options.apply
    ? startCycle(db, { at: isoTime(startedAt), direction: options.direction })
    : 0;
  const cycle = new Cycle(deps, options, number, runs);
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
    };
  };
  try {
    await cycle.run();
    return report();
  } catch (thrown) {
    for (const run of runs) if (run.error === null) run.fail(thrown);
    throw thrown;
  } finally {
    if (options.apply) {
      const { tabs, ...rest } = report();
      // The plans stay out of the log of cycles: the audit tells what was done.
      const figures = tabs.map(({ plan: _plan, error, ...tab }) => ({
        ...tab,
        error: error?.message ?? null,
      }));
      finishCycle(db, number, {
        at: isoTime(clock.now()),
        status: rest.status,
        report: JSON.stringify({ ...rest, tabs: figures }),
      });
    }
  }
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

/** A tab on its way through one round. */
interface Planned {
  readonly run: TabRun;
  readonly input: TabInput;
  readonly plan: SealedPlan;
}

/** A tab whose database half is committed. */
interface CommittedTab extends Planned {
  readonly committed: Committed;
}

class Cycle {
  readonly #deps: CycleDeps;
  readonly #options: CycleOptions;
  readonly #number: number;
  readonly #runs: readonly TabRun[];
  readonly #states: Map<string, TabState>;

  constructor(
    deps: CycleDeps,
    options: CycleOptions,
    number: number,
    runs: readonly TabRun[],
  ) {
    this.#deps = deps;
    this.#options = options;
    this.#number = number;
    this.#runs = runs;
    this.#states = loadTabStates(deps.db);
  }

  async run(): Promise<void> {
    const { clock, random, signal } = this.#deps;
    let open = await this.#lookQuickly();
    for (let round = 1; open.length > 0; round++) {
      signal?.throwIfAborted();
      open = await this.#round(open);
      if (round === ROUNDS) break;
      const delays = open.map(({ error }) => error?.retryAfterMs ?? 0);
      if (open.length > 0) {
        await clock.sleep(backoffDelay(round, random, Math.max(...delays)), signal);
      }
    }
    if (!this.#options.apply) return;
    const at = isoTime(clock.now());
    for (const run of this.#runs) {
      if (run.status === "ok") markTabSuccess(this.#deps.db, run.tab.title, at);
    }
  }

  /** One request for all tabs that were seen before; returns those that want a full look. */
  async #lookQuickly(): Promise<TabRun[]> {
    const { client, signal } = this.#deps;
    const known = this.#runs.flatMap((run) => {
      const state = this.#states.get(run.tab.title);
      return state === undefined ? [] : [{ run, state }];
    });
    const wanted = known.map(({ run: { tab }, state: { sheetId, title } }) => ({
      tab,
      sheetId,
      title,
    }));
    this.#tell("reading", 0);
    const looks = await this.#attempt(this.#runs, () => readQuick(client, wanted, signal));
    if (looks === "failed") return [];
    const quiet = new Set<TabRun>();
    for (const { run, state } of known) {
      const snapshot = looks === "refused" ? undefined : looks.get(state.sheetId);
      if (snapshot === undefined || checkHeader(run.tab, snapshot) !== null) continue;
      if (await this.#isQuiet(run, snapshot, state)) quiet.add(run);
    }
    return this.#runs.filter((run) => !quiet.has(run));
  }

  async #isQuiet(run: TabRun, snapshot: TabSnapshot, state: TabState): Promise<boolean> {
    const input = await this.#load(run.tab, snapshot, state.zone);
    if (input.contractChanged) return false;
    const plan = planTab(input);
    if (!isQuiet(plan)) return false;
    const sealed = await sealPlan(plan, this.#deps.masker);
    run.take(sealed);
    if (this.#options.apply) settleQuiet(this.#deps.db, input, sealed, this.#fence);
    return true;
  }

  #load(tab: Tab, snapshot: TabSnapshot, zone: string): Promise<TabInput> {
    const { db, masker, clock } = this.#deps;
    const state = this.#states.get(tab.title) ?? null;
    return loadTab({ db, masker, zone, now: clock.now() }, tab, snapshot, state);
  }

  /** Reads, plans and applies; returns the tabs that have to be looked at again. */
  async #round(open: readonly TabRun[]): Promise<TabRun[]> {
    const { client, signal } = this.#deps;
    const wanted = open.map((run): WantedTab => {
      const state = this.#states.get(run.tab.title);
      return {
        tab: run.tab,
        sheetId: state?.sheetId ?? null,
        title: state?.title ?? run.tab.title,
      };
    });
    this.#tell("reading", 0);
    const snapshot = await this.#attempt(open, () => readFull(client, wanted, signal));
    if (snapshot === "failed" || snapshot === "refused") return [];
    const planned: Planned[] = [];
    for (const [index, run] of open.entries()) {
      this.#tell("planning", index);
      const plan = await this.#plan(run, wanted[index], snapshot);
      if (plan !== null) planned.push(plan);
    }
    if (!this.#options.apply) return [];
    return await this.#apply(planned, snapshot);
  }

  /** Makes the plan of one tab; null where it must not be applied. */
  async #plan(
    run: TabRun,
    wanted: WantedTab | undefined,
    snapshot: SpreadsheetSnapshot,
  ): Promise<Planned | null> {
    const { db, masker } = this.#deps;
    const sheet = wanted === undefined ? undefined : findSheet(wanted, snapshot.sheets);
    const tab = sheet === undefined ? undefined : snapshot.tabs.get(sheet.sheetId);
    if (tab === undefined) return run.stop([missingTab(run.tab)]);
    const header = checkHeader(run.tab, tab);
    if (header !== null) return run.stop([header]);
    try {
      const input = await this.#load(run.tab, tab, snapshot.timeZone);
      const limited = limitTo(this.#options.direction, planTab(input));
      const marks = checkMarks(snapshot.marks, readIdentity(db));
      const guards: readonly GuardTrip[] = marks === null
        ? limited.guards
        : [marks, ...limited.guards];
      const plan = await sealPlan({ ...limited, guards }, masker);
      run.take(plan);
      const context = { db, cycle: this.#number, at: input.now };
      const stopped = admit(context, plan, this.#options.accept, this.#options.apply);
      return stopped.length > 0 ? run.stop(stopped) : { run, input, plan };
    } catch (thrown) {
      run.fail(thrown);
      return null;
    }
  }

  async #apply(planned: readonly Planned[], snapshot: SpreadsheetSnapshot): Promise<TabRun[]> {
    const committed = planned.flatMap((tab) => this.#commit(tab));
    if (this.#options.direction === "import") return [];
    const again = new Set<TabRun>();
    const due = committed.filter((tab) => tab.committed.due.some(isDue));
    if (due.length > 0) await this.#publish(due, snapshot, again);
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
      putTabState(this.#deps.db, state);
      this.#states.set(run.tab.title, state);
    }
    return [...again];
  }

  #commit(planned: Planned): CommittedTab[] {
    const { run, input, plan } = planned;
    const { db, random } = this.#deps;
    const { direction } = this.#options;
    try {
      const context = { db, random, cycle: this.#number, direction, fence: this.#fence };
      const committed = commitPlan(context, input, plan);
      settleQuiet(db, input, plan, this.#fence);
      run.add(importCounts(committed.done));
      run.waiting += committed.waiting.length;
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
  async #publish(
    due: readonly CommittedTab[],
    snapshot: SpreadsheetSnapshot,
    again: Set<TabRun>,
  ): Promise<void> {
    this.#tell("writing", 0);
    try {
      await this.#publishTogether(due, snapshot, again);
    } catch (thrown) {
      if (!(thrown instanceof AtlasError)) throw thrown;
      if (thrown.kind === "refused-request" && due.length > 1) {
        for (const tab of due) await this.#publish([tab], snapshot, again);
        return;
      }
      if (thrown.kind === "configuration" || thrown.kind === "stopped") throw thrown;
      for (const { run } of due) {
        run.fail(thrown);
        if (thrown.retryable) again.add(run);
      }
    }
  }

  async #publishTogether(
    due: readonly CommittedTab[],
    { marks }: SpreadsheetSnapshot,
    again: Set<TabRun>,
  ): Promise<void> {
    const { db, client, signal } = this.#deps;
    const { uuid } = readIdentity(db);
    const mark: Mark = { uuid, epoch: bumpEpoch(db) };
    const known = marks.some((other) => other.uuid === uuid);
    const stale = marks.filter((other) => other.uuid !== uuid).map((other) => other.uuid);
    const tabs = due.map(({ run: { tab }, input: { sheet }, committed }) => ({
      tab,
      snapshot: sheet,
      rows: committed.due,
    }));
    const published = await publish(client, tabs, { mark, known, stale }, signal);
    this.#tell("verifying", 0);
    published.forEach((tab, index) => this.#confirm(due[index], tab, again));
    await undoMisses(client, published, signal);
    await this.#remove(due, published, again);
    for (const { run } of due) if (!again.has(run)) run.recover();
  }

  #confirm(tab: CommittedTab | undefined, published: PublishedTab, again: Set<TabRun>): void {
    if (tab === undefined) return;
    const arrived = confirmSeen(this.#confirmation(), tab.input, published.seen);
    tab.run.add({ exported: arrived.exported, added: arrived.added, restored: arrived.putBack });
    if (published.isShaken || !arrived.isWhole) {
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
  }

  async #remove(
    due: readonly CommittedTab[],
    published: readonly PublishedTab[],
    again: Set<TabRun>,
  ): Promise<void> {
    const { client, random, signal } = this.#deps;
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
    const outcomes = await removeRows(client, random, removals, signal);
    for (const { tab, removed, putBack } of outcomes) {
      const target = due.find(({ run }) => run.tab === tab);
      if (target === undefined) continue;
      confirmRemoved(this.#confirmation(), target.input, removed);
      const archived = removed.filter(({ why }) => why === "expired").length;
      target.run.add({ removed: removed.length - archived, archived, restored: putBack.length });
      if (putBack.length > 0) again.add(target.run);
    }
  }

  #confirmation() {
    const { db, clock } = this.#deps;
    return { db, cycle: this.#number, at: isoTime(clock.now()), fence: this.#fence };
  }

  readonly #fence = (): void => this.#deps.fence?.();

  /**
   * Reads, and tells what a failure means for the tabs: `refused` where Google does not know a range
   * any more, `failed` where the tabs cannot be read now. What no tab can do without is thrown.
   */
  async #attempt<T>(
    runs: readonly TabRun[],
    work: () => Promise<T>,
  ): Promise<T | "refused" | "failed"> {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof AtlasError)) throw thrown;
      if (thrown.kind === "refused-request") return "refused";
      if (!thrown.retryable || thrown.kind === "stopped") throw thrown;
      for (const run of runs) run.fail(thrown);
      return "failed";
    }
  }

  #tell(phase: Progress["phase"], done: number): void {
    this.#deps.onProgress?.({ phase, done, total: this.#runs.length });
  }
}
