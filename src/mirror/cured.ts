/** Which findings of earlier cycles are over: by an answer of the mirror's, or by looking again. @module */

import type { SheetRow } from "../sheets/snapshot.ts";
import type { Finding } from "../store/records.ts";
import { findingKind } from "./findings.ts";
import { findingKey, type TabInput } from "./input.ts";
import { keyText, type Match } from "./match.ts";
import type { CellPlan, RowPlan, StrayFinding, TabPlan } from "./plan.ts";

/** Everything that was found by the plan, in its cells, rows and strays. */
export function findingsOf(
  { tab, rows, strays }: Pick<TabPlan<unknown>, "tab" | "rows" | "strays">,
): Finding[] {
  const { title } = tab;
  return [
    ...rows.flatMap(({ id, cells, findings }) => [
      ...cells.flatMap(({ field, code, found, reason }): Finding[] =>
        code === null
          ? []
          : [{ tab: title, row: id, column: field, code, value: found ?? "", reason }]
      ),
      ...findings.map((finding): Finding => ({ tab: title, row: id, column: "", ...finding })),
    ]),
    ...strays.map((stray): Finding => ({ tab: title, column: "", ...stray })),
  ];
}

/** The open findings that the plan, or the look it was made from, shows to be over. */
export function findCured(
  input: TabInput,
  match: Match,
  plan: {
    readonly rows: readonly RowPlan[];
    /** All of them, those that were told before included. */
    readonly strays: readonly StrayFinding[];
    readonly held: TabPlan["held"];
  },
): Finding[] {
  if (input.reported.length === 0) return [];
  const { tab } = input;
  const found = new Set(findingsOf({ tab, ...plan }).map(findingKey));
  const held = new Set(plan.held.map(({ id, reason }) => JSON.stringify([id, reason])));
  const rows = new Map(plan.rows.map((row) => [String(row.id), row]));
  const standing = new Set([...match.standing.keys()].map(String));
  return input.reported.filter((finding) => {
    if (found.has(findingKey(finding))) return false;
    if (finding.code === "MIRROR-INVALID-ROW") {
      return !held.has(JSON.stringify([finding.row, finding.value]));
    }
    if (input.sheet.depth === "quick") {
      if (finding.code === "MIRROR-UNANCHORED") return true;
      return finding.code === "MIRROR-UNKNOWN-ID" && match.unknown.every(hasPlainKey);
    }
    if (findingKind(finding.code)?.until !== "next-verdict") return true;
    const row = rows.get(finding.row);
    if (!standing.has(finding.row) || row?.action.kind === "remove") return true;
    return row !== undefined && isAnswered(finding, row.cells);
  });
}

/** A number in the key column is named as people see it, which a quick look does not tell. */
export function hasPlainKey(row: SheetRow): boolean {
  return row.cells[0] === keyText(row);
}

/** Whether a later verdict of the mirror has taken the place of the one the finding is about. */
export function isAnswered(finding: Finding, cells: readonly CellPlan[]): boolean {
  return cells.some(({ field, verdict, code, found }) =>
    verdict !== "caught-up" &&
    (finding.column === field
      ? code !== finding.code || (found ?? "") !== finding.value
      : finding.column === "" && verdict !== "restored")
  );
}
