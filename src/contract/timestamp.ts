/**
 * Times in their three forms: ISO 8601 text in the database, milliseconds since 1970 in the program,
 * and serials in the sheet, which count days of local time since 1899-12-30.
 *
 * @module
 */

import { AtlasError } from "../base/errors.ts";
import { must } from "../base/assert.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The serial of 1970-01-01: the days from 1899-12-30, the sheet's day 0. */
const EPOCH_SERIAL = 25_569;

const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(?:(Z)|([+-])(\d{2}):(\d{2}))?$/;

/** The sheet shows dates of these years; 1900-01-01T00:00Z to 9999-12-31T23:59:59.999Z. */
const EARLIEST_MS = Date.UTC(1900, 0, 1);
const LATEST_MS = Date.UTC(10_000, 0, 1) - 1;

/**
 * Milliseconds since 1970-01-01T00:00Z of a timestamp `YYYY-MM-DD[ T]HH:MM[:SS[.fff]][Z|±hh:mm]`, or
 * null where the text is anything else, names a day or hour that does not exist, or lies outside the
 * years 1900 to 9999. Without a zone it is UTC. Digits beyond the millisecond are cut off.
 *
 * ```ts
 * import { parseTimestamp } from "./timestamp.ts";
 *
 * if (parseTimestamp("2024-01-15 14:30") !== Date.UTC(2024, 0, 15, 14, 30)) throw new Error("UTC");
 * if (parseTimestamp("2023-02-29 00:00") !== null) throw new Error("2023 was no leap year");
 * ```
 */
export function parseTimestamp(text: string): number | null {
  const match = TIMESTAMP.exec(text);
  if (match === null) return null;
  const number = (group: number) => Number(match[group] ?? 0);
  const [year, month, day] = [number(1), number(2), number(3)];
  const [hour, minute, second] = [number(4), number(5), number(6)];
  const [zoneHour, zoneMinute] = [number(10), number(11)];
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) return null;
  if (year < 1900) return null; // Date.UTC reads the years 0 to 99 as 1900 to 1999.
  const midnight = Date.UTC(year, month - 1, day);
  // A day that does not exist rolls over into the next month, and so does the month.
  if (new Date(midnight).getUTCDate() !== day || month < 1 || month > 12) return null;
  const millisecond = Number((match[7] ?? "").slice(0, 3).padEnd(3, "0"));
  const zone = (zoneHour * 60 + zoneMinute) * MINUTE_MS * (match[9] === "-" ? -1 : 1);
  const ms = midnight + (hour * 60 + minute) * MINUTE_MS + second * 1_000 + millisecond - zone;
  return ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : null;
}

/**
 * The serial that shows this moment in the zone's wall time.
 *
 * Throws an {@linkcode AtlasError} of kind configuration where the zone is unknown.
 */
export function serialFromTime(ms: number, zone: string): number {
  return (ms + zoneOf(zone).at(ms).offsetMs) / DAY_MS + EPOCH_SERIAL;
}

/**
 * The moment, in whole milliseconds, at which the zone's clocks show the serial. An hour that happens
 * twice means its first pass, and one that is skipped means as long after the change, which is
 * "compatible" in RFC 5545 and Temporal.
 *
 * Throws an {@linkcode AtlasError} of kind configuration where the zone is unknown.
 */
export function timeFromSerial(serial: number, zone: string): number {
  const local = Math.round((serial - EPOCH_SERIAL) * DAY_MS);
  const periods = zoneOf(zone);
  // No zone is more than a day from UTC, so the answer lies in a period that touches these two days.
  let period = periods.at(local - DAY_MS);
  for (;;) {
    const ms = local - period.offsetMs;
    if (ms < period.until || period.until > local + DAY_MS) return ms;
    const next = periods.at(period.until);
    // Later than this period but earlier than the next one: the hour is skipped.
    if (local - next.offsetMs < next.from) return ms;
    period = next;
  }
}

/** A stretch of time in which a zone's distance from UTC does not change. */
interface Period {
  /** Milliseconds since 1970, included; -Infinity: since ever. */
  readonly from: number;
  /** Milliseconds since 1970, not included; Infinity: for ever. */
  readonly until: number;
  /** What the zone's clocks show beyond UTC, in milliseconds. */
  readonly offsetMs: number;
}

/**
 * The periods of one zone. Asking Temporal costs microseconds, and a tab has tens of thousands of
 * dates, so every period that was met is kept: two a year are all there are.
 */
class ZonePeriods {
  readonly #id: string;
  /** Ordered by `from`; they need not touch each other. */
  readonly #met: Period[] = [];
  #last: Period | undefined;

  constructor(id: string) {
    this.#id = id;
  }

  /** The period in which the moment lies. */
  at(ms: number): Period {
    const last = this.#last;
    if (last !== undefined && ms >= last.from && ms < last.until) return last;
    return this.#last = this.#find(ms);
  }

  #find(ms: number): Period {
    let low = 0;
    for (let high = this.#met.length; low < high;) {
      const middle = (low + high) >>> 1;
      if (must(this.#met[middle], "period").from <= ms) low = middle + 1;
      else high = middle;
    }
    const before = this.#met[low - 1];
    if (before !== undefined && ms < before.until) return before;
    const period = this.#ask(ms);
    this.#met.splice(low, 0, period);
    return period;
  }

  #ask(ms: number): Period {
    const moment = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.#id);
    const next = moment.getTimeZoneTransition("next");
    // "previous" leaves out the moment itself, and a period begins with its transition.
    const from = moment.add({ nanoseconds: 1 }).getTimeZoneTransition("previous");
    return {
      from: from?.epochMilliseconds ?? -Infinity,
      until: next?.epochMilliseconds ?? Infinity,
      offsetMs: moment.offsetNanoseconds / 1e6,
    };
  }
}

const zones = new Map<string, ZonePeriods>();

function zoneOf(name: string): ZonePeriods {
  const known = zones.get(name);
  if (known !== undefined) return known;
  // The API gives a custom zone as "GMT-07:00" (SpreadsheetProperties.timeZone), Temporal takes "-07:00".
  const id = /^GMT[+-]\d{2}:\d{2}$/.test(name) ? name.slice(3) : name;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(id);
  } catch (cause) {
    throw new AtlasError("configuration", `Cannot read times in zone "${name}": it is unknown`, {
      hint: "Choose another time zone in the spreadsheet under File, Settings.",
      cause,
    });
  }
  const periods = new ZonePeriods(id);
  zones.set(name, periods);
  return periods;
}
