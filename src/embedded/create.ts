/** `spreadsheets.create`: a new spreadsheet beside the first one. @module */

import type { Random } from "../base/random.ts";
import { Workbook } from "./book.ts";
import { DEFAULT_FORMAT, DEFAULT_THEME } from "./defaults.ts";
import { unsupported } from "./errors.ts";
import { readMessage } from "./payload.ts";
import type { Guard } from "./protection.ts";
import { addSheet, checkProperties } from "./requests/sheets.ts";
import { readSpreadsheet } from "./response.ts";

/** Makes the spreadsheet that the body describes: its properties and empty sheets. */
export function createSpreadsheet(
  body: unknown,
  guard: Guard,
  random: Random,
): { book: Workbook; answer: Record<string, unknown> } {
  const given = readMessage("Spreadsheet", body ?? {}, "spreadsheet");
  const properties = {
    title: "Untitled spreadsheet",
    locale: "en_US",
    autoRecalc: "ON_CHANGE" as const,
    timeZone: "Etc/GMT",
    ...given.properties,
    defaultFormat: DEFAULT_FORMAT,
    spreadsheetTheme: DEFAULT_THEME,
  };
  checkProperties(properties);
  const book = new Workbook(random.uuid(), properties);
  const edit = { book, guard, random, thisYear: 0 };
  const first = { properties: { sheetId: 0, title: "Sheet1" } };
  const sheets = given.sheets === undefined || given.sheets.length === 0 ? [first] : given.sheets;
  for (const { properties: sheet = {}, ...more } of sheets) {
    const [other] = Object.keys(more);
    if (other !== undefined) throw unsupported(`"sheets.${other}" in a new spreadsheet`);
    addSheet(edit, { properties: sheet });
  }
  const view = { mask: "all", areas: null, includeGridData: false } as const;
  return { book, answer: readSpreadsheet(book, guard, view) };
}
