/** Everything the status page tells, gathered from the database in one go. @module */

import type { Contract, Tab } from "../contract/schema.ts";
import { gatherFacts, type TabFacts } from "../service/alert_facts.ts";
import { ALERT_RULES } from "../service/alert_rules.ts";
import { DAY_MS } from "../service/durations.ts";
import { type Liveness, readLiveness } from "../service/liveness.ts";
import { type Summary, summaryOf } from "../service/metrics.ts";
import { openAlerts, type StoredAlert } from "../store/alerts.ts";
import { lastVerdicts, type NumberedEntry } from "../store/audit_search.ts";
import { countBase } from "../store/base.ts";
import { type CycleFigures, lastCycleFigures } from "../store/cycle_figures.ts";
import type { Database } from "../store/database.ts";
import { measure } from "../store/metrics.ts";
import { loadPauses, type Pause } from "../store/pauses.ts";
import { loadSchedule } from "../store/schedule.ts";
import { lastTabSuccesses } from "../store/tabs.ts";
import { type Busiest, busiestOf, readSteps, type SpanName, type Step } from "./history.ts";

const CYCLES_SHOWN = 8;
const REFUSALS_SHOWN = 10;
/** So many entries of the audit are searched for refusals. */
const REFUSALS_WITHIN = 20_000;

/** One tab as it stands. Times are in milliseconds. */
export interface TabStatus {
  readonly tab: Tab;
  readonly state:
    /** The last sync went well. */
    | "ok"
    /** It was never synced. */
    | "new"
    /** The last syncs failed. */
    | "failing"
    /** A guard stopped it. */
    | "guarded"
    /** It is left out until somebody resumes it. */
    | "paused";
  readonly pause: Pause | null;
  readonly failing: TabFacts["failing"];
  readonly guards: TabFacts["guards"];
  readonly waiting: TabFacts["waiting"];
  readonly lastSync: number | null;
  readonly nextSync: number | null;
  /** When only its urgent rows are synced next; null: it has no such cadence. */
  readonly nextUrgent: number | null;
  /** Rows the mirror keeps in the sheet. */
  readonly rows: number;
}

/** An open alert in the words of its rule. */
export interface ShownAlert extends StoredAlert {
  readonly title: string;
  readonly todo: string;
}

/** What the page tells. */
export interface Status {
  /** In milliseconds. */
  readonly now: number;
  readonly liveness: Liveness;
  readonly contract: Contract;
  readonly tabs: readonly TabStatus[];
  readonly alerts: readonly ShownAlert[];
  readonly cycles: readonly CycleFigures[];
  readonly refusals: readonly NumberedEntry[];
  readonly day: Summary;
  readonly dayBusiest: Busiest;
  readonly week: Summary;
  readonly span: SpanName;
  readonly steps: readonly Step[];
}

/** Gathers it; `now` is in milliseconds. */
export function readStatus(
  db: Database,
  contract: Contract,
  { now, span }: { readonly now: number; readonly span: SpanName },
): Status {
  const day = measure(db, { from: now - DAY_MS, to: now + 1 });
  const week = measure(db, { from: now - 7 * DAY_MS, to: now + 1 });
  return {
    now,
    liveness: readLiveness(db, contract, now),
    contract,
    tabs: readTabs(db, contract, now),
    alerts: openAlerts(db).map((alert) => {
      const rule = ALERT_RULES.find(({ rule }) => rule === alert.rule);
      return { ...alert, title: rule?.title ?? alert.rule, todo: rule?.todo ?? "" };
    }),
    cycles: lastCycleFigures(db, CYCLES_SHOWN),
    refusals: lastVerdicts(db, ["refused", "conflict"], {
      within: REFUSALS_WITHIN,
      limit: REFUSALS_SHOWN,
    }),
    day: summaryOf(day),
    dayBusiest: busiestOf(day),
    week: summaryOf(week),
    span,
    steps: readSteps(db, contract, { span, now }),
  };
}

function readTabs(db: Database, contract: Contract, now: number): TabStatus[] {
  const { tabs } = gatherFacts(db, contract, { now, securityMs: DAY_MS });
  const schedule = new Map(loadSchedule(db).map(({ job, nextAt }) => [job, nextAt]));
  const pauses = loadPauses(db);
  const successes = lastTabSuccesses(db);
  const rows = countBase(db);
  return tabs.map(({ tab, failing, guards, waiting, hasSucceeded }): TabStatus => {
    const pause = pauses.find((one) => one.tab === tab.title) ?? null;
    const success = successes.get(tab.title);
    return {
      tab,
      state: pause !== null
        ? "paused"
        : guards.length > 0
        ? "guarded"
        : failing !== null
        ? "failing"
        : hasSucceeded
        ? "ok"
        : "new",
      pause,
      failing,
      guards,
      waiting,
      lastSync: success === undefined ? null : Date.parse(success),
      nextSync: schedule.get(`sync ${tab.title}`) ?? null,
      nextUrgent: schedule.get(`urgent ${tab.title}`) ?? null,
      rows: rows.get(tab.title) ?? 0,
    };
  });
}
