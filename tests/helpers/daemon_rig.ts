/** A daemon on a virtual clock, with cycles and hooks that only write down that they were called. @module */

import { isoTime } from "../../src/base/clock.ts";
import { AtlasError } from "../../src/base/errors.ts";
import { seededRandom } from "../../src/base/random.ts";
import { atlas } from "../../src/contract/atlas.ts";
import type { Contract } from "../../src/contract/schema.ts";
import type { CycleOptions } from "../../src/mirror/context.ts";
import { failedReport } from "../../src/mirror/no_cycle.ts";
import { type CycleReport, cycleStatus } from "../../src/mirror/report.ts";
import { TabRun } from "../../src/mirror/tab_run.ts";
import { type Equipment, runDaemon } from "../../src/service/daemon.ts";
import type { DaemonRequest } from "../../src/service/requests.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { writeMeta } from "../../src/store/meta.ts";
import { initialise } from "../../src/store/migrations.ts";
import { VirtualClock } from "./virtual_clock.ts";

/** A name with a jitter of 23 seconds sharp. */
export const RIG_UUID = "rig-13399";

/** How a cycle of the rig goes; unless told otherwise every tab is fine after two seconds. */
export type Play = (
  options: CycleOptions,
  signal: AbortSignal,
) => Promise<CycleReport | undefined> | undefined;

/** Everything around one daemon, and what it did so far. */
export class DaemonRig {
  readonly clock: VirtualClock;
  readonly db: Database;
  /** What happened, a line each: the virtual time and what it was. */
  readonly events: string[] = [];
  /** How cycles go from now on. */
  play: Play = () => undefined;
  /** Called by every hook after it was noted. */
  onHook: (name: string) => Promise<void> = () => Promise.resolve();
  /** What the daemon gets at its start and at a reload. */
  equip: () => Promise<Equipment> = () => Promise.resolve(this.equipment());
  /** How many cycles run at this moment. */
  running = 0;
  readonly #contract: Contract;
  #listener: ((request: DaemonRequest) => void) | null = null;
  #stop = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  constructor(
    start: string,
    { contract = atlas, db }: { contract?: Contract; db?: Database } = {},
  ) {
    this.clock = new VirtualClock(start);
    this.#contract = contract;
    this.db = db ?? newDatabase(contract, start);
  }

  /** Starts a daemon; its promise rejects as the daemon does. */
  start(options: { readonly wait?: boolean; readonly pid?: number } = {}): Promise<void> {
    this.#stop = new AbortController();
    this.#ended = runDaemon({
      db: this.db,
      clock: this.clock,
      random: seededRandom(options.pid ?? 1),
      pid: options.pid ?? 1,
      requests: (listener) => {
        this.#listener = listener;
        return { [Symbol.dispose]: () => this.#listener = null };
      },
      equip: () => this.equip(),
      wait: options.wait ?? false,
    }, this.#stop.signal);
    return this.#ended;
  }

  /** As SIGTERM does; the promise resolves when the daemon has ended. */
  stop(): Promise<void> {
    this.#stop.abort(new AtlasError("stopped", "Asked to stop"));
    return this.#ended;
  }

  request(request: DaemonRequest): void {
    this.#listener?.(request);
  }

  equipment(more: Partial<Equipment> = {}): Equipment {
    const hook = (name: string) => {
      this.note(name);
      return this.onHook(name);
    };
    return {
      contract: this.#contract,
      daily: { cron: "30 3 * * *", timeZone: "UTC" },
      hooks: {
        afterCycle: ({ status }) => status === "ok" ? this.onHook("after") : hook(status),
        every15: () => hook("health"),
        daily: () => hook("daily"),
      },
      cycle: (run, options) => this.#cycle(options, run.signal ?? this.#stop.signal),
      ...more,
    };
  }

  note(what: string): void {
    this.events.push(`${isoTime(this.clock.now()).slice(5, 19).replace("T", " ")} ${what}`);
  }

  /** Forgets what happened so far, and returns it. */
  taken(): string[] {
    return this.events.splice(0);
  }

  async #cycle(options: CycleOptions, signal: AbortSignal): Promise<CycleReport> {
    const tabs = this.#contract.tabs.filter(({ title }) => options.tabs?.includes(title));
    const urgent = options.urgentOnly ?? [];
    this.note(
      `sync ${tabs.map(({ title }) => urgent.includes(title) ? `${title}!` : title).join(" ")}`,
    );
    this.running++;
    try {
      const played = await this.play(options, signal);
      if (played !== undefined) return played;
      await this.clock.sleep(2_000, signal);
      return reportOf(tabs.map((tab) => new TabRun(tab)));
    } finally {
      this.running--;
    }
  }

  /** The report of a cycle in which `work` says how each tab went. */
  report({ tabs }: CycleOptions, work: (run: TabRun) => void): CycleReport {
    const runs = this.#contract.tabs.filter(({ title }) => tabs?.includes(title))
      .map((tab) => new TabRun(tab));
    for (const run of runs) work(run);
    return reportOf(runs);
  }

  /** The report of a cycle in which the tabs named failed, as after an outage. */
  outage(options: CycleOptions, ...failing: string[]): CycleReport {
    const error = new AtlasError("unreachable", "Cannot reach Google");
    return this.report(options, (run) => {
      if (failing.includes(run.tab.title)) run.fail(error);
    });
  }

  /** The report of a cycle in which nothing worked. */
  blackout({ tabs }: CycleOptions): CycleReport {
    return failedReport(
      this.#contract.tabs.filter(({ title }) => tabs?.includes(title)),
      new AtlasError("unreachable", "Cannot reach Google"),
    );
  }
}

function reportOf(runs: readonly TabRun[]): CycleReport {
  const tabs = runs.map((run) => run.report());
  return {
    status: cycleStatus(tabs),
    durationMs: 0,
    fresh: [],
    suspicious: [],
    requests: { read: 1, write: 0, retried: 0 },
    tabs,
  };
}

function newDatabase(contract: Contract, now: string): Database {
  const db = openDatabase(":memory:", { mode: "write" });
  initialise(db, contract, { migrate: false, random: seededRandom(1), now });
  writeMeta(db, "database_uuid", RIG_UUID);
  return db;
}
