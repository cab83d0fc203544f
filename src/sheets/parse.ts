/**
 * Answers of `spreadsheets.get`, and of a batch that brings the state after it, as snapshots. Every
 * field is checked here once; behind this file nothing knows how Google spells a cell.
 *
 * @module
 */

import type { sheets_v4 } from "@googleapis/sheets";
import { z } from "zod";
import { AtlasError } from "../base/errors.ts";
import { type Anchor, anchor, ANCHOR_MAX, type CellValue } from "../contract/cell.ts";
import type { Column, Tab } from "../contract/schema.ts";
import { ANCHOR_KEY, MARK_KEY } from "./anchors.ts";
import {
  type Mark,
  NO_NOTES,
  plainValue,
  type SheetCell,
  type SheetProperties,
  type SheetRow,
  type SpreadsheetSnapshot,
  type TabSnapshot,
} from "./snapshot.ts";

const extendedValue = z.object({
  stringValue: z.string().optional(),
  numberValue: z.number().optional(),
  boolValue: z.boolean().optional(),
  formulaValue: z.string().optional(),
  errorValue: z.looseObject({}).optional(),
});

const cellSchema = z.object({
  userEnteredValue: extendedValue.optional(),
  effectiveValue: extendedValue.optional(),
  formattedValue: z.string().optional(),
  note: z.string().optional(),
});

export const metadataSchema = z.object({
  metadataId: z.int(),
  metadataKey: z.string().default(""),
  metadataValue: z.string().default(""),
});

const gridSchema = z.object({
  // Zeros are left out of answers, here and everywhere else.
  startRow: z.int().default(0),
  startColumn: z.int().default(0),
  rowData: z.array(z.object({ values: z.array(cellSchema).default([]) })).default([]),
  rowMetadata: z.array(z.object({ developerMetadata: z.array(metadataSchema).default([]) }))
    .default([]),
});

export const sheetPropertiesSchema = z.object({
  sheetId: z.int().default(0),
  title: z.string(),
  // An object sheet (a chart on a tab of its own) has no grid.
  gridProperties: z.object({
    rowCount: z.int().default(0),
    columnCount: z.int().default(0),
    frozenRowCount: z.int().default(0),
  }).prefault({}),
});

const spreadsheetSchema = z.object({
  properties: z.object({ title: z.string().default(""), timeZone: z.string() }),
  developerMetadata: z.array(metadataSchema).default([]),
  sheets: z.array(z.object({
    properties: sheetPropertiesSchema,
    data: z.array(gridSchema).default([]),
  })).default([]),
});

const markSchema = z.object({ uuid: z.string().min(1), epoch: z.int().nonnegative() });

type Cell = z.infer<typeof cellSchema>;
type Grid = z.infer<typeof gridSchema>;

/**
 * A spreadsheet read with the mask for full reads.
 *
 * @param answer What Google sent.
 * @param tabOf The contract's tab for a sheet; undefined: its cells are of no interest.
 * @throws {AtlasError} `malformed-answer`, naming the field that is not as documented.
 */
export function parseSpreadsheet(
  answer: sheets_v4.Schema$Spreadsheet,
  tabOf: (sheet: SheetProperties) => Tab | undefined,
): SpreadsheetSnapshot {
  const { properties, developerMetadata, sheets } = checked(spreadsheetSchema, answer);
  const tabs = new Map<number, TabSnapshot>();
  for (const sheet of sheets) {
    const stands = propertiesOf(sheet.properties);
    const tab = tabOf(stands);
    const [grid] = sheet.data;
    if (tab !== undefined && grid !== undefined) {
      tabs.set(stands.sheetId, parseTab(tab, stands, grid));
    }
  }
  return {
    title: properties.title,
    timeZone: properties.timeZone,
    marks: developerMetadata.flatMap(markOf),
    sheets: sheets.map((sheet) => propertiesOf(sheet.properties)),
    tabs,
  };
}

/** The rows of a quick read: values only, the header first. */
export function parseQuick(
  tab: Tab,
  sheetId: number,
  title: string,
  values: readonly (readonly CellValue[])[],
): TabSnapshot {
  const [header = [], ...below] = values;
  const rows = below.flatMap((row, position): SheetRow[] => {
    const cells = tab.columns.map((_, column) => row[column] ?? "");
    if (cells.every((cell) => cell === "")) return [];
    return [{ index: position + 1, anchors: [], cells, extra: [], notes: NO_NOTES }];
  });
  return {
    depth: "quick",
    sheetId,
    title,
    header: tab.columns.map((_, column) => String(header[column] ?? "")),
    rows,
    rowCount: 0,
  };
}

