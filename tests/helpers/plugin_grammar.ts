/**
 * The grammar of the Monitoring Plugins, written down a second time and from its text alone, so that
 * what the program prints is read as Nagios and its heirs read it.
 *
 * @see https://www.monitoring-plugins.org/doc/guidelines.html#AEN200
 * @see https://nagios-plugins.org/doc/guidelines.html#THRESHOLDFORMAT
 * @module
 */

import assert from "node:assert/strict";

/** A range as it was read; `inside`: the alert is raised inside of it. */
export interface PluginRange {
  readonly start: number;
  readonly end: number;
  readonly inside: boolean;
}

/** One figure. */
export interface Perfdata {
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  readonly warn: PluginRange | null;
  readonly crit: PluginRange | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** What a plugin said. */
export interface PluginOutput {
  readonly service: string;
  readonly status: string;
  readonly text: string;
  readonly perfdata: readonly Perfdata[];
  readonly longText: readonly string[];
}

/** Reads the whole output; fails where it is not of the grammar. */
export function parsePluginOutput(output: string): PluginOutput {
  const [first = "", ...rest] = output.split("\n");
  assert.equal(rest.pop(), "", "the last line has no end");
  const parts = first.split("|");
  assert(parts.length <= 2, `more than one bar: ${first}`);
  const [head = "", figures = ""] = parts;
  const match = /^([A-Z][A-Z-]*) (OK|WARNING|CRITICAL|UNKNOWN): (.*)$/s.exec(head.trimEnd());
  assert(match !== null, `not "SERVICE STATUS: text": ${head}`);
  for (const line of rest) assert(!line.includes("|"), `figures in a further line: ${line}`);
  const [, service = "", status = "", text = ""] = match;
  return { service, status, text, perfdata: parsePerfdata(figures), longText: rest };
}

function parsePerfdata(text: string): Perfdata[] {
  const figures: Perfdata[] = [];
  const one =
    /\s*(?:'((?:[^'=]|'')+)'|([^\s'=]+))=(-?[0-9]+(?:\.[0-9]+)?)(s|us|ms|%|B|KB|MB|TB|c|)(?:;([^;\s]*))?(?:;([^;\s]*))?(?:;([^;\s]*))?(?:;([^;\s]*))?(?=\s|$)/uy;
  while (text.slice(one.lastIndex).trim() !== "") {
    const at = one.lastIndex;
    const match = one.exec(text);
    assert(match !== null, `not a figure: ${text.slice(at)}`);
    const [, quoted, bare, value, unit = "", warn, crit, min, max] = match;
    figures.push({
      label: quoted ?? bare ?? "",
      value: Number(value),
      unit,
      warn: parseRange(warn),
      crit: parseRange(crit),
      min: parseBorder(min),
      max: parseBorder(max),
    });
  }
  return figures;
}

const NUMBER = "-?[0-9]+(?:\\.[0-9]+)?";

function parseRange(text: string | undefined): PluginRange | null {
  if (text === undefined || text === "") return null;
  const match = new RegExp(`^(@)?(?:(~|${NUMBER})?(:))?(${NUMBER})?$`).exec(text);
  assert(match !== null && text !== "@", `not a range: ${text}`);
  const [, inside, start, colon, end] = match;
  assert(colon !== undefined || end !== undefined, `not a range: ${text}`);
  return {
    start: start === "~" ? -Infinity : Number(start ?? 0),
    end: end === undefined ? Infinity : Number(end),
    inside: inside !== undefined,
  };
}

function parseBorder(text: string | undefined): number | null {
  if (text === undefined || text === "") return null;
  assert.match(text, new RegExp(`^${NUMBER}$`));
  return Number(text);
}

/** Whether a range raises an alert for the value. */
export function rangeAlerts(range: PluginRange | null, value: number): boolean {
  if (range === null) return false;
  const isInside = value >= range.start && value <= range.end;
  return range.inside ? isInside : !isInside;
}
