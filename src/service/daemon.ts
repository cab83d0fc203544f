/**
 * The daemon: runs what the schedule says until it is asked to stop. All decisions about time are made
 * in `schedule.ts`; this file sleeps, runs, writes down and tells.
 *
 * Nothing that fails in here ends the daemon, but for the loss of its lease: it stays up, so that
 * whoever watches it can be told.
 *
 * @module
 */

import { type Clock, isoTime } from "../base/clock.ts";
import { AtlasError, messageOf } from "../base/errors.ts";
import { getLog } from "../base/log.ts";
import type { Random } from "../base/random.ts";
import type { Contract } from "../contract/schema.ts";
import type { CycleDeps, CycleOptions } from "../mirror/context.ts";
import { damagedReport, failedReport } from "../mirror/no_cycle.ts";
import type { CycleReport } from "../mirror/report.ts";
import { pruneCycles } from "../store/cycles.ts";
import type { Database } from "../store/database.ts";
import { HEARTBEAT_MS, writeHeartbeat } from "../store/heartbeat.ts";
import { readIdentity } from "../store/identity.ts";
import { type Integrity, quickCheck } from "../store/integrity.ts";
import { loadPauses } from "../store/pauses.ts";
import { loadSchedule, putSchedule, type ScheduledJob } from "../store/schedule.ts";
import { type CronTime, jitterOf } from "./cadence.ts";
import { graceAfter } from "./grace.ts";
import type { Hooks } from "./hooks.ts";
import { Mailbox, type Requests } from "./requests.ts";
import {
  type Due,
  dueAt,
  isIdle,
  jobsOf,
  nextJob,
  openSchedule,
  type Outcome,
  type Schedule,
  setBack,
  settle,
  syncAllAt,
  type Task,
} from "./schedule.ts";
import { type Held, withLease } from "./with_lease.ts";

/** How long the cycle in hand may take once the daemon was asked to stop. */
const GRACE_MS = 30_000;
/** It looks so often at least, for a tab may be resumed or the clock be set while it sleeps. */
const NAP_MS = 60_000;
/** How long the log of cycles goes back. */
const CYCLES_DAYS = 90;
const MS_PER_DAY = 86_400_000;

/** What follows from the configuration; a reload replaces it as a whole. */
export interface Equipment {
  readonly contract: Contract;
  /** When the daily job runs. */
  readonly daily: CronTime;
  readonly hooks: Hooks;
  /** Runs one cycle, as `runCycle` does. */
  cycle(
    run: Pick<CycleDeps, "fence" | "signal">,
    options: CycleOptions,
  ): Promise<CycleReport>;
}

/** What the daemon works with. */
export interface DaemonDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly pid: number;
  readonly requests: Requests;
  /**
   * Reads the configuration: once the lease is held, and at every reload. Where it throws at a reload,
   * what it gave before is still in use.
   */
  readonly equip: () => Promise<Equipment>;
  /** Wait for another daemon to end, instead of giving up. */
  readonly wait: boolean;
}

const log = getLog("daemon");

/**
 * Runs until `signal` aborts, and returns when the cycle in hand is finished.
 *
 * @throws AtlasError of kind "lease-held" where another daemon runs, or has taken over.
 */
export async function runDaemon(deps: DaemonDeps, signal: AbortSignal): Promise<void> {
  const { db, clock, random, pid, wait } = deps;
  // From the beginning, for a signal that nobody listens to ends the process.
  using mailbox = new Mailbox(deps.requests);
  try {
    const context = { clock, random, pid, signal };
    await withLease(db, context, { name: "daemon", wait }, async (held) => {
      await new Daemon(deps, held, mailbox, await deps.equip()).run();
      held.lost.throwIfAborted();
    });
  } catch (thrown) {
    // Asked to stop while it waited for another daemon to end: then there was nothing in hand.
    if (!signal.aborted) throw thrown;
  }
}

class Daemon {
  readonly #deps: DaemonDeps;
  readonly #held: Held;
  readonly #mailbox: Mailbox;
  #equipment: Equipment;
  #schedule: Schedule;
  #integrity: Integrity;
  /** When the clock was last looked at. */
  #seenAt: number;

