/** One tab on its way through a cycle: what it did so far and how it stands. @module */

import { AtlasError, messageOf } from "../base/errors.ts";
import type { Tab } from "../contract/schema.ts";
import type { Finding } from "../store/records.ts";
import type { GuardTrip } from "./findings.ts";
import type { SealedPlan } from "./plan.ts";
import {
  addCounts,
  NO_COUNTS,
  type ReportedFinding,
  reportedFindings,
  type TabCounts,
  type TabReport,
  type TabStatus,
} from "./report.ts";
import type { SuspiciousText } from "./suspicious.ts";

/** The state of one tab during a cycle; its report can be taken at any moment. */
export class TabRun {
  readonly tab: Tab;
  /** Why the tab failed; null: it did not, or a later round went well. */
  error: AtlasError | null = null;
  waiting = 0;
  /** Findings nobody was told of before. */
  readonly fresh: Finding[] = [];
  /** What people typed and is odd. */
  readonly suspicious: SuspiciousText[] = [];
  #counts: TabCounts = NO_COUNTS;
  #guards: readonly GuardTrip[] = [];
  #plan: SealedPlan | null = null;
  readonly #findings = new Map<string, ReportedFinding>();

  constructor(tab: Tab) {
    this.tab = tab;
  }

  get status(): TabStatus {
    if (this.#guards.length > 0) return "guarded";
    return this.error === null ? "ok" : "failed";
  }

  /** Takes note of a plan. The first one is what the report shows; later ones only finish it. */
  take(plan: SealedPlan): void {
    this.#plan ??= plan;
    for (const finding of reportedFindings(this.tab, plan)) {
      const { row, column, code } = finding;
      this.#findings.set(JSON.stringify([row, column, code]), finding);
    }
    this.#counts = { ...this.#counts, invalid: plan.held.length };
  }

  add(counts: Partial<TabCounts>): void {
    this.#counts = addCounts(this.#counts, counts);
  }

  /** Takes note of findings that were recorded for the first time. */
  tell(fresh: readonly Finding[]): void {
    this.fresh.push(...fresh);
  }

  /** Guards stop the tab. Returns null: there is no plan to apply. */
  stop(guards: readonly GuardTrip[]): null {
    this.#guards = guards;
    return null;
  }

  /** Anything that is not an {@linkcode AtlasError} is a defect, but the other tabs go on. */
  fail(thrown: unknown): void {
    this.error = thrown instanceof AtlasError
      ? thrown
      : new AtlasError("internal", `Cannot sync "${this.tab.title}": ${messageOf(thrown)}`, {
        hint: "This is a defect of atlas-mirror. Run again with --log-level debug and report it.",
        cause: thrown,
      });
  }

  /** Another round begins; what the one before could not do no longer counts. */
  recover(): void {
    this.error = null;
  }

  report(): TabReport {
    return {
      tab: this.tab.title,
      status: this.status,
      ...this.#counts,
      findings: [...this.#findings.values()],
      waiting: this.waiting,
      guards: this.#guards,
      error: this.error,
      plan: this.#plan,
    };
  }
}
