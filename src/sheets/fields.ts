/**
 * The `fields` masks: what an answer brings and nothing more. Without a mask an answer to
 * `spreadsheets.get` carries every format of every cell and is a hundred times as long.
 *
 * @see https://developers.google.com/workspace/sheets/api/guides/field-masks
 * @module
 */

const SHEET_PROPERTIES =
  "properties(sheetId,title,gridProperties(rowCount,columnCount,frozenRowCount))";

const SPREADSHEET =
  "properties(title,timeZone,locale),developerMetadata(metadataId,metadataKey,metadataValue)";

/** What stands in the spreadsheet: titles, sizes, marks. No cell. */
export const TABS_FIELDS = `${SPREADSHEET},sheets(${SHEET_PROPERTIES})`;

/**
 * Everything a plan is made from, in one consistent answer. `userEnteredValue` shows a formula,
 * `effectiveValue` what it comes to, `formattedValue` what a person sees; `rowMetadata` the anchors;
 * `note` what is pinned to the cell, for ours must be found among those of humans.
 */
export const FULL_FIELDS = `${SPREADSHEET},sheets(${SHEET_PROPERTIES},` +
  "data(startRow,startColumn," +
  "rowData(values(userEnteredValue,effectiveValue,formattedValue,note))," +
  "rowMetadata(developerMetadata(metadataId,metadataKey))))";

/** What `--setup` has ever put on a tab, apart from the cells. */
export const LAYOUT_FIELDS = `${SPREADSHEET},sheets(${SHEET_PROPERTIES},` +
  "protectedRanges(protectedRangeId,description,range,warningOnly,editors(users))," +
  "filterViews(filterViewId,title)," +
  "conditionalFormats(ranges,booleanRule(condition)))";

/** The header and the row below it with their notes, dropdowns and number formats. */
export const HEADER_FIELDS = "sheets(properties(sheetId),data(startRow,startColumn," +
  "rowData(values(effectiveValue,formattedValue,note,dataValidation(condition)," +
  "userEnteredFormat(numberFormat)))))";

/** The state after a `spreadsheets.batchUpdate`, masked as the same read would be. */
export function afterwards(fields: string): string {
  return `updatedSpreadsheet(${fields})`;
}