  constructor(deps: DaemonDeps, held: Held, mailbox: Mailbox, equipment: Equipment) {
    const { db, clock } = deps;
    this.#deps = deps;
    this.#held = held;
    this.#mailbox = mailbox;
    this.#equipment = equipment;
    this.#seenAt = clock.now();
    this.#integrity = this.#checkDatabase();
    const stored = this.#trying("read the schedule", () => loadSchedule(db)) ?? [];
    this.#schedule = this.#openSchedule(equipment, stored);
    log.info("Started as {holder} with {path}", { holder: held.holder, path: db.path });
  }

  async run(): Promise<void> {
    const { clock } = this.#deps;
    const { signal } = this.#held;
    using grace = graceAfter(signal, GRACE_MS, clock);
    signal.addEventListener("abort", () => log.info("Asked to stop; finishing what is in hand"), {
      once: true,
    });
    const over = new AbortController();
    const beating = this.#beat(over.signal);
    this.#storeSchedule();
    try {
      while (!signal.aborted) {
        await this.#attend();
        const now = this.#look();
        const paused = new Set(
          this.#trying("read the pauses", () => loadPauses(this.#deps.db))?.map(({ tab }) => tab),
        );
        const due = dueAt(this.#schedule, now, paused);
        if (isIdle(due)) await this.#nap(nextJob(this.#schedule, paused).nextAt - now);
        else await this.#perform(due, paused, grace.signal);
      }
    } finally {
      over.abort();
      await beating;
    }
    log.info("Stopped");
  }

  #openSchedule({ contract, daily }: Equipment, stored: readonly ScheduledJob[]): Schedule {
    // A damaged database may not even tell who it is.
    const uuid = this.#trying("read the identity", () => readIdentity(this.#deps.db).uuid) ?? "";
    return openSchedule(jobsOf(contract, daily, jitterOf(uuid)), stored, this.#seenAt);
  }

  /** Tells the time, and finds out whether the clock was set back since it was told last. */
  #look(): number {
    const now = this.#deps.clock.now();
    const ms = this.#seenAt - now;
    if (ms > 0) {
      log.warn("The clock was set back by at least {seconds} s", {
        seconds: Math.ceil(ms / 1_000),
      });
      this.#schedule = setBack(this.#schedule, ms);
    }
    this.#seenAt = now;
    return now;
  }

