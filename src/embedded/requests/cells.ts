/** Requests that write cells: values, formats, notes, validation. @module */

import type { Cell, Entry } from "../book.ts";
import { normalizeFormat } from "../cell_format.ts";
import { checkLength, type Edit, growRows } from "../edit.ts";
import { invalid } from "../errors.ts";
import { type Mask, merge, parseUpdateMask } from "../field_mask.ts";
import type { Message } from "../messages.ts";
import { coordinateCell, gridById, rangeArea } from "../ranges.ts";

type CellData = Message<"CellData">;

function toExtendedValue(entry: Entry | undefined): Message<"ExtendedValue"> | undefined {
  switch (typeof entry) {
    case "string":
      return { stringValue: entry };
    case "number":
      return { numberValue: entry };
    case "boolean":
      return { boolValue: entry };
    case "object":
      return { formulaValue: entry.formula };
    default:
      return undefined;
  }
}

/** The part of a cell that can be written, as the API shows it. */
function toCellData(cell: Cell | undefined): CellData {
  const value = toExtendedValue(cell?.entry);
  return {
    ...(value === undefined ? {} : { userEnteredValue: value }),
    ...(cell?.format === undefined ? {} : { userEnteredFormat: cell.format }),
    ...(cell?.runs === undefined ? {} : { textFormatRuns: [...cell.runs] }),
    ...(cell?.note === undefined ? {} : { note: cell.note }),
    ...(cell?.validation === undefined ? {} : { dataValidation: cell.validation }),
  };
}

function readEntry(value: Message<"ExtendedValue"> | undefined): Entry | undefined {
  if (value?.errorValue !== undefined) throw invalid("ErrorValue cannot be set.");
  if (value?.formulaValue !== undefined) {
    if (!value.formulaValue.startsWith("=")) throw invalid("Formula must begin with '='.");
    checkLength(value.formulaValue);
    return { formula: value.formulaValue };
  }
  if (value?.stringValue !== undefined) checkLength(value.stringValue);
  return value?.numberValue ?? value?.boolValue ?? (value?.stringValue || undefined);
}

function checkedRule(rule: Message<"DataValidationRule">): Message<"DataValidationRule"> {
  const type = rule.condition?.type;
  if (type === undefined || type === "CONDITION_TYPE_UNSPECIFIED") {
    throw invalid("Data validation rule must have a condition.");
  }
  const values = rule.condition?.values ?? [];
  if (type === "ONE_OF_LIST" && values.length === 0) {
    throw invalid("ConditionType 'ONE_OF_LIST' requires at least one ConditionValue.");
  }
  return rule;
}

function readCellData(data: CellData): Cell {
  const entry = readEntry(data.userEnteredValue);
  const format = normalizeFormat(data.userEnteredFormat);
  return {
    ...(entry === undefined ? {} : { entry }),
    ...(format === undefined ? {} : { format }),
    ...(data.textFormatRuns === undefined ? {} : { runs: data.textFormatRuns }),
    ...(data.note === undefined || data.note === "" ? {} : { note: data.note }),
    ...(data.dataValidation === undefined ? {} : { validation: checkedRule(data.dataValidation) }),
  };
}

/** The older way of writing a colour must not undo the newer one that it replaces. */
function withoutStaleColors(current: CellData, given: CellData): CellData {
  const format = given.userEnteredFormat;
  if (current.userEnteredFormat === undefined || format === undefined) return current;
  const kept = { ...current.userEnteredFormat };
  if (format.backgroundColor !== undefined) delete kept.backgroundColorStyle;
  if (format.textFormat?.foregroundColor !== undefined && kept.textFormat !== undefined) {
    kept.textFormat = { ...kept.textFormat };
    delete kept.textFormat.foregroundColorStyle;
  }
  return { ...current, userEnteredFormat: kept };
}

function writeCell(cell: Cell | undefined, given: CellData, mask: Mask): Cell {
  const current = withoutStaleColors(toCellData(cell), given);
  const merged = merge(current, given, mask);
  const setsValue = mask === "all" || mask.has("userEnteredValue");
  const setsRuns = mask === "all" || mask.has("textFormatRuns");
  if (setsValue && !setsRuns) delete merged.textFormatRuns;
  return readCellData(merged);
}

