/** Where the rows that a batch touches stand when it is done. @module */

import type { RowChange } from "./write.ts";

/** Consecutive rows; counted from 0, `end` is not one of them. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** So many rows between two spans are brought along rather than asked for around. */
const GAP_MAX = 20;

/** Tells where a row stands after a batch that stood at the index before it and is not removed by it. */
export type Mover = (index: number) => number;

/** Follows the rows of a sheet through a batch. */
export function moverFor(changes: readonly RowChange[], sheetId: number): Mover {
  const steps: { readonly index: number; readonly by: number }[] = [];
  for (const change of changes) {
    if (!("index" in change) || change.sheetId !== sheetId) continue;
    if (change.kind === "insert") steps.push({ index: change.index, by: change.rows.length });
    // The row itself is gone; those below it move up.
    if (change.kind === "remove") steps.push({ index: change.index + 1, by: -1 });
  }
  steps.sort((a, b) => a.index - b.index);
  const totals: number[] = [];
  for (const { by } of steps) totals.push((totals.at(-1) ?? 0) + by);
  return (index) => {
    // How many steps are at or above the row, by halving.
    let count = 0;
    for (let high = steps.length; count < high;) {
      const middle = (count + high) >>> 1;
      if ((steps[middle]?.index ?? Infinity) <= index) count = middle + 1;
      else high = middle;
    }
    return index + (totals[count - 1] ?? 0);
  };
}

/**
 * The rows of a sheet that the batch puts in, anchors or writes notes on, by their places after it, as
 * long as nobody else moves rows at the same moment.
 */
export function touchedSpans(changes: readonly RowChange[], sheetId: number): readonly Span[] {
  const after = moverFor(changes, sheetId);
  const added = new Map<number, number>();
  for (const change of changes) {
    if (change.kind !== "insert" || change.sheetId !== sheetId) continue;
    added.set(change.index, (added.get(change.index) ?? 0) + change.rows.length);
  }
  const spans = changes.flatMap((change): Span[] => {
    if (!("index" in change) || change.sheetId !== sheetId || change.kind === "remove") return [];
    if (change.kind !== "insert") {
      const start = after(change.index);
      return [{ start, end: start + 1 }];
    }
    // Everything that goes in at one place ends up together, above the row that stood there.
    const end = after(change.index);
    return [{ start: end - (added.get(change.index) ?? 0), end }];
  });
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last === undefined || span.start > last.end + GAP_MAX) merged.push(span);
    else merged.splice(-1, 1, { start: last.start, end: Math.max(last.end, span.end) });
  }
  return merged;
}
