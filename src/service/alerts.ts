/**
 * The life of an alert: it fires once for its rule and tab, humans are told again while it holds, and
 * told when it is over.
 *
 * @module
 */

import { isoTime } from "../base/clock.ts";
import type { Contract } from "../contract/schema.ts";
import {
  type AlertState,
  closeAlert,
  keepAlert,
  openAlert,
  openAlerts,
  type StoredAlert,
} from "../store/alerts.ts";
import type { Database } from "../store/database.ts";
import { readMeta, writeMeta } from "../store/meta.ts";
import { capTabSuccesses } from "../store/tabs.ts";
import { gatherDailyFacts, gatherFacts } from "./alert_facts.ts";
import { ALERT_RULES, type AlertThresholds, DEFAULT_THRESHOLDS } from "./alert_rules.ts";

/** A place where a rule's condition holds now, in the words of the rule. */
export interface ActiveAlert extends AlertState {
  readonly title: string;
  readonly todo: string;
  readonly rows: readonly string[];
}

/** What became of an alert. */
export type AlertEvent =
  /** Its condition holds, and did not before. */
  | { readonly change: "fired"; readonly alert: ActiveAlert }
  /** Its condition still holds, and it is time to say so again. */
  | { readonly change: "reminded"; readonly alert: ActiveAlert; readonly firedAt: number }
  /** Its condition still holds; nobody is told. */
  | { readonly change: "kept"; readonly alert: ActiveAlert }
  /** Its condition does not hold any more. `title` is its rule's. */
  | { readonly change: "over"; readonly alert: StoredAlert; readonly title: string };

/** What humans are told of. */
export type ToldEvent = Exclude<AlertEvent, { readonly change: "kept" }>;

/** The day, as `2026-01-15`, on which the daily rules were asked last. */
const DAILY_MARK = "daily_alerts";

/**
 * Asks every rule, writes down what became of the alerts, and returns what humans have to be told. The
 * daily rules are asked at the first call of a UTC day. Run it inside a transaction, together with
 * what enqueues the messages.
 *
 * @param now in milliseconds.
 */
export function evaluateAlerts(
  db: Database,
  contract: Contract,
  now: number,
  thresholds: AlertThresholds = DEFAULT_THRESHOLDS,
): ToldEvent[] {
  const at = isoTime(now);
  const today = at.slice(0, 10);
  capTabSuccesses(db, at);
  const isDaily = readMeta(db, DAILY_MARK) !== today;
  const active = activeAlerts(db, contract, now, thresholds, isDaily);
  const events = stepAlerts(openAlerts(db), active, {
    now,
    remindMs: thresholds.remindMs,
    unasked: isDaily ? [] : ALERT_RULES.filter(({ asked }) => asked === "daily"),
  });
  for (const event of events) {
    switch (event.change) {
      case "fired":
        openAlert(db, event.alert, at);
        break;
      case "reminded":
      case "kept":
        keepAlert(db, event.alert, { at, told: event.change === "reminded" });
        break;
      case "over":
        closeAlert(db, event.alert, at);
    }
  }
  if (isDaily) writeMeta(db, DAILY_MARK, today);
  return events.filter((event) => event.change !== "kept");
}

function activeAlerts(
  db: Database,
  contract: Contract,
  now: number,
  thresholds: AlertThresholds,
  isDaily: boolean,
): ActiveAlert[] {
  const facts = gatherFacts(db, contract, { now, securityMs: thresholds.securityMs });
  const daily = isDaily ? gatherDailyFacts(db, facts, thresholds) : null;
  return ALERT_RULES.flatMap((rule) => {
    const cases = rule.asked === "every-cycle"
      ? rule.find(facts, thresholds)
      : daily === null
      ? []
      : rule.find(daily, thresholds);
    const { severity, title, todo } = rule;
    return cases.map((found) => ({ rule: rule.rule, severity, title, todo, ...found }));
  });
}

/**
 * What becomes of the alerts, as a pure function. An open alert whose rule was not asked stays as it
 * is; one whose rule is not known any more is over.
 */
export function stepAlerts(
  open: readonly StoredAlert[],
  active: readonly ActiveAlert[],
  { now, remindMs, unasked }: {
    readonly now: number;
    readonly remindMs: AlertThresholds["remindMs"];
    readonly unasked: readonly { readonly rule: string }[];
  },
): AlertEvent[] {
  const keyOf = ({ rule, tab }: AlertState) => JSON.stringify([rule, tab]);
  const known = new Map(open.map((alert) => [keyOf(alert), alert]));
  const holding = new Set(active.map(keyOf));
  const silent = new Set(unasked.map(({ rule }) => rule));
  const titles = new Map(ALERT_RULES.map(({ rule, title }) => [rule, title]));
  return [
    ...active.map((alert): AlertEvent => {
      const before = known.get(keyOf(alert));
      if (before === undefined) return { change: "fired", alert };
      // Far ahead is as long ago: the clock was set back since.
      const isDue = Math.abs(now - before.remindedAt) >= remindMs[alert.severity];
      return isDue
        ? { change: "reminded", alert, firedAt: before.firedAt }
        : { change: "kept", alert };
    }),
    ...open.filter((alert) => !holding.has(keyOf(alert)) && !silent.has(alert.rule))
      .map((alert): AlertEvent => ({
        change: "over",
        alert,
        title: titles.get(alert.rule) ?? alert.rule,
      })),
  ];
}
