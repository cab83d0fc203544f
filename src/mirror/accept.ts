/** Letting a guarded plan through: exactly the one that was shown, once. @module */

import { rowId } from "../contract/cell.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { forgetShown, isShown, rememberShown } from "../store/shown.ts";
import type { CycleOptions } from "./context.ts";
import { ACCEPTABLE_GUARDS, type GuardTrip } from "./findings.ts";
import type { SealedPlan } from "./plan.ts";
import { planHash } from "./seal.ts";

/** What an acceptance belongs to. */
export interface AdmitContext {
  readonly db: Database;
  readonly cycle: number;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/**
 * The guards that still stop the plan. The plan is remembered as shown for each of them, so that a
 * human who has looked at it can let it through with the next call.
 */
export function admit(
  { db, cycle, at }: AdmitContext,
  plan: SealedPlan,
  { accept, apply, remember = true }: Pick<CycleOptions, "accept" | "apply" | "remember">,
): readonly GuardTrip[] {
  if (plan.guards.length === 0) return [];
  const tab = plan.tab.title;
  const hash = planHash(plan);
  const stopped = plan.guards.flatMap((trip): GuardTrip[] => {
    const { guard } = trip;
    const isWanted = accept.includes(guard) && ACCEPTABLE_GUARDS.some((name) => name === guard);
    if (!isWanted) return [trip];
    if (isShown(db, { tab, guard, hash })) return [];
    const message = `${trip.message}; the plan is not the one that was shown before`;
    return [{ ...trip, message }];
  });
  if (stopped.length > 0 || !apply) {
    if (remember) {
      for (const { guard } of plan.guards) rememberShown(db, { tab, guard, hash, at });
    }
    return apply ? stopped : plan.guards;
  }
  db.transaction(() => {
    for (const { guard, message } of plan.guards) {
      forgetShown(db, { tab, guard });
      appendAudit(db, [{
        tab,
        rowId: rowId(""),
        column: null,
        direction: "import",
        actor: "human",
        verdict: "accepted",
        reason: `guard ${guard} was let through: ${message}`,
        oldValue: null,
        newValue: hash,
      }], { at, cycle });
    }
  });
  return [];
}
