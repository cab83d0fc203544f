/** What of the mirror's layout stands in a spreadsheet, read for `--setup`. @module */

import * as z from "zod";
import type { Contract } from "../contract/schema.ts";
import type { SheetsClient } from "./client.ts";
import { HEADER_FIELDS, LAYOUT_FIELDS } from "./fields.ts";
import { checked, markOf, metadataSchema, sheetPropertiesSchema } from "./parse.ts";
import { a1 } from "./ranges.ts";
import { findSheet } from "./read.ts";
import type { Mark } from "./snapshot.ts";

const rangeSchema = z.object({
  startRowIndex: z.int().default(0),
  endRowIndex: z.int().optional(),
  startColumnIndex: z.int().default(0),
  endColumnIndex: z.int().optional(),
});

const conditionSchema = z.object({
  type: z.string(),
  values: z.array(z.object({ userEnteredValue: z.string().default("") })).default([]),
});

const layoutSchema = z.object({
  properties: z.object({ timeZone: z.string() }),
  developerMetadata: z.array(metadataSchema).default([]),
  sheets: z.array(z.object({
    properties: sheetPropertiesSchema,
    protectedRanges: z.array(z.object({
      protectedRangeId: z.int(),
      description: z.string().default(""),
      range: rangeSchema.prefault({}),
      warningOnly: z.boolean().default(false),
      editors: z.object({ users: z.array(z.string()).default([]) }).prefault({}),
    })).default([]),
    filterViews: z.array(z.object({ filterViewId: z.int(), title: z.string().default("") }))
      .default([]),
    conditionalFormats: z.array(z.object({
      ranges: z.array(rangeSchema).default([]),
      booleanRule: z.object({ condition: conditionSchema }).optional(),
    })).default([]),
  })).default([]),
});

const headerSchema = z.object({
  sheets: z.array(z.object({
    properties: z.object({ sheetId: z.int().default(0) }),
    data: z.array(z.object({
      rowData: z.array(z.object({
        values: z.array(z.object({
          formattedValue: z.string().default(""),
          note: z.string().default(""),
          dataValidation: z.object({ condition: conditionSchema }).optional(),
          userEnteredFormat: z.object({
            numberFormat: z.object({ type: z.string(), pattern: z.string().default("") })
              .optional(),
          }).prefault({}),
        })).default([]),
      })).default([]),
    })).default([]),
  })).default([]),
});

export type GridRange = z.infer<typeof rangeSchema>;
export type LaidProtection = z.infer<
  typeof layoutSchema
>["sheets"][number]["protectedRanges"][number];
export type LaidView = z.infer<typeof layoutSchema>["sheets"][number]["filterViews"][number];
export type LaidColouring = z.infer<
  typeof layoutSchema
>["sheets"][number]["conditionalFormats"][number];
export type LaidCell = z.infer<
  typeof headerSchema
>["sheets"][number]["data"][number]["rowData"][number]["values"][number];

/** A sheet, with what the mirror may have put on it. */
export interface LaidSheet {
  readonly sheetId: number;
  readonly title: string;
  readonly rowCount: number;
  readonly columnCount: number;
  readonly frozenRows: number;
  readonly protections: readonly LaidProtection[];
  readonly views: readonly LaidView[];
  readonly colourings: readonly LaidColouring[];
  /** Row 1, and row 2 as a sample of those below; empty where the sheet is of no tab. */
  readonly header: readonly LaidCell[];
  readonly sample: readonly LaidCell[];
}

/** A spreadsheet as `--setup` finds it. */
export interface Layout {
  readonly timeZone: string;
  readonly marks: readonly Mark[];
  /** Every sheet, without its cells. */
  readonly sheets: readonly LaidSheet[];
  /** The sheets of the contract's tabs that stand, by the tab's title in the contract. */
  readonly tabs: ReadonlyMap<string, LaidSheet>;
}

/**
 * Reads the layout in two requests.
 *
 * @param known The sheets of the contract's tabs, as far as they were seen before.
 */
export async function readLayout(
  client: SheetsClient,
  contract: Contract,
  known: ReadonlyMap<string, number>,
  signal?: AbortSignal,
): Promise<Layout> {
  const answer = await client.get({ ranges: [], fields: LAYOUT_FIELDS }, signal);
  const layout = checked(layoutSchema, answer);
  const bare = layout.sheets.map((sheet): LaidSheet => ({
    sheetId: sheet.properties.sheetId,
    title: sheet.properties.title,
    rowCount: sheet.properties.gridProperties.rowCount,
    columnCount: sheet.properties.gridProperties.columnCount,
    frozenRows: sheet.properties.gridProperties.frozenRowCount,
    protections: sheet.protectedRanges,
    views: sheet.filterViews,
    colourings: sheet.conditionalFormats,
    header: [],
    sample: [],
  }));
  const standing = new Map<string, LaidSheet>();
  for (const { title } of contract.tabs) {
    const sheet = findSheet({ sheetId: known.get(title) ?? null, title }, bare) ??
      findSheet({ sheetId: null, title }, bare);
    if (sheet !== undefined) standing.set(title, sheet);
  }
  const cells = await readHeaders(client, [...standing.values()], signal);
  const dressed = new Map([...standing].map(([title, sheet]) => [
    title,
    { ...sheet, ...cells.get(sheet.sheetId) },
  ]));
  return {
    timeZone: layout.properties.timeZone,
    marks: layout.developerMetadata.flatMap(markOf),
    sheets: bare,
    tabs: dressed,
  };
}

async function readHeaders(
  client: SheetsClient,
  sheets: readonly LaidSheet[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, Pick<LaidSheet, "header" | "sample">>> {
  if (sheets.length === 0) return new Map();
  const ranges = sheets.map((sheet) => a1(sheet.title, sheet.rowCount > 1 ? "1:2" : "1:1"));
  const answer = await client.get({ ranges, fields: HEADER_FIELDS }, signal);
  return new Map(
    checked(headerSchema, answer).sheets.map(({ properties, data }) => {
      const [header, sample] = data[0]?.rowData ?? [];
      return [properties.sheetId, { header: header?.values ?? [], sample: sample?.values ?? [] }];
    }),
  );
}
