/** What of the rules the tables cover: tab by column by verdict, the rules of rows, the guards. @module */

import assert from "node:assert/strict";
import { atlas } from "../../src/contract/atlas.ts";
import type { Column } from "../../src/contract/schema.ts";
import { ACCEPTABLE_GUARDS, type GuardName } from "../../src/mirror/findings.ts";
import type { CellVerdict } from "../../src/mirror/plan.ts";
import { GUARD_RULES } from "./guard_rules.ts";
import { parseTable, word } from "./parse_table.ts";
import { ROW_RULES } from "./row_rules.ts";
import { CELL_RULES, FIRST_MEETING_RULES, INTERRUPTED_RULES } from "./table.ts";

const VERDICTS = {
  "quiet": "",
  "exported": "",
  "accepted": "",
  "merged": "",
  "refused": "",
  "restored": "",
  "conflict": "",
  "agreed": "",
  "normalised": "",
  "caught-up": "",
} as const satisfies Readonly<Record<CellVerdict | "quiet", "">>;

/** Why a verdict cannot be reached in a column; null: it can. */
function unreachable({ field, edit }: Column, verdict: keyof typeof VERDICTS): string | null {
  if (edit === null) {
    if (field === "id" && verdict === "exported") return "another ID is another row";
    return ["accepted", "merged", "refused", "conflict", "normalised"].includes(verdict)
      ? "what a human writes into a column of the database is put back: restored"
      : null;
  }
  switch (edit.rule) {
    case "append":
      return verdict === "conflict" ? "the texts of both sides are kept: merged" : null;
    case "replace":
    case "transition":
      return verdict === "merged"
        ? "where both sides changed it, the database wins: conflict"
        : null;
  }
}

/** Guards that have a test of their own, for they need more than a tab of thirty rows. */
const GUARDS_ELSEWHERE: readonly GuardName[] = ["adopt", "contract-changed"];

Deno.test("coverage: every verdict that a column can come to has a line in the tables", () => {
  const lines = [CELL_RULES, INTERRUPTED_RULES, FIRST_MEETING_RULES].flatMap(parseTable);
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [verdict = ""] = word(line, "verdict").split(" ");
    const key = `${line.tab.title} ${line.column.header} ${verdict}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const verdicts = Object.keys(VERDICTS) as (keyof typeof VERDICTS)[];
  const missing: string[] = [];
  const reasons = new Set<string>();
  const matrix = [" ".repeat(29) + verdicts.map((verdict) => verdict.padEnd(11)).join("")];
  for (const tab of atlas.tabs) {
    for (const column of tab.columns) {
      const cells = verdicts.map((verdict) => {
        const key = `${tab.title} ${column.header} ${verdict}`;
        const reason = unreachable(column, verdict);
        const count = counts.get(key) ?? 0;
        if (reason !== null) reasons.add(`${verdict}: ${reason}`);
        if (count === 0 && reason === null) missing.push(key);
        return (count > 0 ? String(count) : reason === null ? "MISSING" : "·").padEnd(11);
      });
      matrix.push(`${tab.title.padEnd(18)} ${column.header.padEnd(10)}${cells.join("")}`);
    }
  }
  console.log([`${lines.length} lines`, ...matrix, "· unreachable:", ...reasons].join("\n"));
  assert.deepEqual(missing, []);
});

Deno.test("coverage: every guard is tripped", () => {
  const tripped = new Set<GuardName>([
    ...GUARD_RULES.map(({ guard }) => guard),
    ...GUARDS_ELSEWHERE,
  ]);
  const all: readonly GuardName[] = [...ACCEPTABLE_GUARDS, "structure", "database-damaged"];
  console.log(["guards:", ...all.map((guard) => `  ${guard}`)].join("\n"));
  assert.deepEqual(all.filter((guard) => !tripped.has(guard)), []);
});

Deno.test("coverage: every rule of rows is named once", () => {
  const names = ROW_RULES.map(({ name }) => name);
  console.log(["rules of rows:", ...names.map((name) => `  ${name}`)].join("\n"));
  assert.equal(new Set(names).size, names.length);
});
