/**
 * The plan that would run now, made when somebody asks. Making one reads the whole sheet and takes
 * requests from the mirror's quota, so it is made at most once a minute, never beside a cycle, and
 * cut off when it takes too long.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import { AtlasError } from "../base/errors.ts";
import type { Contract } from "../contract/schema.ts";
import type { CycleReport } from "../mirror/report.ts";
import { MINUTE_MS } from "../service/durations.ts";
import type { Database } from "../store/database.ts";
import { isHeld } from "../store/lease.ts";
import { loadPauses } from "../store/pauses.ts";

const LIMIT_MS = 20_000;

/** Makes the plan of these tabs without changing anything, the memory of shown plans included. */
export type MakePlan = (tabs: readonly string[], signal: AbortSignal) => Promise<CycleReport>;

/** What came of the wish to see a plan. Times are in milliseconds. */
export type Planned =
  /** A plan, and which tabs are paused and not in it. */
  | {
    readonly kind: "made";
    readonly at: number;
    readonly report: CycleReport;
    readonly paused: readonly string[];
  }
  /** It could not be made. */
  | {
    readonly kind: "failed";
    readonly at: number;
    readonly message: string;
    readonly hint: string;
  }
  /** A cycle is under way; what it leaves undone can be planned afterwards. */
  | { readonly kind: "busy" }
  /** Every tab is paused. */
  | { readonly kind: "paused" };

/** Makes plans, and remembers the last one. */
export class Planner implements AsyncDisposable {
  readonly #db: Database;
  readonly #contract: Contract;
  readonly #clock: Clock;
  readonly #make: MakePlan;
  readonly #over = new AbortController();
  #last: { readonly at: number; readonly planned: Planned } | null = null;
  #making: Promise<Planned> | null = null;

  constructor({ db, contract, clock, plan }: {
    readonly db: Database;
    readonly contract: Contract;
    readonly clock: Clock;
    readonly plan: MakePlan;
  }) {
    this.#db = db;
    this.#contract = contract;
    this.#clock = clock;
    this.#make = plan;
  }

  /** The plan of now, or of less than a minute ago. Everybody who asks meanwhile gets the same. */
  async plan(): Promise<Planned> {
    const now = this.#clock.now();
    if (this.#making !== null) return await this.#making;
    const age = this.#last === null ? Infinity : now - this.#last.at;
    if (this.#last !== null && age >= 0 && age < MINUTE_MS) return this.#last.planned;
    if (isHeld(this.#db, "cycle", now)) return { kind: "busy" };
    this.#making = this.#attempt();
    try {
      const planned = await this.#making;
      this.#last = { at: this.#clock.now(), planned };
      return planned;
    } finally {
      this.#making = null;
    }
  }

  async #attempt(): Promise<Planned> {
    const paused = loadPauses(this.#db).map(({ tab }) => tab);
    const tabs = this.#contract.tabs.map(({ title }) => title)
      .filter((title) => !paused.includes(title));
    if (tabs.length === 0) return { kind: "paused" };
    const late = new AbortController();
    const done = new AbortController();
    this.#clock.sleep(LIMIT_MS, AbortSignal.any([done.signal, this.#over.signal]))
      .then(() => late.abort(), () => {});
    try {
      const report = await this.#make(tabs, AbortSignal.any([late.signal, this.#over.signal]));
      return { kind: "made", at: this.#clock.now(), report, paused };
    } catch (thrown) {
      if (!(thrown instanceof AtlasError)) throw thrown;
      const at = this.#clock.now();
      return late.signal.aborted
        ? {
          kind: "failed",
          at,
          message: `Cannot make the plan within ${LIMIT_MS / 1_000} s`,
          hint: "Run atlas-mirror --plan: it takes as long as it needs.",
        }
        : { kind: "failed", at, message: thrown.message, hint: thrown.hint ?? "" };
    } finally {
      done.abort();
    }
  }

  /** Cuts off the plan in hand. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#making?.catch(() => {});
  }
}
