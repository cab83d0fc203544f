/**
 * Measurements in the database: one by one for a week, by the hour for a year, and as totals for
 * ever. A measurement stands either by itself or in its hour, never in both.
 *
 * @module
 */

import * as z from "zod/mini";
import { isoTime } from "../base/clock.ts";
import type { Database, SqlRow } from "./database.ts";
import { condense, type Distribution, distributionOf, merge, NOTHING } from "./distribution.ts";
import { parseStored } from "./stored.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Measurements stand by themselves for so long. */
const RAW_DAYS = 7;
/** Hours are kept for so long. */
const HOURLY_DAYS = 365;

/** What one measurement belongs to. */
export interface Series {
  readonly name: string;
  /** The title in the contract; empty: it is about all tabs. */
  readonly tab: string;
  /** What else tells measurements of this name apart; empty: nothing. */
  readonly label: string;
}

/** One measurement. */
export interface Sample extends Series {
  /** ISO 8601 UTC, as `isoTime` writes it. */
  readonly at: string;
  readonly value: number;
}

/** What was measured of one series in a span of time. */
export interface Measured extends Series {
  readonly distribution: Distribution;
}

/** From `from` on and before `to`, both in milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Writes measurements and adds them to the totals. Wants to run inside a transaction. */
export function addSamples(db: Database, samples: readonly Sample[]): void {
  for (const { at, name, tab, label, value } of samples) {
    // Bound as text: the column is REAL and converts it without loss.
    db.run(
      "INSERT INTO mirror_metric (at, name, tab, label, value) VALUES (?, ?, ?, ?, ?)",
      at,
      name,
      tab,
      label,
      String(value),
    );
    db.run(
      `INSERT INTO mirror_metric_total (name, tab, label, count, total) VALUES (?, ?, ?, 1, ?)
        ON CONFLICT (name, tab, label) DO UPDATE
          SET count = count + 1, total = total + excluded.total`,
      name,
      tab,
      label,
      String(value),
    );
  }
}

/**
 * Everything measured in the span, by series; with `names`, only what is called one of them. A span
 * that reaches back over a week counts every hour whose beginning lies inside.
 */
export function measure(
  db: Database,
  { from, to }: Span,
  names: readonly string[] | null = null,
): Measured[] {
  const chosen = names === null ? "" : "AND name IN (SELECT value FROM json_each(?))";
  const bounds = [
    isoTime(from),
    isoTime(to),
    ...(names === null ? [] : [JSON.stringify(names)]),
  ];
  const series = new Map<string, Measured>();
  const add = (row: SqlRow, distribution: Distribution) => {
    const { name, tab, label } = seriesOf(row);
    const key = JSON.stringify([name, tab, label]);
    const known = series.get(key)?.distribution ?? NOTHING;
    series.set(key, { name, tab, label, distribution: merge(known, distribution) });
  };
  const raw = db.all(
    `SELECT name, tab, label, json_group_array(value) AS entries FROM mirror_metric
      WHERE at >= ? AND at < ? ${chosen} GROUP BY name, tab, label`,
    ...bounds,
  );
  for (const row of raw) add(row, distributionOf(valuesOf(row)));
  const hours = db.all(
    `SELECT name, tab, label, count, total, least, most, sketch FROM mirror_metric_hour
      WHERE hour >= ? AND hour < ? ${chosen}`,
    ...bounds,
  );
  for (const row of hours) add(row, hourOf(row));
  return [...series.values()];
}

/** The count and the sum of every series since the mirror's tables were made. */
export function readTotals(
  db: Database,
): (Series & { readonly count: number; readonly total: number })[] {
  return db.all("SELECT name, tab, label, count, total FROM mirror_metric_total").map((row) => ({
    ...seriesOf(row),
    count: Number(row["count"]),
    total: Number(row["total"]),
  }));
}

/**
 * Condenses measurements older than a week into their hours, and forgets hours older than a year.
 * Wants to run inside a transaction. `now` is in milliseconds.
 */
export function pruneMetrics(db: Database, now: number): void {
  // A whole hour, so that none is condensed while measurements of it may still come.
  const before = isoTime(Math.floor((now - RAW_DAYS * DAY_MS) / HOUR_MS) * HOUR_MS);
  const groups = db.all(
    `SELECT substr(at, 1, 13) || ':00:00.000Z' AS hour, name, tab, label,
      json_group_array(value) AS entries
      FROM mirror_metric WHERE at < ? GROUP BY 1, 2, 3, 4`,
    before,
  );
  for (const row of groups) {
    const hour = String(row["hour"]);
    const series = seriesOf(row);
    const known = readHour(db, hour, series);
    putHour(db, hour, series, condense(merge(known, distributionOf(valuesOf(row)))));
  }
  db.run("DELETE FROM mirror_metric WHERE at < ?", before);
  db.run("DELETE FROM mirror_metric_hour WHERE hour < ?", isoTime(now - HOURLY_DAYS * DAY_MS));
}

/** A measurement of the past may come late, after its hour was condensed. */
function readHour(db: Database, hour: string, { name, tab, label }: Series): Distribution {
  const row = db.get(
    `SELECT count, total, least, most, sketch FROM mirror_metric_hour
      WHERE hour = ? AND name = ? AND tab = ? AND label = ?`,
    hour,
    name,
    tab,
    label,
  );
  return row === undefined ? NOTHING : hourOf(row);
}

function putHour(db: Database, hour: string, series: Series, distribution: Distribution): void {
  const { count, total, least, most, sketch } = distribution;
  db.run(
    `INSERT INTO mirror_metric_hour (hour, name, tab, label, count, total, least, most, sketch)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (hour, name, tab, label) DO UPDATE SET count = excluded.count,
        total = excluded.total, least = excluded.least, most = excluded.most,
        sketch = excluded.sketch`,
    hour,
    series.name,
    series.tab,
    series.label,
    BigInt(count),
    String(total),
    String(least),
    String(most),
    JSON.stringify(Object.fromEntries(sketch)),
  );
}

const valuesSchema = z.array(z.number());
const sketchSchema = z.record(z.string(), z.number());

function valuesOf(row: SqlRow): number[] {
  return parseStored(valuesSchema, String(row["entries"]), "the measurements");
}

function hourOf(row: SqlRow): Distribution {
  const sketch = parseStored(sketchSchema, String(row["sketch"]), "the measurements of an hour");
  return {
    count: Number(row["count"]),
    total: Number(row["total"]),
    least: Number(row["least"]),
    most: Number(row["most"]),
    values: [],
    sketch: new Map(Object.entries(sketch).map(([bucket, count]) => [Number(bucket), count])),
  };
}

function seriesOf(row: SqlRow): Series {
  return { name: String(row["name"]), tab: String(row["tab"]), label: String(row["label"]) };
}
