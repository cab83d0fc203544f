/** Moments of the demo world, and the many ways in which programs write one down. @module */

import { isoTime } from "../base/clock.ts";
import { type Random, randomInteger } from "../base/random.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Writes a moment (in milliseconds) down. */
export type TimeFormat = (ms: number) => string;

function withOffset(minutes: number): TimeFormat {
  const sign = minutes < 0 ? "-" : "+";
  const two = (number: number) => String(Math.floor(number)).padStart(2, "0");
  const suffix = `${sign}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
  return (ms) => isoTime(ms + minutes * MINUTE_MS).slice(0, 19) + suffix;
}

const UTC_FORMATS: readonly TimeFormat[] = [
  (ms) => isoTime(ms).slice(0, 19) + "Z",
  (ms) => isoTime(ms).slice(0, 19).replace("T", " "),
  (ms) => isoTime(ms).slice(0, 16).replace("T", " "),
  (ms) => isoTime(ms).slice(0, 19),
  (ms) => isoTime(ms).slice(0, 16) + "Z",
  (ms) => isoTime(ms).replace("T", " "),
];

const FORMATS: readonly TimeFormat[] = [
  ...UTC_FORMATS,
  withOffset(0),
  withOffset(60),
  withOffset(120),
  withOffset(-480),
  withOffset(330),
];

/** Most programs write ISO 8601 with milliseconds and Z; one row in eight is of another school. */
export function drawFormat(random: Random): TimeFormat {
  if (random.next() < 7 / 8) return isoTime;
  return FORMATS[randomInteger(random, 0, FORMATS.length - 1)] ?? isoTime;
}

/** Moves most moments out of the night and the weekend, where a team with agents does less. */
export function intoWorkingHours(random: Random, ms: number): number {
  const date = new Date(ms);
  const quiet = date.getUTCHours() < 6 || date.getUTCHours() > 18 || date.getUTCDay() % 6 === 0;
  if (!quiet || random.next() < 0.3) return ms;
  const monday = date.getUTCDay() === 0 ? -2 : date.getUTCDay() === 6 ? -1 : 0;
  date.setUTCDate(date.getUTCDate() + monday);
  date.setUTCHours(randomInteger(random, 6, 18));
  return date.getTime();
}

/**
 * The last moment up to `now` at which the European Union moved its clocks: 01:00 UTC on the last
 * Sunday of March or October (directive 2000/84/EC).
 */
export function lastClockChange(now: number): number {
  const year = new Date(now).getUTCFullYear();
  const changes = [year - 1, year].flatMap((one) => [lastSunday(one, 2), lastSunday(one, 9)]);
  return Math.max(...changes.filter((change) => change <= now));
}

function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0, 1));
  return last.getTime() - last.getUTCDay() * DAY_MS;
}

/** Moments on both sides of a clock change, some of which are the same hour on the wall, as written. */
export function aroundClockChange(change: number): readonly string[] {
  return [
    isoTime(change - 30 * MINUTE_MS),
    isoTime(change - 1),
    isoTime(change),
    isoTime(change + 30 * MINUTE_MS),
    withOffset(60)(change - 30 * MINUTE_MS),
    withOffset(120)(change + 30 * MINUTE_MS),
    isoTime(change + 30 * MINUTE_MS).slice(0, 16).replace("T", " "),
    isoTime(change + 90 * MINUTE_MS).slice(0, 19),
  ];
}
