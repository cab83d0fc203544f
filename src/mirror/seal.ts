/** Turns the texts of a plan into what the sheet will show, so that it can be compared and applied. @module */

import { sha256Hex } from "../base/digest.ts";
import { sameCell } from "../contract/cell.ts";
import { encodeHuman } from "../text/encode.ts";
import type { Masker } from "../text/secrets.ts";
import type { CellPlan, SealedPlan, SealedShow, TabPlan } from "./plan.ts";

/** The plan with every text masked and guarded. Cells that show it already are kept. */
export async function sealPlan(plan: TabPlan, masker: Masker): Promise<SealedPlan> {
  const texts = new Set<string>();
  for (const { cells } of plan.rows) {
    for (const { show } of cells) if (show.kind === "text") texts.add(show.text);
  }
  const encoded = await encodeHuman([...texts], { masker });
  const shown = new Map([...texts].map((text, index) => [text, encoded[index] ?? ""]));
  return {
    ...plan,
    rows: plan.rows.map((row) => ({
      ...row,
      cells: row.cells.map((cell) => ({ ...cell, show: sealShow(cell, shown) })),
    })),
  };
}

function sealShow(
  { show, before, verdict }: CellPlan,
  shown: ReadonlyMap<string, string>,
): SealedShow {
  if (show.kind === "keep") return show;
  const value = show.kind === "value" ? show.value : shown.get(show.text) ?? "";
  // What a human typed may be just what the mirror would write: then nothing has to be written. Cells
  // with other verdicts may hold a formula whose result looks right, so they are always written.
  const isTaken = verdict === "accepted" || verdict === "merged";
  if (isTaken && before !== null && sameCell(before, value)) return { kind: "keep" };
  return { kind: "value", value };
}

/**
 * A digest of what a plan does, by which `--accept` recognises the plan that was shown. Times are left
 * out: the same plan a minute later is the same plan.
 */
export function planHash(plan: TabPlan<unknown>): string {
  const rows = plan.rows.map(({ id, action, cells, copies }) => [
    id,
    action.kind,
    "why" in action ? action.why : "",
    copies.length,
    cells.map(({ field, verdict, found, before, store }) => [
      field,
      verdict,
      found,
      before,
      store?.from ?? null,
    ]),
  ]);
  return sha256Hex(JSON.stringify([plan.guards.map(({ guard }) => guard), rows]), 16);
}
