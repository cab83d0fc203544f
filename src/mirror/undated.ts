/** Retention of rows whose clock runs without a start: it starts when the mirror first saw them so. @module */

import type { RowId } from "../contract/cell.ts";
import type { Tab } from "../contract/schema.ts";
import { parseTimestamp } from "../contract/timestamp.ts";
import type { SourceRow } from "../store/records.ts";

const DAY_MS = 86_400_000;

/** Undated rows that were first seen before this moment have expired; null: the tab has no such rows. */
export function undatedBefore({ retention }: Tab, now: number): number | null {
  return retention?.kind === "after" ? now - retention.days * DAY_MS : null;
}

/** What changed among the undated rows of a tab. */
export interface UndatedNews {
  /** Rows that are undated and were not yet known to be. */
  readonly fresh: readonly RowId[];
  /** Rows that were known to be undated and are not any more. */
  readonly cured: readonly RowId[];
}

/**
 * The rows with the scope of undated ones corrected, and what is news about them. `known` says when
 * each was first seen undated (ISO 8601 UTC), `now` is in milliseconds.
 */
export function expireUndated(
  tab: Tab,
  source: ReadonlyMap<RowId, SourceRow>,
  known: ReadonlyMap<RowId, string>,
  now: number,
): { rows: ReadonlyMap<RowId, SourceRow>; news: UndatedNews } {
  const before = undatedBefore(tab, now);
  const { retention } = tab;
  if (retention?.kind !== "after" || before === null) {
    return { rows: source, news: { fresh: [], cured: [...known.keys()] } };
  }
  const { when, since } = retention;
  const undated = [...source.values()].filter(({ scope, values }) =>
    scope === "shown" && when.in.includes(values[when.field] ?? "") &&
    parseTimestamp(values[since] ?? "") === null
  );
  const ids = new Set(undated.map(({ id }) => id));
  const news: UndatedNews = {
    fresh: undated.flatMap(({ id }) => known.has(id) ? [] : [id]),
    cured: [...known.keys()].filter((id) => !ids.has(id)),
  };
  const expired = undated.filter(({ id }) => {
    const first = known.get(id);
    return first !== undefined && Date.parse(first) < before;
  });
  if (expired.length === 0) return { rows: source, news };
  const rows = new Map(source);
  for (const row of expired) rows.set(row.id, { ...row, scope: "expired" });
  return { rows, news };
}
