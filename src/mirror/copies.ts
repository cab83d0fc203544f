/** Further rows with the ID of one that stands: their text is kept before they leave. @module */

import { sha256Hex } from "../base/digest.ts";
import { plainValue } from "../sheets/snapshot.ts";
import { cleanIncoming } from "../text/incoming.ts";
import type { DatabaseRow } from "./input.ts";
import { cellText } from "./match.ts";
import { appendText, growthOf } from "./merge.ts";
import type { CellPlan, RowFinding, RowPlan } from "./plan.ts";
import { foundText } from "./rules.ts";
import { blankCell, humanTexts, isOpen, type StandingCase } from "./standing_case.ts";

/** Takes the human text out of further rows with the same ID. */
export function mergeCopies(
  subject: StandingCase,
  row: DatabaseRow,
  planned: readonly CellPlan[],
): { cells: readonly CellPlan[]; findings: RowFinding[]; rescued: RowPlan["rescued"] } {
  const { input, id, standing, base, copies } = subject;
  const cells = new Map(planned.map((cell) => [cell.field, cell]));
  const rescued: { field: string; text: string }[] = [];
  const findings: RowFinding[] = [];
  const ours = [row.cells, base?.cells ?? [], standing.row.cells.map(plainValue)];
  for (const copy of copies) {
    const texts = humanTexts(input.tab, copy, ours);
    const finding: RowFinding = {
      code: "MIRROR-DUPLICATE-ID",
      value: sha256Hex(JSON.stringify(texts), 8),
      reason: `${id} stood in a second row; its text was merged and the copy removed`,
    };
    const isRescued = isOpen(subject, finding);
    findings.push(finding);
    const system = new Set(
      input.tab.columns.flatMap(({ edit, field }) => edit === null ? field : []),
    );
    if (!isRescued) rescued.push(...texts.filter(({ field }) => system.has(field)));
    input.tab.columns.forEach((column, index) => {
      if (column.edit === null) return;
      const shown = row.cells[index] ?? "";
      const sheet = standing.row.cells[index] ?? "";
      const text = foundText(copy.cells[index] ?? "");
      if (text === "" || text === cellText(shown) || text === foundText(sheet)) return;
      const isFormula = text !== cellText(copy.cells[index] ?? "");
      if (column.edit.rule !== "append" || isFormula) {
        if (!isRescued) rescued.push({ field: column.field, text });
        return;
      }
      const cell = cells.get(column.field);
      const stored = row.values[column.field] ?? null;
      const current = cell?.store?.to ?? stored ?? "";
      const growth = growthOf(
        [cellText(shown), cellText(sheet), current].join("\n"),
        cleanIncoming(text),
      );
      if (growth.kind === "none") return;
      const to = appendText(current, growth.kind === "lines" ? growth.text : growth.line);
      cells.set(column.field, {
        ...(cell ?? blankCell(column, index, plainValue(sheet))),
        verdict: "merged",
        reason: "text of a second row with the same ID",
        found: cell?.found ?? text,
        show: { kind: "text", text: to },
        store: { from: stored, to },
      });
    });
  }
  return { cells: [...cells.values()], findings, rescued };
}
