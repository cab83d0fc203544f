/**
 * What a monitoring system reads: one line with a status, a text and figures, further lines for people,
 * and an exit code.
 *
 * @see https://www.monitoring-plugins.org/doc/guidelines.html
 * @module
 */

import { must } from "../base/assert.ts";

/** The four words of the convention, at the index that is their exit code. */
export const PLUGIN_STATUSES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"] as const;
export type PluginStatus = typeof PLUGIN_STATUSES[number];

/** From the best to the worst. What is known to be bad counts more than what is not known. */
const SEVERITY: readonly PluginStatus[] = ["OK", "UNKNOWN", "WARNING", "CRITICAL"];

/** From which value on somebody should look. A value on the border is still fine. */
export interface Threshold {
  /** Which side of the border is bad. */
  readonly bad: "above" | "below";
  /** null: there is no warning. */
  readonly warn: number | null;
  /** null: it never gets critical. */
  readonly crit: number | null;
}

/** A measurement with its thresholds. */
export interface Figure {
  readonly value: number;
  /** Seconds, percent, bytes, or a plain number. */
  readonly unit: "s" | "%" | "B" | "";
  readonly threshold: Threshold;
}

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** The tab it is about; null: the whole mirror. */
  readonly tab: string | null;
  readonly status: PluginStatus;
  /** A sentence without a full stop, for the person on call. */
  readonly message: string;
  /** null: there is nothing to measure, or nothing was measured. */
  readonly figure: Figure | null;
}

/** The status of the whole: the worst of its parts. */
export function worstStatus(statuses: Iterable<PluginStatus>): PluginStatus {
  let worst = 0;
  for (const status of statuses) worst = Math.max(worst, SEVERITY.indexOf(status));
  return must(SEVERITY[worst], "status");
}

/** The status that a value has by its thresholds. */
export function judge(value: number, { bad, warn, crit }: Threshold): PluginStatus {
  const isBeyond = (border: number | null) =>
    border !== null && (bad === "above" ? value > border : value < border);
  if (isBeyond(crit)) return "CRITICAL";
  return isBeyond(warn) ? "WARNING" : "OK";
}

/** The exit code by which a monitoring system knows the status. */
export function pluginExitCode(status: PluginStatus): 0 | 1 | 2 | 3 {
  switch (status) {
    case "OK":
      return 0;
    case "WARNING":
      return 1;
    case "CRITICAL":
      return 2;
    case "UNKNOWN":
      return 3;
  }
}

/**
 * The output: `ATLAS-MIRROR STATUS: text | figures`, then a line for every check.
 *
 * ```ts
 * import { pluginOutput } from "./plugin_output.ts";
 *
 * const threshold = { bad: "above", warn: 60, crit: 300 } as const;
 * const [first] = pluginOutput([{
 *   name: "daemon",
 *   tab: null,
 *   status: "OK",
 *   message: "the daemon is alive",
 *   figure: { value: 12, unit: "s", threshold },
 * }]).split("\n");
 * if (first !== "ATLAS-MIRROR OK: 1 check passed | 'daemon'=12s;60;300;0;") throw new Error(first);
 * ```
 */
export function pluginOutput(checks: readonly Check[]): string {
  const status = worstStatus(checks.map((check) => check.status));
  const figures = checks.flatMap(perfdata).join(" ");
  const first = `ATLAS-MIRROR ${status}: ${plain(summary(checks))}`;
  return [
    figures === "" ? first : `${first} | ${figures}`,
    ...checks.map((check) => plain(`[${check.status}] ${label(check)}: ${check.message}`)),
    "",
  ].join("\n");
}

function summary(checks: readonly Check[]): string {
  const bad = checks.filter(({ status }) => status !== "OK")
    .toSorted((a, b) => SEVERITY.indexOf(b.status) - SEVERITY.indexOf(a.status));
  const [worst] = bad;
  if (worst === undefined) return `${checks.length} check${checks.length === 1 ? "" : "s"} passed`;
  const more = bad.length - 1;
  return `${label(worst)}: ${worst.message}${more === 0 ? "" : ` (and ${more} more)`}`;
}

function label({ name, tab }: Check): string {
  return tab === null ? name : `${name} ${tab}`;
}

function perfdata(check: Check): string[] {
  if (check.figure === null) return [];
  const { value, unit, threshold } = check.figure;
  const { warn, crit } = threshold;
  // The label may hold neither the quote that ends it nor the sign that follows it.
  const name = plain(label(check)).replace(/['=]/g, "_");
  const most = unit === "%" ? "100" : "";
  return [
    `'${name}'=${decimal(value)}${unit};${range(warn, threshold)};${
      range(crit, threshold)
    };0;${most}`,
  ];
}

/** A range names what is fine: `20` is 0 to 20, `20:` is 20 and more. */
function range(border: number | null, { bad }: Threshold): string {
  if (border === null) return "";
  return bad === "above" ? decimal(border) : `${decimal(border)}:`;
}

/** Plain decimals with a dot: no exponent, no sign that is not needed, three places at most. */
function decimal(value: number): string {
  return String(Number(value.toFixed(3)));
}

/** Text that cannot be taken for the start of the figures or for another line. */
function plain(text: string): string {
  return text.replaceAll("|", "/").replace(/\s+/g, " ").trim();
}

/** The stable form for programs: `--check-health --json`. */
export function checksJson(checks: readonly Check[]): unknown {
  return {
    status: worstStatus(checks.map(({ status }) => status)),
    checks: checks.map(({ name, tab, status, message, figure }) => ({
      name,
      ...(tab === null ? {} : { tab }),
      status,
      message,
      ...(figure === null ? {} : {
        value: figure.value,
        unit: figure.unit,
        ...(figure.threshold.warn === null ? {} : { warn: figure.threshold.warn }),
        ...(figure.threshold.crit === null ? {} : { crit: figure.threshold.crit }),
      }),
    })),
  };
}
