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

/** A query and what it binds. */
export interface Query {
  readonly sql: string;
  readonly params: readonly SqlInput[];
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
function isLive(tab: Tab): string {
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

/** Selects the keys, named `mirror_key`, of the rows that belong into the tab at `now` (in milliseconds). */
export function shownKeys(tab: Tab, now: number): Query {
  const live = `SELECT ${quote(tab.key)} AS mirror_key FROM ${quote(tab.table)} WHERE ${
    isLive(tab)
  }`;
  const retention = tab.retention;
  switch (retention?.kind) {
    case undefined:
      return { sql: live, params: [] };
    case "newest": {
      // Descending order puts NULL, the rows without a valid time, last.
      const newest = `SELECT mirror_key FROM (${live} ORDER BY ${instant(retention.by)} DESC, ` +
        `${quote(tab.key)} LIMIT ?)`;
      const always = retention.always === null
        ? ""
        : ` UNION ALL ${live} AND ${meets(retention.always)}`;
      return { sql: newest + always, params: [BigInt(retention.count)] };
    }
    case "after": {
      const clock = retentionClock(retention.when, retention.since);
      // Two halves instead of an OR, so that each is one range of the index.
      return {
        sql: `${live} AND ${clock} IS NULL UNION ALL ${live} AND ${clock} >= julianday(?)`,
        params: [isoTime(now - retention.days * MS_PER_DAY)],
      };
    }
  }
}

/**
 * The indexes under which {@linkcode shownKeys} reads only the rows it gives back, however many
 * archived ones the table holds.
 */
export function scopeIndexes(tab: Tab): readonly Index[] {
  const index = (purpose: string, terms: string, where: string): Index => {
    const name = `mirror_${tab.table}_${purpose}`;
    return {
      name,
      sql: `CREATE INDEX ${quote(name)} ON ${quote(tab.table)} (${terms}) WHERE ${where}`,
    };
  };
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