/** A part of an answer by its schema, or an error that names the field which is wrong. */
export function checked<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new AtlasError(
    "malformed-answer",
    "Cannot read the spreadsheet: the answer is not of the documented shape " +
      `(${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`,
    { hint: "Check whether a proxy stands between this host and Google." },
  );
}

/** A sheet's properties without what only `--setup` needs. */
export function propertiesOf(properties: z.infer<typeof sheetPropertiesSchema>): SheetProperties {
  const { sheetId, title, gridProperties } = properties;
  const { rowCount, columnCount } = gridProperties;
  return { sheetId, title, rowCount, columnCount };
}

/** The mark in a piece of metadata; none where it is something else, or not what we write. */
export function markOf(metadata: z.infer<typeof metadataSchema>): readonly Mark[] {
  if (metadata.metadataKey !== MARK_KEY) return [];
  try {
    const mark = markSchema.safeParse(JSON.parse(metadata.metadataValue));
    return mark.success ? [mark.data] : [];
  } catch {
    return [];
  }
}

function parseTab(tab: Tab, stands: SheetProperties, grid: Grid): TabSnapshot {
  const width = tab.columns.length;
  const rows: SheetRow[] = [];
  const count = Math.max(grid.rowData.length, grid.rowMetadata.length);
  for (let position = 0; position < count; position++) {
    const index = grid.startRow + position;
    if (index === 0) continue;
    const values = grid.rowData[position]?.values ?? [];
    const at = (column: number) => values[column - grid.startColumn];
    const cells = tab.columns.map((column, number) => parseCell(at(number), column));
    const anchors = (grid.rowMetadata[position]?.developerMetadata ?? []).flatMap(anchorOf);
    if (anchors.length === 0 && cells.every((cell) => cell === "")) continue;
    const beyond = values.slice(Math.max(0, width - grid.startColumn));
    const notes = parseNotes(width, at);
    rows.push({ index, anchors, cells, extra: withoutTail(beyond.map(extraValue)), notes });
  }
  const first = grid.startRow === 0 ? grid.rowData[0]?.values ?? [] : [];
  return {
    depth: "full",
    sheetId: stands.sheetId,
    title: stands.title,
    header: tab.columns.map((_, column) => first[column - grid.startColumn]?.formattedValue ?? ""),
    rows,
    rowCount: stands.rowCount,
  };
}

function parseNotes(
  width: number,
  at: (column: number) => Cell | undefined,
): ReadonlyMap<number, string> {
  let notes: Map<number, string> | null = null;
  for (let column = 0; column < width; column++) {
    const note = at(column)?.note ?? "";
    if (note !== "") (notes ??= new Map()).set(column, note);
  }
  return notes ?? NO_NOTES;
}

/** A cell of a column of the contract. */
function parseCell(cell: Cell | undefined, column: Column): SheetCell {
  if (cell === undefined) return "";
  const value = valueOf(cell);
  const formatted = cell.formattedValue ?? String(value);
  const formula = cell.userEnteredValue?.formulaValue ?? null;
  const isError = cell.effectiveValue?.errorValue !== undefined;
  const isStrayNumber = typeof value === "number" && column.type !== "datetime";
  if (formula === null && !isError && !isStrayNumber) return value;
  return { value, formatted, formula };
}

/** A cell to the right of the contract's columns: what a person sees there, where it is a formula. */
function extraValue(cell: Cell): CellValue {
  const isError = cell.effectiveValue?.errorValue !== undefined;
  return isError ? cell.formattedValue ?? "" : plainValue(valueOf(cell));
}

/** The value a cell comes to; an error comes to nothing. */
function valueOf(cell: Cell): CellValue {
  const value = cell.effectiveValue ?? cell.userEnteredValue;
  return value?.stringValue ?? value?.numberValue ?? value?.boolValue ?? "";
}

function anchorOf(metadata: z.infer<typeof metadataSchema>): readonly Anchor[] {
  const { metadataKey, metadataId } = metadata;
  const isOurs = metadataKey === ANCHOR_KEY && metadataId >= 1 && metadataId <= ANCHOR_MAX;
  return isOurs ? [anchor(metadataId)] : [];
}

function withoutTail(cells: readonly CellValue[]): readonly CellValue[] {
  return cells.slice(0, 1 + cells.findLastIndex((cell) => cell !== ""));
}