  /** Sleeps until something is due or asked for. */
  async #nap(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#held.signal, this.#mailbox.arrival]);
    try {
      await this.#deps.clock.sleep(Math.min(Math.max(ms, 0), NAP_MS), signal);
    } catch {
      // Woken; the loop finds out by whom.
    }
  }

  /** Does what was asked for from outside. */
  async #attend(): Promise<void> {
    const requests = this.#mailbox.take();
    if (requests.has("reload")) await this.#reload();
    if (requests.has("sync-now")) {
      log.info("Asked to sync now");
      this.#schedule = syncAllAt(this.#schedule, this.#deps.clock.now());
    }
  }

  async #reload(): Promise<void> {
    try {
      const equipment = await this.#deps.equip();
      this.#schedule = this.#openSchedule(equipment, this.#schedule);
      this.#equipment = equipment;
      log.info("Reloaded the configuration");
    } catch (thrown) {
      log.error("Cannot reload the configuration; the old one stays in force: {why}", {
        why: messageOf(thrown),
        hint: thrown instanceof AtlasError ? thrown.hint : undefined,
      });
    }
  }

  async #perform(due: Due, paused: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const { hooks } = this.#equipment;
    const isWanted = () => !this.#held.signal.aborted;
    if (due.sync.length + due.urgent.length > 0) await this.#sync(due, signal);
    if (due.health && isWanted()) await this.#job({ kind: "health" }, () => hooks.every15(signal));
    if (due.daily && isWanted()) {
      await this.#job({ kind: "daily" }, async () => {
        this.#integrity = this.#checkDatabase();
        const { db, clock } = this.#deps;
        pruneCycles(db, isoTime(clock.now() - CYCLES_DAYS * MS_PER_DAY));
        await hooks.daily(signal);
      });
    }
    this.#storeSchedule();
    const { job, nextAt } = nextJob(this.#schedule, paused);
    log.info("Next is {job} at {at}", { job, at: isoTime(nextAt) });
  }

  #storeSchedule(): void {
    this.#trying("store the schedule", () => putSchedule(this.#deps.db, this.#schedule));
  }

  /** Runs one cycle for everything that is due. */
  async #sync({ sync, urgent }: Due, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    const beganAt = clock.now();
    const report = await this.#cycle({ sync, urgent }, signal);
    if (report === null) return;
    const endedAt = clock.now();
    for (const { tab, status } of report.tabs) {
      const kind = urgent.includes(tab) ? "urgent" : "sync";
      this.#schedule = settle(this.#schedule, { kind, tab }, { beganAt, endedAt, status });
    }
    log.info("Synced {tabs}: {status} in {seconds} s", {
      tabs: [...sync, ...urgent.map((tab) => `${tab} (urgent)`)].join(", "),
      status: report.status,
      seconds: ((endedAt - beganAt) / 1_000).toFixed(1),
    });
    if (report.tabs.some(({ error }) => error?.kind === "database-damaged")) {
      // Nobody waits for the daily check any more: from now on it stops every cycle.
      this.#integrity = this.#checkDatabase();
    }
    await this.#attempt(
      "follow the cycle up",
      () => this.#equipment.hooks.afterCycle(report, endedAt, signal),
    );
  }

  /** Null: it was cut off, or not begun, because the daemon ends; the tabs stay due. */
  async #cycle(
    { sync, urgent }: Pick<Due, "sync" | "urgent">,
    late: AbortSignal,
  ): Promise<CycleReport | null> {
    const { db, clock, random, pid } = this.#deps;
    const { contract, cycle } = this.#equipment;
    const tabs = contract.tabs.filter(({ title }) =>
      sync.includes(title) || urgent.includes(title)
    );
    if (!this.#integrity.ok) return damagedReport(tabs, this.#integrity);
    const options: CycleOptions = {
      direction: "both",
      tabs: tabs.map(({ title }) => title),
      urgentOnly: urgent,
      accept: [],
      apply: true,
    };
    try {
      // Who is asked to stop neither waits for a lease nor drops what is in hand.
      const context = { clock, random, pid, signal: this.#held.signal };
      return await withLease(
        db,
        context,
        { wait: true },
        ({ fence, lost }) => cycle({ fence, signal: AbortSignal.any([late, lost]) }, options),
      );
    } catch (thrown) {
      return this.#held.signal.aborted ? null : failedReport(tabs, thrown);
    }
  }

  /** Runs a job that is no cycle, and settles it. */
  async #job(task: Task, work: () => Promise<void>): Promise<void> {
    const { clock } = this.#deps;
    const beganAt = clock.now();
    const status: Outcome["status"] = await this.#attempt(`do the ${task.kind} job`, work)
      ? "ok"
      : "failed";
    this.#schedule = settle(this.#schedule, task, { beganAt, endedAt: clock.now(), status });
  }

  #checkDatabase(): Integrity {
    const { db, clock } = this.#deps;
    const integrity = quickCheck(db, clock.now());
    if (!integrity.ok) {
      log.fatal("The database file is damaged; no cycle runs until it is restored: {message}", {
        message: integrity.message,
      });
    }
    return integrity;
  }

  /** Gives signs of life until `over`. */
  async #beat(over: AbortSignal): Promise<void> {
    const { db, clock } = this.#deps;
    const { holder } = this.#held;
    const startedAt = isoTime(clock.now());
    while (!over.aborted) {
      const at = isoTime(clock.now());
      this.#trying("give a sign of life", () => writeHeartbeat(db, { at, startedAt, holder }));
      await clock.sleep(HEARTBEAT_MS, over).catch(() => {});
    }
  }

  /** What the work returns; where it fails, that is logged and nothing comes back. */
  #trying<T>(what: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (thrown) {
      tell(what, thrown);
      return undefined;
    }
  }

  /** Whether the work went well; where it did not, that is logged. */
  async #attempt(what: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (thrown) {
      tell(what, thrown);
      return false;
    }
  }
}

function tell(what: string, thrown: unknown): void {
  log.error("Cannot {what}: {why}", { what, why: messageOf(thrown) });
  if (!(thrown instanceof AtlasError)) log.debug("{thrown}", { thrown });
}
