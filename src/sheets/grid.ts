/**
 * The cells of an answer of `spreadsheets.get` as rows of a tab. Decoded by hand, for a large tab has
 * some hundred thousand of them.
 *
 * @see https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/sheets#GridData
 * @module
 */

import { type Anchor, anchor, ANCHOR_MAX, type CellValue } from "../contract/cell.ts";
import type { Column, Tab } from "../contract/schema.ts";
import { ANCHOR_KEY } from "./anchors.ts";
import { type Fields, fieldsOf, listOf, numberOf, ShapeError, textOf, wholeOf } from "./shape.ts";
import { NO_NOTES, type SheetCell, type SheetRow } from "./snapshot.ts";

/** What the data of a sheet show of a tab. */
export interface Grid {
  /** What a person sees in row 1, one text a column of the contract. */
  readonly header: readonly string[];
  readonly rows: readonly SheetRow[];
}

const NO_ANCHORS: readonly Anchor[] = [];
const NO_EXTRA: readonly CellValue[] = [];

/**
 * Reads the `data` of a sheet, one block for each range that was asked for; undefined: none.
 *
 * @param path Where the data stand in the answer, for messages.
 * @throws {ShapeError} where they are not as documented.
 */
export function readGrid(tab: Tab, data: unknown, path: string): Grid | undefined {
  const blocks = listOf(data, path);
  if (blocks.length === 0) return undefined;
  const rows: SheetRow[] = [];
  let header = tab.columns.map(() => "");
  for (const [number, block] of blocks.entries()) {
    header = readBlock(tab, block, `${path}.${number}`, rows) ?? header;
  }
  return { header, rows };
}

/** Adds the rows of a block to `rows`, and returns the header if it is in there. */
function readBlock(
  tab: Tab,
  block: unknown,
  path: string,
  rows: SheetRow[],
): string[] | undefined {
  const fields = fieldsOf(block, path);
  const startRow = wholeOf(fields?.["startRow"], `${path}.startRow`);
  const startColumn = wholeOf(fields?.["startColumn"], `${path}.startColumn`);
  const rowData = listOf(fields?.["rowData"], `${path}.rowData`);
  const rowMetadata = listOf(fields?.["rowMetadata"], `${path}.rowMetadata`);
  let header: string[] | undefined;
  for (let position = 0; position < Math.max(rowData.length, rowMetadata.length); position++) {
    const index = startRow + position;
    try {
      const values = listOf(fieldsOf(rowData[position], "")?.["values"], "values");
      if (index === 0) {
        header = tab.columns.map((_, column) => shownText(values[column - startColumn]));
        continue;
      }
      const anchors = readAnchors(rowMetadata[position]);
      const row = readRow(tab, index, anchors, values, startColumn);
      if (anchors.length > 0 || row.cells.some((cell) => cell !== "")) rows.push(row);
    } catch (thrown) {
      // The whole path is put together only where it is needed.
      if (!(thrown instanceof ShapeError)) throw thrown;
      const place = [path, `rowData.${position}`, thrown.path].filter((part) => part !== "");
      throw new ShapeError(place.join("."), thrown.expected);
    }
  }
  return header;
}

function readRow(
  tab: Tab,
  index: number,
  anchors: readonly Anchor[],
  values: readonly unknown[],
  startColumn: number,
): SheetRow {
  const width = tab.columns.length;
  let notes: Map<number, string> | null = null;
  const cells = tab.columns.map((column, number): SheetCell => {
    const fields = fieldsOf(values[number - startColumn], "values");
    if (fields === undefined) return "";
    const note = textOf(fields["note"], "values.note") ?? "";
    if (note !== "") (notes ??= new Map()).set(number, note);
    return readCell(fields, column);
  });
  const first = width - startColumn;
  const extra = values.length <= first ? NO_EXTRA : readExtra(values.slice(Math.max(0, first)));
  return { index, anchors, cells, extra, notes: notes ?? NO_NOTES };
}

/** A cell of a column of the contract. */
function readCell(fields: Fields, column: Column): SheetCell {
  const entered = fieldsOf(fields["userEnteredValue"], "values.userEnteredValue");
  const effective = fieldsOf(fields["effectiveValue"], "values.effectiveValue");
  const value = readValue(effective ?? entered);
  const shown = textOf(fields["formattedValue"], "values.formattedValue");
  const formula = textOf(entered?.["formulaValue"], "values.userEnteredValue.formulaValue") ?? null;
  const isStrayNumber = typeof value === "number" && column.type !== "datetime";
  if (formula === null && !isStrayNumber && !isError(effective)) return value;
  return { value, formatted: shown ?? String(value), formula };
}

/** Cells to the right of the contract's columns, without the empty tail. */
function readExtra(values: readonly unknown[]): readonly CellValue[] {
  const cells = values.map((value): CellValue => {
    const fields = fieldsOf(value, "values");
    const effective = fieldsOf(fields?.["effectiveValue"], "values.effectiveValue");
    if (isError(effective)) return shownText(value);
    const entered = fieldsOf(fields?.["userEnteredValue"], "values.userEnteredValue");
    return readValue(effective ?? entered);
  });
  return cells.slice(0, 1 + cells.findLastIndex((cell) => cell !== ""));
}

/** What a person sees in the cell. */
function shownText(cell: unknown): string {
  return textOf(fieldsOf(cell, "values")?.["formattedValue"], "values.formattedValue") ?? "";
}

function isError(effective: Fields | undefined): boolean {
  return fieldsOf(effective?.["errorValue"], "values.effectiveValue.errorValue") !== undefined;
}

/** The value an ExtendedValue comes to; an error comes to nothing. */
function readValue(value: Fields | undefined): CellValue {
  if (value === undefined) return "";
  const { stringValue, numberValue, boolValue } = value;
  const text = textOf(stringValue, "values.effectiveValue.stringValue");
  if (text !== undefined) return text;
  const number = numberOf(numberValue, "values.effectiveValue.numberValue");
  if (number !== undefined) return number;
  if (boolValue === undefined || typeof boolValue === "boolean") return boolValue ?? "";
  throw new ShapeError("values.effectiveValue.boolValue", "true or false");
}

function readAnchors(metadata: unknown): readonly Anchor[] {
  const list = listOf(fieldsOf(metadata, "rowMetadata")?.["developerMetadata"], "rowMetadata");
  if (list.length === 0) return NO_ANCHORS;
  return list.flatMap((entry) => {
    const { metadataId, metadataKey } = fieldsOf(entry, "rowMetadata") ?? {};
    const id = wholeOf(metadataId, "rowMetadata.metadataId");
    const isOurs = metadataKey === ANCHOR_KEY && id >= 1 && id <= ANCHOR_MAX;
    return isOurs ? [anchor(id)] : [];
  });
}
