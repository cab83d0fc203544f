/**
 * What the mirror uses, what recorded traffic proves of it, and what rests on Google's documents alone.
 *
 * @module
 */

import type { PlayedStep } from "./replay.ts";
import { addExchange, callName, type PartName, type Surface } from "./surface.ts";
import type { Usage } from "./usage.ts";

/** How well one call, or one kind of request, is known. */
export interface Coverage {
  readonly name: PartName;
  readonly usedBy: "mirror" | "probe";
  /** Recorded steps, or requests within them, that the embedded spreadsheet answered alike. */
  readonly recorded: number;
  /** How many fields the user of it sends or reads. */
  readonly fields: number;
  /** How many of them stand in a recorded step that was answered alike. */
  readonly proven: number;
  /** The others, each branch without a proven field as one. */
  readonly unproven: readonly string[];
}

/** Fields of answers that nothing in the program looks at. */
const UNREAD = /^→ (replies|spreadsheetId|totalUpdated)/;

/** The coverage of everything that is used, calls first, then by name. */
export function measureCoverage(usage: Usage, played: readonly PlayedStep[]): readonly Coverage[] {
  const recorded: Surface = new Map();
  for (const { step, differences } of played) {
    if (differences.length > 0 || step.status !== 200) continue;
    const { method, path, request_body: body, response_body: answer } = step;
    addExchange(recorded, { method, path: path.replace("{SSID}", "id"), body, answer });
  }
  const byUser = (["mirror", "probe"] as const).flatMap((usedBy) =>
    [...usage[usedBy]].filter(([name]) => usedBy === "mirror" || !usage.mirror.has(name))
      .map(([name, part]) => ({ name, usedBy, part }))
  );
  return byUser.map(({ name, usedBy, part }) => {
    const fields = [...part.fields].filter((field) => !UNREAD.test(field));
    const known = recorded.get(name);
    const proven = fields.filter((field) => known?.fields.has(field));
    return {
      name,
      usedBy,
      recorded: known?.count ?? 0,
      fields: fields.length,
      proven: proven.length,
      unproven: branches(fields.filter((field) => !proven.includes(field)), proven),
    };
  }).sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

const rank = ({ name, usedBy }: Coverage) =>
  (usedBy === "probe" ? 2 : 0) + (name.startsWith("spreadsheets.") ? 0 : 1);

/** The fields, those of a branch in which nothing is proven told as the branch. */
function branches(unproven: readonly string[], proven: readonly string[]): readonly string[] {
  const shortest = unproven.map((field) => {
    const steps = field.split(".");
    for (let depth = 1; depth < steps.length; depth++) {
      const branch = steps.slice(0, depth).join(".");
      const isKnown = proven.some((other) => other === branch || other.startsWith(`${branch}.`));
      if (!isKnown) return branch;
    }
    return field;
  });
  return [...new Set(shortest)].sort();
}

/** Steps that touch a call or a kind of request the mirror uses and were not answered alike. */
export function failures(usage: Usage, played: readonly PlayedStep[]): readonly PlayedStep[] {
  const isUsed = (name: PartName) => usage.mirror.has(name) || usage.probe.has(name);
  return played.filter(({ step, differences }) =>
    differences.length > 0 && partsOf(step).some(isUsed)
  );
}

function partsOf({ method, path, request_body }: PlayedStep["step"]): readonly PartName[] {
  const seen: Surface = new Map();
  addExchange(seen, { method, path, body: request_body, answer: null });
  return [callName(method, path), ...seen.keys()];
}

/** Between these lines of `docs/fidelity.md` stands {@linkcode coverageTable}. */
export const TABLE_BEGIN = "<!-- coverage: written by deno task conformance --write -->";
export const TABLE_END = "<!-- end of coverage -->";

/** The coverage as a table in Markdown, not yet aligned. */
export function coverageTable(coverage: readonly Coverage[]): string {
  const rows = coverage.map((one) => [
    code(one.name),
    one.usedBy,
    `${one.recorded}`,
    `${one.proven} of ${one.fields}`,
    alone(one),
  ]);
  const head = ["call or request", "used by", "recorded", "fields proven", "on documents alone"];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** What of it rests on documents alone. */
function alone({ recorded, unproven }: Coverage): string {
  if (recorded === 0) return "everything";
  return unproven.length === 0 ? "nothing" : unproven.map(code).join(", ");
}

const code = (text: string) => `\`${text}\``;

/** The figures in a few lines. */
export function summary(coverage: readonly Coverage[]): string {
  const proven = coverage.filter(({ recorded, unproven }) => recorded > 0 && unproven.length === 0);
  const unproven = coverage.filter(({ recorded }) => recorded === 0);
  const sum = (pick: (one: Coverage) => number) =>
    coverage.reduce((all, one) => all + pick(one), 0);
  return [
    `${coverage.length} calls and kinds of requests are used: ${proven.length} proven whole, ` +
    `${coverage.length - proven.length - unproven.length} in part, ${unproven.length} not recorded`,
    `${sum(({ fields }) => fields)} fields are used: ${sum(({ proven }) => proven)} proven`,
  ].join("\n");
}
