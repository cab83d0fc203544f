/**
 * USER_ENTERED: what a text becomes that is typed into a cell. Numbers, percentages, amounts of money,
 * dates, times, booleans and formulas are recognised; everything else stays text.
 *
 * @module
 */

import type { Entry } from "./book.ts";
import { type Conventions, conventionsOf } from "./locale.ts";
import type { Message } from "./messages.ts";
import { serialOfDay } from "./serial.ts";

/** What was typed, and the number format that it brings along. */
export interface ParsedEntry {
  readonly entry: Entry;
  readonly numberFormat?: Message<"NumberFormat">;
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.\\$]/g, "\\$&");
}

function parseNumber(text: string, { decimal, group }: Conventions): ParsedEntry | null {
  const match = new RegExp(
    "^(?<sign>[+-]?)\\s*(?<money>[$€£¥]?)\\s*(?<sign2>[+-]?)" +
      `(?<whole>\\d{1,3}(?:${escapeForRegExp(group)}\\d{3})+|\\d*)` +
      `(?:${escapeForRegExp(decimal)}(?<fraction>\\d*))?(?:[eE](?<power>[+-]?\\d{1,3}))?` +
      "\\s*(?<money2>€?)\\s*(?<percent>%?)$",
  ).exec(text);
  const parts = match?.groups;
  if (parts === undefined) return null;
  const { whole = "", fraction = "", power } = parts;
  if (whole === "" && fraction === "") return null;
  const isNegative = parts["sign"] === "-" || parts["sign2"] === "-";
  const digits = whole.split(group).join("");
  const size = Number(`${digits === "" ? "0" : digits}.${fraction === "" ? "0" : fraction}`) *
    10 ** Number(power ?? 0);
  if (!Number.isFinite(size)) return null;
  const isPercent = parts["percent"] === "%";
  const signed = isNegative ? -size : size;
  const entry = isPercent ? Number((signed / 100).toPrecision(15)) : signed;
  const decimals = fraction === "" ? "" : ".00";
  const money = parts["money"] !== "" ? parts["money"] : parts["money2"];
  if (isPercent) return { entry, numberFormat: { type: "PERCENT", pattern: `0${decimals}%` } };
  if (money !== undefined && money !== "") {
    const pattern = `"${money}"#,##0${decimals}`;
    return { entry, numberFormat: { type: "CURRENCY", pattern } };
  }
  if (power !== undefined) {
    return { entry, numberFormat: { type: "SCIENTIFIC", pattern: "0.00E+00" } };
  }
  if (whole.includes(group)) {
    return { entry, numberFormat: { type: "NUMBER", pattern: `#,##0${decimals}` } };
  }
  return { entry };
}

/** Two digits of a year: 00 to 29 are in this century. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year < 30 ? 2000 + year : 1900 + year;
}

interface ParsedPart {
  readonly serial: number;
  readonly pattern: string;
}

function parseDate(text: string, conventions: Conventions, thisYear: number): ParsedPart | null {
  const iso = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(text);
  if (iso !== null) {
    const [, year = "", mark = "-", month = "", day = ""] = iso;
    const serial = serialOfDay(Number(year), Number(month), Number(day));
    const pattern = `yyyy${mark}${"m".repeat(month.length)}${mark}${"d".repeat(day.length)}`;
    return Number.isNaN(serial) ? null : { serial, pattern };
  }
  const short = /^(\d{1,2})([-/.])(\d{1,2})(?:\2(\d{4}|\d{2}))?$/.exec(text);
  if (short === null) return null;
  const [, first = "", mark = "/", second = "", year] = short;
  // `1.2` is a number where the decimal mark is a point, and a date where it is a comma.
  if (mark === "." && (year === undefined || !conventions.dayFirst)) return null;
  const [day, month] = conventions.dayFirst ? [first, second] : [second, first];
  const serial = serialOfDay(
    year === undefined ? thisYear : fullYear(year),
    Number(month),
    Number(day),
  );
  if (Number.isNaN(serial)) return null;
  const codes = conventions.dayFirst ? ["d", "m"] : ["m", "d"];
  const lengths = [first.length, second.length];
  const dayAndMonth = codes.map((code, at) => code.repeat(lengths[at] ?? 1)).join(mark);
  const pattern = year === undefined ? dayAndMonth : `${dayAndMonth}${mark}yyyy`;
  return { serial, pattern };
}

function parseTime(text: string): ParsedPart | null {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(?:\s*([ap])m)?$/i.exec(text);
  if (match === null) return null;
  const [, hourText = "", minuteText = "", secondText, fraction, half] = match;
  let hour = Number(hourText);
  const minute = Number(minuteText);
  const second = Number(secondText ?? 0) + Number(`0.${fraction ?? 0}`);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return null;
    hour = hour % 12 + (half.toLowerCase() === "p" ? 12 : 0);
  }
  if (hour > 23 || minute > 59 || second >= 60) return null;
  const serial = (hour * 3600 + minute * 60 + second) / 86_400;
  const hours = half === undefined ? "h".repeat(hourText.length) : "h";
  const seconds = secondText === undefined ? "" : ":ss";
  return { serial, pattern: `${hours}:mm${seconds}${half === undefined ? "" : " am/pm"}` };
}

function parseMoment(text: string, conventions: Conventions, thisYear: number): ParsedEntry | null {
  const date = parseDate(text, conventions, thisYear);
  if (date !== null) {
    return { entry: date.serial, numberFormat: { type: "DATE", pattern: date.pattern } };
  }
  const time = parseTime(text);
  if (time !== null) {
    return { entry: time.serial, numberFormat: { type: "TIME", pattern: time.pattern } };
  }
  const [, dateText, timeText] = /^(\S+?)[ T](.+)$/.exec(text) ?? [];
  if (dateText === undefined || timeText === undefined) return null;
  const day = parseDate(dateText, conventions, thisYear);
  const hour = parseTime(timeText);
  if (day === null || hour === null) return null;
  const pattern = `${day.pattern} ${hour.pattern}`;
  return { entry: day.serial + hour.serial, numberFormat: { type: "DATE_TIME", pattern } };
}

/**
 * What the typed text becomes.
 *
 * ```ts
 * import { parseEntry } from "./parse_entry.ts";
 *
 * if (parseEntry("007", "en_US", 2024).entry !== 7) throw new Error("zeros were kept");
 * if (parseEntry("'007", "en_US", 2024).entry !== "007") throw new Error("zeros were lost");
 * ```
 *
 * @param thisYear the year that `1/2` falls into.
 */
export function parseEntry(text: string, locale: string, thisYear: number): ParsedEntry {
  if (text.startsWith("'")) return { entry: text.slice(1) };
  const typed = text.trim();
  if (typed.startsWith("=") && typed.length > 1) return { entry: { formula: typed } };
  if (/^true$/i.test(typed)) return { entry: true };
  if (/^false$/i.test(typed)) return { entry: false };
  const conventions = conventionsOf(locale);
  return parseNumber(typed, conventions) ?? parseMoment(typed, conventions, thisYear) ??
    { entry: text };
}