export function updateCells(
  edit: Edit,
  request: Message<"UpdateCellsRequest">,
): Message<"Response"> {
  const mask = parseUpdateMask(request.fields, "CellData");
  const { rows = [], range, start } = request;
  const width = rows.reduce((most, row) => Math.max(most, row.values?.length ?? 0), 0);
  let area;
  if (range !== undefined) area = rangeArea(edit.book, range);
  else if (start !== undefined) {
    const { sheet, row, column } = coordinateCell(edit.book, start);
    area = {
      sheet,
      top: row,
      left: column,
      bottom: Math.min(row + rows.length, sheet.rowCount),
      right: Math.min(column + width, sheet.columnCount),
    };
  } else throw invalid("Must specify either a start or a range.");
  const { sheet, top, bottom, left, right } = area;
  if (top + rows.length > bottom) {
    throw invalid(
      `Attempting to write row: ${bottom}, beyond the last requested row of: ${bottom - 1}`,
    );
  }
  if (left + width > right) {
    throw invalid(
      `Attempting to write column: ${right}, beyond the last requested column of: ${right - 1}`,
    );
  }
  if (bottom > top && right > left) edit.guard.cells(area);
  for (let row = top; row < bottom; row++) {
    const cells = sheet.rows[row]?.cells.slice() ?? [];
    const given = rows[row - top]?.values ?? [];
    for (let column = left; column < right; column++) {
      while (cells.length < column) cells.push(undefined);
      // What the rows do not cover is cleared of the fields that are set.
      cells[column] = writeCell(cells[column], given[column - left] ?? {}, mask);
    }
    edit.book.setCells(sheet, row, cells);
  }
  return {};
}

export function appendCells(
  edit: Edit,
  request: Message<"AppendCellsRequest">,
): Message<"Response"> {
  const mask = parseUpdateMask(request.fields, "CellData");
  const sheet = gridById(edit.book, request.sheetId);
  const { rows = [] } = request;
  let last = sheet.rowCount - 1;
  while (last >= 0 && !sheet.rows[last]?.cells.some((cell) => cell?.entry !== undefined)) last--;
  const top = last + 1;
  const width = rows.reduce((most, row) => Math.max(most, row.values?.length ?? 0), 0);
  if (width > sheet.columnCount) {
    throw invalid(
      `Attempting to write column: ${sheet.columnCount}, beyond the last requested column of: ` +
        `${sheet.columnCount - 1}`,
    );
  }
  growRows(edit, sheet, top + rows.length - sheet.rowCount);
  edit.guard.cells({ sheet, top, bottom: top + rows.length, left: 0, right: width });
  for (const [offset, row] of rows.entries()) {
    const cells = sheet.rows[top + offset]?.cells.slice() ?? [];
    for (const [column, data] of (row.values ?? []).entries()) {
      cells[column] = writeCell(cells[column], data, mask);
    }
    edit.book.setCells(sheet, top + offset, cells);
  }
  return {};
}

export function repeatCell(edit: Edit, request: Message<"RepeatCellRequest">): Message<"Response"> {
  const mask = parseUpdateMask(request.fields, "CellData");
  const { sheet, top, bottom, left, right } = rangeArea(edit.book, request.range);
  edit.guard.cells({ sheet, top, bottom, left, right });
  for (let row = top; row < bottom; row++) {
    const cells = sheet.rows[row]?.cells.slice() ?? [];
    for (let column = left; column < right; column++) {
      while (cells.length < column) cells.push(undefined);
      cells[column] = writeCell(cells[column], request.cell ?? {}, mask);
    }
    edit.book.setCells(sheet, row, cells);
  }
  return {};
}

export function setDataValidation(
  edit: Edit,
  request: Message<"SetDataValidationRequest">,
): Message<"Response"> {
  const { sheet, top, bottom, left, right } = rangeArea(edit.book, request.range);
  edit.guard.cells({ sheet, top, bottom, left, right });
  const rule = request.rule === undefined ? undefined : checkedRule(request.rule);
  for (let row = top; row < bottom; row++) {
    const cells = sheet.rows[row]?.cells.slice() ?? [];
    for (let column = left; column < right; column++) {
      while (cells.length < column) cells.push(undefined);
      const { validation: _replaced, ...rest } = cells[column] ?? {};
      cells[column] = rule === undefined ? rest : { ...rest, validation: rule };
    }
    edit.book.setCells(sheet, row, cells);
  }
  return {};
}
