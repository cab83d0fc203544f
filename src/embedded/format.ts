/**
 * What a person sees in a cell: numbers, dates and texts written by their number format.
 *
 * Source: "Date and number formats" in Google's guide to the Sheets API. Patterns have up to four
 * sections; colours and conditions in brackets are left out of the text.
 *
 * @module
 */

import { type Conventions, conventionsOf } from "./locale.ts";
import type { Message } from "./messages.ts";
import { type CivilTime, civilTime } from "./serial.ts";

type NumberFormat = Message<"NumberFormat">;

const MONTHS = [
  ..."January February March April May June July August September October November December".split(
    " ",
  ),
];
const WEEKDAYS = [..."Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ")];

/** A number without any format: ten significant digits, large ones in powers of ten. */
function generalNumber(value: number, conventions: Conventions): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  if (size >= 1e15 || size < 1e-9) {
    const [mantissa = "0", exponent = "0"] = value.toExponential(5).split("e");
    const digits = String(Number(mantissa)).replace(".", conventions.decimal);
    const power = Number(exponent);
    return `${digits}E${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  const rounded = Number(value.toPrecision(10));
  const text = String(rounded).includes("e")
    ? rounded.toFixed(18).replace(/0+$/, "")
    : `${rounded}`;
  return text.replace(".", conventions.decimal);
}

/** One piece of a date's pattern. */
type Token =
  /** Text that stands for itself. */
  | { readonly kind: "text"; readonly text: string }
  /** A run of the same placeholder. */
  | { readonly kind: "code"; readonly text: string; readonly isMinute: boolean };

/** A date's pattern, read. */
interface DatePattern {
  readonly tokens: readonly Token[];
  readonly showsFraction: boolean;
  readonly isHalfDay: boolean;
}

const TOKEN = /"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.|(am\/pm|a\/p)|(\.0+)|([ymdhs]+)|([^"\\[\]])/giu;

function datePieces(pattern: string): Pick<Token, "kind" | "text">[] {
  const pieces: Pick<Token, "kind" | "text">[] = [];
  for (const match of pattern.matchAll(TOKEN)) {
    const [, quoted, escaped, half, fraction, letters, other] = match;
    if (letters !== undefined) {
      for (const run of letters.matchAll(/(.)\1*/gi)) pieces.push({ kind: "code", text: run[0] });
    } else if (half !== undefined || fraction !== undefined) {
      pieces.push({ kind: "code", text: half ?? fraction ?? "" });
    } else {
      const text = quoted ?? escaped ?? other ?? "";
      if (text !== "") pieces.push({ kind: "text", text });
    }
  }
  return pieces;
}

function readDatePattern(pattern: string): DatePattern {
  const pieces = datePieces(pattern);
  const codes = pieces.filter(({ kind }) => kind === "code");
  const startsWith = (place: number, letter: string) =>
    codes[place]?.text.toLowerCase().startsWith(letter) === true;
  let place = -1;
  const tokens = pieces.map(({ kind, text }): Token => {
    if (kind === "text") return { kind, text };
    place++;
    // `m` means minutes behind an hour and before a second, else months.
    return { kind, text, isMinute: startsWith(place - 1, "h") || startsWith(place + 1, "s") };
  });
  return {
    tokens,
    showsFraction: pieces.some(({ text }) => /^\.0+$/.test(text)),
    isHalfDay: codes.some(({ text }) => /^a/i.test(text)),
  };
}

/** A column has one pattern for all of its cells; a spreadsheet has a handful of them. */
const PATTERNS_MAX = 100;
const patterns = new Map<string, DatePattern>();

function datePattern(text: string): DatePattern {
  const known = patterns.get(text);
  if (known !== undefined) return known;
  if (patterns.size >= PATTERNS_MAX) patterns.clear();
  const pattern = readDatePattern(text);
  patterns.set(text, pattern);
  return pattern;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

function dateCode(code: string, time: CivilTime, minute: boolean, isHalfDay: boolean): string {
  const letter = code[0]?.toLowerCase();
  const width = code.length;
  switch (letter) {
    case "y":
      return width > 2 ? pad(time.year, 4) : pad(time.year % 100, 2);
    case "m": {
      if (minute) return pad(time.minute, Math.min(width, 2));
      const name = MONTHS[time.month - 1] ?? "";
      if (width >= 5) return name.slice(0, 1);
      if (width === 4) return name;
      return width === 3 ? name.slice(0, 3) : pad(time.month, width);
    }
    case "d": {
      const name = WEEKDAYS[time.weekday] ?? "";
      if (width >= 4) return name;
      return width === 3 ? name.slice(0, 3) : pad(time.day, width);
    }
    case "h":
      return pad(isHalfDay ? (time.hour + 11) % 12 + 1 : time.hour, Math.min(width, 2));
    case "s":
      return pad(time.second, Math.min(width, 2));
    case ".":
      return `.${pad(time.millisecond, 3).slice(0, width - 1).padEnd(width - 1, "0")}`;
    default:
      return code.toLowerCase() === "a/p"
        ? (time.hour < 12 ? "A" : "P")
        : (time.hour < 12 ? "AM" : "PM");
  }
}

/** A serial written by a date or time pattern. */
function formatSerial(serial: number, pattern: string): string {
  const { tokens, showsFraction, isHalfDay } = datePattern(pattern);
  // Without a fraction in the pattern the clock is cut to whole seconds, and 14:29:59.9996 is 14:30.
  const shown = showsFraction ? serial : Math.round(serial * 86_400) / 86_400;
  const time = civilTime(shown);
  let text = "";
  for (const token of tokens) {
    text += token.kind === "text"
      ? token.text
      : dateCode(token.text, time, token.isMinute, isHalfDay);
  }
  return text;
}

/** The literal text of a pattern's prefix or suffix. */
function literal(text: string): string {
  return text.replace(/"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*./g, "$1$2$3");
}

function groupDigits(digits: string, separator: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, separator);
}

function formatNumberPattern(value: number, pattern: string, conventions: Conventions): string {
  const [positive = "", negative] = pattern.split(";");
  const section = value < 0 && negative !== undefined ? negative : positive;
  const match = /[#0?][#0?,.]*(?:E[+-]0+)?/.exec(section);
  if (match === null) return literal(section);
  const code = match[0];
  const prefix = literal(section.slice(0, match.index));
  const suffix = literal(section.slice(match.index + code.length));
  const scaled = Math.abs(section.includes("%") ? value * 100 : value);
  const sign = value < 0 && negative === undefined ? "-" : "";
  const scientific = /^(.*)E([+-])(0+)$/.exec(code);
  if (scientific !== null) {
    const decimals = scientific[1]?.split(".")[1]?.length ?? 0;
    const [mantissa = "0", exponent = "0"] = scaled.toExponential(decimals).split("e");
    const power = Number(exponent);
    const mark = power < 0 ? "-" : scientific[2] === "+" ? "+" : "";
    const digits = pad(Math.abs(power), scientific[3]?.length ?? 1);
    return `${sign}${prefix}${
      mantissa.replace(".", conventions.decimal)
    }E${mark}${digits}${suffix}`;
  }
  const [wholeCode = "", fractionCode = ""] = code.split(".");
  const most = fractionCode.replace(/[^#0?]/g, "").length;
  const least = fractionCode.replace(/[^0]/g, "").length;
  const [whole = "0", allDigits = ""] = scaled.toFixed(most).split(".");
  let fraction = allDigits;
  while (fraction.length > least && fraction.endsWith("0")) fraction = fraction.slice(0, -1);
  const width = wholeCode.replace(/[^0]/g, "").length;
  const shownWhole = width === 0 && whole === "0" ? "" : whole.padStart(width, "0");
  const grouped = wholeCode.includes(",") ? groupDigits(shownWhole, conventions.group) : shownWhole;
  const tail = fraction === "" ? "" : conventions.decimal + fraction;
  const isZero = Number(`${whole}.${allDigits || "0"}`) === 0;
  return `${isZero ? "" : sign}${prefix}${grouped}${tail}${suffix}`;
}

/** Whether the format shows a number as a date or a time. */
export function isDateFormat(format: NumberFormat | undefined): boolean {
  return format?.type === "DATE" || format?.type === "TIME" || format?.type === "DATE_TIME";
}

/** The pattern of a format that names only its type. */
function patternOf(format: NumberFormat, conventions: Conventions): string {
  if (format.pattern !== undefined && format.pattern !== "") return format.pattern;
  switch (format.type) {
    case "DATE":
      return conventions.datePattern;
    case "TIME":
      return "h:mm:ss am/pm";
    case "DATE_TIME":
      return `${conventions.datePattern} h:mm:ss`;
    case "PERCENT":
      return "0.00%";
    case "CURRENCY":
      return '"$"#,##0.00';
    case "SCIENTIFIC":
      return "0.00E+00";
    default:
      return "#,##0.00";
  }
}

/** A value as a person sees it. `format` is the cell's number format, undefined: automatic. */
export function formatValue(
  value: string | number | boolean,
  format: NumberFormat | undefined,
  locale: string,
): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  const conventions = conventionsOf(locale);
  const isGeneral = format === undefined || format.type === "TEXT" ||
    format.pattern === "General" ||
    format.type === undefined || format.type === "NUMBER_FORMAT_TYPE_UNSPECIFIED";
  if (isGeneral) return generalNumber(value, conventions);
  const pattern = patternOf(format, conventions);
  return isDateFormat(format)
    ? formatSerial(value, pattern)
    : formatNumberPattern(value, pattern, conventions);
}
