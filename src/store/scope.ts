/**
 * Which rows of a source table belong into the tab, as SQL. The same expressions stand in the indexes
 * and in the queries, word for word, for only then SQLite uses an index on an expression.
 *
 * @module
 */

import { isoTime } from "../base/clock.ts";
import type { Condition, Tab } from "../contract/schema.ts";
import type { SqlInput } from "./database.ts";
import { literal, quote } from "./sql.ts";

const MS_PER_DAY = 86_400_000;

/** Some of the rows that belong into a tab. */
export interface ShownPart {
  /** A condition on the table. */
  readonly where: string;
  /** What it binds. */
  readonly params: readonly SqlInput[];
  readonly rows:
    /** All that meet it, of which there may be any number; an index brings them by their keys. */
    | { readonly kind: "by-key" }
    /** All that meet it, as they come. */
    | { readonly kind: "all" }
    /** The first `count` in this order. */
    | { readonly kind: "first"; readonly order: string; readonly count: number };
}

/** An index that the scope's query wants, as a full statement. */
export interface Index {
  readonly name: string;
  readonly sql: string;
}

/** True where a mark as `deleted_at` is set. Agents write "nothing" as NULL and as empty text. */
export function isSet(field: string): string {
  return `coalesce(${quote(field)}, '') <> ''`;
}

function isUnset(field: string): string {
  return `coalesce(${quote(field)}, '') = ''`;
}

/** True for rows that are neither deleted nor archived. */
export function isLive(tab: Tab): string {
  return `${isUnset(tab.softDelete)} AND ${isUnset(tab.archive)}`;
}

/**
 * The moment in a time field, comparable whatever zone or separator it was written with; NULL where it
 * is none. The pattern matters: julianday() also takes plain numbers and the word "now", and "now" in
 * an indexed field would make the agent's own INSERT fail.
 * Formats: https://sqlite.org/lang_datefunc.html#time_values
 */
function instant(field: string): string {
  const name = quote(field);
  const date = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*";
  return `CASE WHEN ${name} GLOB '${date}' THEN julianday(${name}) END`;
}

function meets(condition: Condition): string {
  return `${quote(condition.field)} IN (${condition.in.map(literal).join(", ")})`;
}

/** When the retention clock of a row began to run; NULL: it does not run. */
function retentionClock(when: Condition, since: string): string {
  return `CASE WHEN ${meets(when)} THEN ${instant(since)} END`;
}

/**
 * The rows that belong into the tab at `now` (in milliseconds), in parts of which each is one range of
 * an index. A row may be in two of them.
 */
export function shownParts(tab: Tab, now: number): readonly ShownPart[] {
  const live = isLive(tab);
  const byKey = (where: string): ShownPart => ({ where, params: [], rows: { kind: "by-key" } });
  const retention = tab.retention;
  switch (retention?.kind) {
    case undefined:
      return [byKey(live)];
    case "newest": {
      // Descending order puts NULL, the rows without a valid time, last.
      const order = `${instant(retention.by)} DESC, ${quote(tab.key)}`;
      const newest = { kind: "first", order, count: retention.count } as const;
      const always = retention.always === null
        ? []
        : [byKey(`${live} AND ${meets(retention.always)}`)];
      return [{ where: live, params: [], rows: newest }, ...always];
    }
    case "after": {
      const clock = retentionClock(retention.when, retention.since);
      const recent = `${live} AND ${clock} >= julianday(?)`;
      const params = [isoTime(now - retention.days * MS_PER_DAY)];
      return [byKey(`${live} AND ${clock} IS NULL`), {
        where: recent,
        params,
        rows: { kind: "all" },
      }];
    }
  }
}

/**
 * The indexes on a source table under which a cycle reads only the rows it is about, however many the
 * table holds. That on the key is for tables whose key has none of its own.
 */
export function sourceIndexes(
  tab: Tab,
): { readonly key: Index; readonly others: readonly Index[] } {
  const name = `mirror_${tab.table}_key`;
  const waiting = tab.columns.flatMap(({ edit, field }) =>
    edit?.rule === "transition" ? [indexOf(tab, `waiting_${field}`, quote(field), isLive(tab))] : []
  );
  return {
    key: {
      name,
      sql: `CREATE INDEX ${quote(name)} ON ${quote(tab.table)} (${quote(tab.key)})`,
    },
    others: [...shownIndexes(tab), ...waiting],
  };
}

function indexOf(tab: Tab, purpose: string, terms: string, where: string): Index {
  const name = `mirror_${tab.table}_${purpose}`;
  return {
    name,
    sql: `CREATE INDEX ${quote(name)} ON ${quote(tab.table)} (${terms}) WHERE ${where}`,
  };
}

/** Those along which {@linkcode shownParts} finds its rows. */
function shownIndexes(tab: Tab): readonly Index[] {
  const index = (purpose: string, terms: string, where: string) =>
    indexOf(tab, purpose, terms, where);
  const key = quote(tab.key);
  const retention = tab.retention;
  switch (retention?.kind) {
    case undefined:
      return [index("live", key, isLive(tab))];
    case "newest": {
      const newest = index("newest", `${instant(retention.by)} DESC, ${key}`, isLive(tab));
      if (retention.always === null) return [newest];
      return [newest, index("always", key, `${isLive(tab)} AND ${meets(retention.always)}`)];
    }
    case "after":
      return [
        index(
          "retention",
          `${retentionClock(retention.when, retention.since)}, ${key}`,
          isLive(tab),
        ),
      ];
  }
}
