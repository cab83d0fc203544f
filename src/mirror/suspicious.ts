/**
 * What people typed that looks meant to harm whoever reads it elsewhere. It is imported like any other
 * text, for it was cleaned and is bound, escaped and guarded wherever it goes; it is only told.
 *
 * @module
 */

import type { RowId } from "../contract/cell.ts";
import { type Suspicion, suspicionsIn } from "../text/incoming.ts";
import type { RowPlan, SealedShow } from "./plan.ts";

/** A human's text that something is odd about. */
export interface SuspiciousText {
  readonly tab: string;
  readonly row: RowId;
  readonly field: string;
  /** The text as it was typed, with whatever secrets and invisible characters it holds. */
  readonly value: string;
  readonly suspicions: readonly Suspicion[];
}

/** What is suspicious among the texts that people put into these rows, the old text of a cell aside. */
export function suspiciousTexts(
  tab: string,
  rows: readonly RowPlan<SealedShow>[],
): SuspiciousText[] {
  return rows.flatMap(({ id, cells, rescued }) => {
    const typed = [
      ...cells.flatMap(({ field, found, store, show }) => {
        const kept = show.kind === "value" ? String(show.value) : "";
        return found === null ? [] : [{ field, text: found, known: store?.from ?? kept }];
      }),
      ...rescued.map(({ field, text }) => ({ field, text, known: "" })),
    ];
    return typed.flatMap(({ field, text, known }): SuspiciousText[] => {
      const suspicions = suspicionsInNew(text, known);
      return suspicions.length === 0 ? [] : [{ tab, row: id, field, value: text, suspicions }];
    });
  });
}

/** A cell of Notes comes whole each time somebody adds a line; only the added lines are news. */
function suspicionsInNew(text: string, known: string): Suspicion[] {
  const old = new Set(known.split("\n"));
  const lines = text.split(/\r\n|\r|\n/);
  const added = lines.filter((line) => !old.has(line)).join("\n");
  const [first = ""] = lines;
  // A line can be computed only where it begins the cell.
  return suspicionsIn(added).filter((one) => one !== "formula" || !old.has(first));
}
