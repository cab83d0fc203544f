/** Narrows a plan to the urgent rows of a tab. @module */

import { type RowId, rowId } from "../contract/cell.ts";
import type { TabInput } from "./input.ts";
import type { TabPlan } from "./plan.ts";

/**
 * The part of the plan that is about rows which the database holds to be urgent. Guards and strays
 * stay: they were judged on the whole tab. Everything else waits for the tab's own cadence.
 */
export function limitToUrgent(plan: TabPlan, rows: TabInput["rows"]): TabPlan {
  const urgent = plan.tab.cadence.urgent;
  if (urgent === null) return plan;
  const { field, in: words } = urgent.when;
  const isUrgent = (id: RowId) => words.includes(rows.get(id)?.values[field] ?? "");
  return {
    ...plan,
    rows: plan.rows.filter(({ id }) => isUrgent(id)),
    cured: plan.cured.filter(({ row }) => isUrgent(rowId(row))),
  };
}
