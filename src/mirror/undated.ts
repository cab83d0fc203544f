/** Retention of rows whose clock runs without a start: it starts when the mirror first saw them so. @module */

import type { RowId } from "../contract/cell.ts";
import type { Tab } from "../contract/schema.ts";
import { parseTimestamp } from "../contract/timestamp.ts";
import type { SourceRow } from "../store/records.ts";

const DAY_MS = 86_400_000;

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
  { retention }: Tab,
  source: ReadonlyMap<RowId, SourceRow>,
  known: ReadonlyMap<RowId, string>,
  now: number,
): { rows: ReadonlyMap<RowId, SourceRow>; news: UndatedNews } {
  if (retention?.kind !== "after") {
    return { rows: source, news: { fresh: [], cured: [...known.keys()] } };
  }
  const { when, since, days } = retention;
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
    return first !== undefined && Date.parse(first) < now - days * DAY_MS;
  });
  if (expired.length === 0) return { rows: source, news };
  const rows = new Map(source);
  for (const row of expired) rows.set(row.id, { ...row, scope: "expired" });
  return { rows, news };
}
