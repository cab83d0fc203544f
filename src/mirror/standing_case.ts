/** What is known about a row that stands in the sheet, and what is asked of it more than once. @module */

import { type CellValue, type RowId, sameCell } from "../contract/cell.ts";
import type { Column, Tab } from "../contract/schema.ts";
import type { SheetRow } from "../sheets/snapshot.ts";
import type { BaseRow, Finding } from "../store/records.ts";
import type { DatabaseRow, TabInput } from "./input.ts";
import type { Standing } from "./match.ts";
import type { CellPlan, RowFinding, RowPlan } from "./plan.ts";
import { foundText } from "./rules.ts";

/** A row of the sheet with everything that is known about it. */
export interface StandingCase {
  readonly input: TabInput;
  readonly id: RowId;
  readonly standing: Standing;
  /** Null: the database has no such row any more. */
  readonly row: DatabaseRow | null;
  /** Null: the two sides meet for the first time. */
  readonly base: BaseRow | null;
  readonly copies: readonly SheetRow[];
  /** What earlier cycles found in the row and is not cured yet. */
  readonly open: readonly Finding[];
}

/** Whether an earlier cycle found the same and could not finish: then the audit has its texts. */
export function isOpen({ open }: StandingCase, { code, value }: RowFinding): boolean {
  return open.some((finding) =>
    finding.column === "" && finding.code === code && finding.value === value
  );
}

/**
 * What humans wrote into a row, column by column: everything in their own columns, and in those of the
 * database what neither of `ours` has there.
 */
export function humanTexts(
  tab: Tab,
  row: SheetRow,
  ours: readonly (readonly CellValue[])[],
): RowPlan["rescued"] {
  return tab.columns.flatMap((column, index) => {
    const cell = row.cells[index] ?? "";
    const text = foundText(cell);
    const isOurs = column.edit === null && typeof cell !== "object" &&
      ours.some((cells) => sameCell(cell, cells[index] ?? ""));
    return isOurs || text === "" ? [] : [{ field: column.field, text }];
  });
}

/** A cell that shows and stores what it did, for one that is about to be given more. */
export function blankCell(column: Column, index: number, before: CellValue): CellPlan {
  return {
    field: column.field,
    header: column.header,
    column: index,
    verdict: "merged",
    code: null,
    reason: "the mirror explains why an edit was refused",
    found: null,
    before,
    show: { kind: "keep" },
    store: null,
  };
}
