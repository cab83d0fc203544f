/** What a cycle works with, and what its stages share. @module */

import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Contract } from "../contract/schema.ts";
import type { SheetsClient } from "../sheets/client.ts";
import type { Database } from "../store/database.ts";
import type { TabState } from "../store/records.ts";
import type { Masker } from "../text/secrets.ts";
import type { CycleDirection } from "./direction.ts";
import type { GuardName } from "./findings.ts";
import type { TabRun } from "./tab_run.ts";

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
  readonly fence: () => void;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** What a cycle is to do. */
export interface CycleOptions {
  readonly direction: CycleDirection;
  /** Titles of the contract; null: all tabs. */
  readonly tabs: readonly string[] | null;
  /** Of these tabs only the rows that meet `cadence.urgent.when` are synced. */
  readonly urgentOnly?: readonly string[];
  /** Guards to let through once, if their plan is the one that was shown. */
  readonly accept: readonly GuardName[];
  /** False: make the plan and change nothing. */
  readonly apply: boolean;
  /**
   * False: a plan that a guard stops does not count as shown, so that nobody can accept it afterwards.
   * Default true.
   */
  readonly remember?: boolean;
}

/** One cycle on its way. */
export interface CycleContext extends CycleDeps {
  readonly options: CycleOptions;
  /** Its number in the log of cycles; 0 where nothing is applied. */
  readonly cycle: number;
  readonly runs: readonly TabRun[];
  /** What is known of the tabs; brought up to date as they are done. */
  readonly states: Map<string, TabState>;
}

/** Says that `done` of the cycle's tabs have been through the phase. */
export function tellProgress(
  { onProgress, runs }: CycleContext,
  phase: Progress["phase"],
  done: number,
): void {
  onProgress?.({ phase, done, total: runs.length });
}
