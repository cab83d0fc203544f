/** Narrows a plan to one direction, without losing what the other has to do later. @module */

import type { Tab } from "../contract/schema.ts";
import type { CellPlan, RowPlan, TabPlan } from "./plan.ts";

/** Which way a cycle works. */
export type CycleDirection =
  /** Import first, then export. */
  | "both"
  /** Into the database only. What the sheet still has to show stays an open intent. */
  | "import"
  /** Into the sheet only. Cells with a human's edit are left as they are, and so are their rows. */
  | "export";

/** The part of the plan that goes one way. */
export function limitTo(direction: CycleDirection, plan: TabPlan): TabPlan {
  switch (direction) {
    case "both":
      return plan;
    case "import":
      return {
        ...plan,
        rows: plan.rows.map((row) => importOnly(plan.tab, row)).filter((row) => row !== null),
      };
    case "export":
      return {
        ...plan,
        rows: plan.rows.map((row) => exportOnly(plan.tab, row)).filter((row) => row !== null),
        // What a human wrote is not answered here, so nothing that was said about it is over.
        cured: [],
      };
  }
}

/** Whether the mirror answers to something a human did in a column of theirs. */
function answersHuman(tab: Tab, { verdict, found, store, column }: CellPlan): boolean {
  if (tab.columns[column]?.edit === null) return false;
  return store !== null || verdict === "refused" || verdict === "conflict" ||
    (verdict === "restored" && found !== null);
}

function importOnly(tab: Tab, row: RowPlan): RowPlan | null {
  if (row.action.kind === "add" || row.action.kind === "forget") return null;
  const cells = row.cells.filter((cell) => answersHuman(tab, cell) || cell.verdict === "agreed");
  if (cells.length === 0 && row.rescued.length === 0) return null;
  return { ...row, cells };
}

/** Findings for which every cell of the row is set back to the database. */
const RESETS: ReadonlySet<string> = new Set(["MIRROR-SCRAMBLED", "MIRROR-ROW-REMOVED"]);

function isBinding({ columns }: Tab, { column }: CellPlan): boolean {
  const edit = columns[column]?.edit;
  return edit?.rule === "transition" && edit.binds;
}

function exportOnly(tab: Tab, row: RowPlan): RowPlan | null {
  const cells = row.cells.filter((cell) => !answersHuman(tab, cell));
  const isTouched = row.copies.length > 0 || cells.length < row.cells.length;
  // A decision binds to what the row shows, so that does not change before the decision was judged.
  if (row.cells.some((cell) => answersHuman(tab, cell) && isBinding(tab, cell))) return null;
  // What would leave with the row is rescued only by an import; until then the row stays.
  if (row.action.kind === "remove" && (isTouched || row.rescued.length > 0)) return null;
  if (cells.length === 0 && row.action.kind === "standing" && isTouched) return null;
  // Half of it set back, a row with another row's texts would look as if these were its own.
  if (isTouched && row.findings.some(({ code }) => RESETS.has(code))) return null;
  const answered = new Set(
    row.cells.filter((cell) => !cells.includes(cell)).map(({ column }) => column),
  );
  const notes = row.notes.filter(({ column }) => !answered.has(column));
  // The text of a copy is merged only by an import; until then the copy stays, and nothing is said of it.
  const findings = row.findings.filter(({ code }) => code !== "MIRROR-DUPLICATE-ID");
  return {
    ...row,
    cells,
    notes,
    findings,
    copies: [],
    update: null,
    explanations: [],
    rescued: [],
  };
}
