/**
 * Answers of `spreadsheets.get`, and of a batch that brings the state after it, as snapshots. Every
 * field is checked here or in `grid.ts`, once; behind this file nothing knows how Google spells a cell.
 *
 * @module
 */

import type { sheets_v4 } from "@googleapis/sheets";
import * as z from "zod";
import { AtlasError } from "../base/errors.ts";
import type { Tab } from "../contract/schema.ts";
import { MARK_KEY } from "./anchors.ts";
import { readGrid } from "./grid.ts";
import { ShapeError } from "./shape.ts";
import {
  type Mark,
  NO_NOTES,
  type SheetProperties,
  type SheetRow,
  type SpreadsheetSnapshot,
  type TabSnapshot,
} from "./snapshot.ts";
import type { ValueRows } from "./values.ts";

export const metadataSchema = z.object({
  metadataId: z.int(),
  metadataKey: z.string().default(""),
  metadataValue: z.string().default(""),
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
  // The cells are checked by hand, where there are any.
  sheets: z.array(z.object({ properties: sheetPropertiesSchema, data: z.unknown().optional() }))
    .default([]),
});

const markSchema = z.object({ uuid: z.string().min(1), epoch: z.int().nonnegative() });

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
  for (const [position, sheet] of sheets.entries()) {
    const stands = propertiesOf(sheet.properties);
    const tab = tabOf(stands);
    if (tab === undefined) continue;
    const grid = decoded(() => readGrid(tab, sheet.data, `sheets.${position}.data`));
    if (grid === undefined) continue;
    const { sheetId, title, rowCount } = stands;
    tabs.set(sheetId, { depth: "full", sheetId, title, rowCount, ...grid });
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
  values: ValueRows,
): TabSnapshot {
  const [header = []] = values;
  const rows: SheetRow[] = [];
  for (let index = 1; index < values.length; index++) {
    const row = values[index] ?? [];
    const cells = tab.columns.map((_, column) => row[column] ?? "");
    if (cells.every((cell) => cell === "")) continue;
    rows.push({ index, anchors: [], cells, extra: [], notes: NO_NOTES });
  }
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
  throw malformed(issue?.path.join(".") ?? "", issue?.message ?? "");
}

/** What was decoded by hand, or an error that names the field which is wrong. */
function decoded<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw thrown instanceof ShapeError ? malformed(thrown.path, thrown.message) : thrown;
  }
}

function malformed(path: string, why: string): AtlasError {
  return new AtlasError(
    "malformed-answer",
    `Cannot read the spreadsheet: the answer is not of the documented shape (${path}: ${why})`,
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
