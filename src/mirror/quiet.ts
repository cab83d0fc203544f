/** What a quiet tab still leaves to be written down, and usually there is nothing. @module */

import { putBase } from "../store/base.ts";
import type { Database } from "../store/database.ts";
import { recordFindings } from "../store/findings.ts";
import type { BaseRow, Finding } from "../store/records.ts";
import { putUndated } from "../store/undated.ts";
import type { TabInput } from "./input.ts";
import type { SealedPlan } from "./plan.ts";

/**
 * Notes the digest of rows whose source changed without changing what the sheet shows, so that they
 * are not encoded again in every cycle, rows that do not meet the contract, so that each is told once,
 * and since when rows are undated.
 *
 * @returns the findings that nobody was told of before.
 */
export function settleQuiet(
  db: Database,
  input: TabInput,
  plan: SealedPlan,
  fence: () => void,
): readonly Finding[] {
  const { tab, base, rows, now, reported, undated } = input;
  const planned = new Set(plan.rows.map(({ id }) => id));
  const settled: BaseRow[] = [];
  for (const row of base.values()) {
    const stored = rows.get(row.id);
    const isNews = stored !== undefined && stored.problem === null && stored.source !== row.source;
    if (!isNews || row.state !== "confirmed" || planned.has(row.id)) continue;
    if (row.cells.every((cell, index) => cell === stored.cells[index])) {
      settled.push({ ...row, source: stored.source });
    }
  }
  const told = new Set(
    reported.flatMap(({ code, row, value }) => code === "MIRROR-INVALID-ROW" ? [row + value] : []),
  );
  const held = plan.held.filter(({ id, reason }) => !told.has(id + reason))
    .map(({ id, reason }): Finding => ({
      tab: tab.title,
      row: id,
      column: "",
      code: "MIRROR-INVALID-ROW",
      value: reason,
      reason,
    }));
  const isStill = undated.fresh.length === 0 && undated.cured.length === 0;
  if (settled.length === 0 && held.length === 0 && isStill) return [];
  return db.transaction(() => {
    fence();
    putBase(db, tab.title, settled);
    putUndated(db, tab.title, { ...undated, at: now });
    return recordFindings(db, held, { at: now });
  });
}
