/** Requests about whole rows and columns: putting in, taking out, moving, sizing, grouping. @module */

import {
  type Band,
  type Cell,
  DEFAULT_PIXELS,
  type Dimension,
  type Row,
  type Sheet,
} from "../book.ts";
import { Calculator } from "../calculator.ts";
import { checkCellCount, checkColumnCount, type Edit } from "../edit.ts";
import { invalid } from "../errors.ts";
import { merge, parseUpdateMask } from "../field_mask.ts";
import type { Message } from "../messages.ts";
import { gridById, withoutZeroSheet } from "../ranges.ts";
import { applyShift, deleteShift, insertShift, moveShift } from "../shift.ts";
import { textWidth } from "../text_width.ts";

/** A DimensionRange with everything in its place. */
interface Lines {
  readonly sheet: Sheet;
  readonly dimension: Dimension;
  readonly start: number;
  readonly end: number;
  /** How many rows or columns the sheet has. */
  readonly size: number;
}

function checkedDimension(dimension: Message<"DimensionRange">["dimension"]): Dimension {
  if (dimension === "ROWS" || dimension === "COLUMNS") return dimension;
  throw invalid("No dimension specified.");
}

function sizeOf(sheet: Sheet, dimension: Dimension): number {
  return dimension === "ROWS" ? sheet.rowCount : sheet.columnCount;
}

function readLines(edit: Edit, range: Message<"DimensionRange"> | undefined): Lines {
  const sheet = gridById(edit.book, range?.sheetId);
  const dimension = checkedDimension(range?.dimension);
  const size = sizeOf(sheet, dimension);
  const start = range?.startIndex ?? 0;
  const end = range?.endIndex ?? size;
  if (start < 0) throw invalid(`range.startIndex[${start}] must not be negative`);
  if (end <= start) {
    throw invalid(`range.endIndex[${end}] must be after range.startIndex[${start}]`);
  }
  return { sheet, dimension, start, end, size };
}

const WORDS = { ROWS: "row", COLUMNS: "column" } as const;

function checkInGrid({ dimension, end, size, start }: Lines, verb: string, past: string): void {
  if (end <= size) return;
  const word = WORDS[dimension];
  throw invalid(
    `Cannot ${verb} a ${word} that doesn't exist. Tried to ${past} ${word} index ` +
      `${Math.max(start, size)} but there are only ${size} ${word}s.`,
  );
}

/** Changes how many rows or columns are frozen, never below none. */
function changeFrozen(sheet: Sheet, dimension: Dimension, change: (count: number) => number): void {
  const field = dimension === "ROWS" ? "frozenRowCount" : "frozenColumnCount";
  const { gridProperties } = sheet.properties;
  const count = gridProperties?.[field];
  if (count === undefined) return;
  sheet.properties = {
    ...sheet.properties,
    gridProperties: { ...gridProperties, [field]: Math.max(0, change(count)) },
  };
}

/** What a new line takes over from its neighbour: the looks, never the content. */
function inheritedCell(cell: Cell | undefined): Cell | undefined {
  if (cell === undefined) return undefined;
  return {
    ...(cell.format === undefined ? {} : { format: cell.format }),
    ...(cell.validation === undefined ? {} : { validation: cell.validation }),
  };
}

function inheritedBand(band: Band | undefined): Band {
  return band?.pixelSize === undefined ? {} : { pixelSize: band.pixelSize };
}

/** Puts in empty lines that look like the line `model`. */
function insertLines(edit: Edit, lines: Omit<Lines, "size">, model: number | null): void {
  const { sheet, dimension, start, end } = lines;
  const count = end - start;
  const blank = new Array<undefined>(count).fill(undefined);
  if (dimension === "ROWS") {
    const row = model === null ? undefined : sheet.rows[model];
    const cells = row?.cells.map(inheritedCell) ?? [];
    sheet.rows.splice(start, 0, ...blank);
    for (let at = start; at < end && row !== undefined; at++) {
      edit.book.setBand(sheet, "ROWS", at, inheritedBand(row));
      edit.book.setCells(sheet, at, cells);
    }
    return;
  }
  const band = model === null ? undefined : sheet.columns[model];
  sheet.columns.splice(start, 0, ...blank);
  for (let at = start; at < end; at++) edit.book.setBand(sheet, "COLUMNS", at, inheritedBand(band));
  for (const [at, row] of sheet.rows.entries()) {
    if (row === undefined || row.cells.length <= Math.min(start, model ?? start)) continue;
    const cells = row.cells.slice();
    while (cells.length < start) cells.push(undefined);
    const inherited = inheritedCell(model === null ? undefined : row.cells[model]);
    cells.splice(start, 0, ...new Array<Cell | undefined>(count).fill(inherited));
    edit.book.setCells(sheet, at, cells);
  }
}

export function insertDimension(
  edit: Edit,
  request: Message<"InsertDimensionRequest">,
): Message<"Response"> {
  const lines = readLines(edit, request.range);
  const { sheet, dimension, start, end, size } = lines;
  const inheritsBefore = request.inheritFromBefore === true;
  if (start > size || (start === size && !inheritsBefore)) {
    throw invalid(
      "range.startIndex must be less than the grid size if inheritFromBefore is false.",
    );
  }
  if (start === 0 && inheritsBefore) {
    throw invalid("range.startIndex must be greater than zero if inheritFromBefore is true.");
  }
  const across = dimension === "ROWS" ? sheet.columnCount : sheet.rowCount;
  checkCellCount(edit.book, (end - start) * across);
  if (dimension === "COLUMNS") checkColumnCount(size + end - start);
  edit.guard.insertion(sheet, dimension, start);
  insertLines(edit, lines, inheritsBefore ? start - 1 : start);
  changeFrozen(sheet, dimension, (count) => start < count ? count + end - start : count);
  applyShift(edit.book, { sheet, dimension, shift: insertShift(start, end - start) });
  return {};
}

/** Puts empty rows into the sheet, as `values.append` does with INSERT_ROWS. */
export function insertRowsAt(edit: Edit, sheet: Sheet, start: number, count: number): void {
  if (start >= sheet.rowCount || count <= 0) return;
  checkCellCount(edit.book, count * sheet.columnCount);
  edit.guard.insertion(sheet, "ROWS", start);
  insertLines(edit, { sheet, dimension: "ROWS", start, end: start + count }, start);
  applyShift(edit.book, { sheet, dimension: "ROWS", shift: insertShift(start, count) });
}

export function appendDimension(
  edit: Edit,
  request: Message<"AppendDimensionRequest">,
): Message<"Response"> {
  const sheet = gridById(edit.book, request.sheetId);
  const dimension = checkedDimension(request.dimension);
  const count = request.length ?? 0;
  if (count <= 0) throw invalid("length must be greater than zero.");
  const across = dimension === "ROWS" ? sheet.columnCount : sheet.rowCount;
  checkCellCount(edit.book, count * across);
  const size = sizeOf(sheet, dimension);
  if (dimension === "COLUMNS") checkColumnCount(size + count);
  edit.guard.insertion(sheet, dimension, size);
  insertLines(edit, { sheet, dimension, start: size, end: size + count }, null);
  return {};
}

export function deleteDimension(
  edit: Edit,
  request: Message<"DeleteDimensionRequest">,
): Message<"Response"> {
  const lines = readLines(edit, request.range);
  const { sheet, dimension, start, end, size } = lines;
  checkInGrid(lines, "delete", "delete");
  if (end - start === size) {
    throw invalid(`You can't delete all the ${WORDS[dimension]}s on the sheet.`);
  }
  const { gridProperties } = sheet.properties;
  const frozen =
    (dimension === "ROWS" ? gridProperties?.frozenRowCount : gridProperties?.frozenColumnCount) ??
      0;
  if (start <= frozen && end === size) {
    throw invalid(
      `Sorry, it is not possible to delete all non-frozen ${WORDS[dimension]}s.`,
    );
  }
  edit.guard.bands(sheet, dimension, start, end);
  if (dimension === "ROWS") sheet.rows.splice(start, end - start);
  else {
    sheet.columns.splice(start, end - start);
    for (const [at, row] of sheet.rows.entries()) {
      if (row === undefined || row.cells.length <= start) continue;
      const cells = row.cells.slice();
      cells.splice(start, end - start);
      edit.book.setCells(sheet, at, cells);
    }
  }
  changeFrozen(sheet, dimension, (count) => count - Math.max(0, Math.min(end, count) - start));
  applyShift(edit.book, { sheet, dimension, shift: deleteShift(start, end) });
  return {};
}

function moveItems<Item>(items: Item[], start: number, end: number, to: number): void {
  const moved = items.splice(start, end - start);
  items.splice(to > start ? to - moved.length : to, 0, ...moved);
}

export function moveDimension(
  edit: Edit,
  request: Message<"MoveDimensionRequest">,
): Message<"Response"> {
  const lines = readLines(edit, request.source);
  const { sheet, dimension, start, end, size } = lines;
  checkInGrid(lines, "move", "move");
  const to = request.destinationIndex ?? 0;
  if (to < 0 || to > size) {
    throw invalid(`destinationIndex[${to}] must be between 0 and the grid size [${size}].`);
  }
  if (to > start && to < end) {
    throw invalid("The destination index must not be within the source range.");
  }
  edit.guard.bands(sheet, dimension, start, end);
  edit.guard.insertion(sheet, dimension, to);
  if (dimension === "ROWS") moveItems<Row | undefined>(sheet.rows, start, end, to);
  else {
    moveItems(sheet.columns, start, end, to);
    for (const [at, row] of sheet.rows.entries()) {
      if (row === undefined) continue;
      const cells = row.cells.slice();
      while (cells.length < size) cells.push(undefined);
      moveItems(cells, start, end, to);
      edit.book.setCells(sheet, at, cells);
    }
  }
  applyShift(edit.book, { sheet, dimension, shift: moveShift({ start, end }, to) });
  return {};
}

export function updateDimensionProperties(
  edit: Edit,
  request: Message<"UpdateDimensionPropertiesRequest">,
): Message<"Response"> {
  const mask = parseUpdateMask(request.fields, "DimensionProperties");
  const { sheet, dimension, start, end, size } = readLines(edit, request.range);
  if (mask !== "all" && mask.has("developerMetadata")) {
    throw invalid("developerMetadata cannot be set with updateDimensionProperties.");
  }
  edit.guard.bands(sheet, dimension, start, Math.min(end, size));
  for (let index = start; index < Math.min(end, size); index++) {
    const band = edit.book.band(sheet, dimension, index);
    const current: Message<"DimensionProperties"> = {
      ...(band.pixelSize === undefined ? {} : { pixelSize: band.pixelSize }),
      ...(band.hidden === true ? { hiddenByUser: true } : {}),
    };
    const { pixelSize, hiddenByUser } = merge(current, request.properties ?? {}, mask);
    edit.book.setBand(sheet, dimension, index, {
      ...(pixelSize === undefined ? {} : { pixelSize }),
      ...(hiddenByUser === true ? { hidden: true } : {}),
      ...(band.metadata === undefined ? {} : { metadata: band.metadata }),
    });
  }
  return {};
}

/** The blank space that a column keeps beside its widest text, in pixels. */
const COLUMN_PADDING = 3;

export function autoResizeDimensions(
  edit: Edit,
  request: Message<"AutoResizeDimensionsRequest">,
): Message<"Response"> {
  const { sheet, dimension, start, end, size } = readLines(edit, request.dimensions);
  edit.guard.bands(sheet, dimension, start, Math.min(end, size));
  const calculator = new Calculator(edit.book);
  for (let index = start; index < Math.min(end, size); index++) {
    let pixelSize: number = DEFAULT_PIXELS[dimension];
    if (dimension === "COLUMNS") {
      const widths = sheet.rows.map((_, row) => textWidth(calculator.shown(sheet, row, index)));
      const widest = widths.reduce((a, b) => Math.max(a, b), 0);
      if (widest > 0) pixelSize = Math.ceil(widest) + COLUMN_PADDING;
    }
    const { pixelSize: _before, ...band } = edit.book.band(sheet, dimension, index);
    edit.book.setBand(sheet, dimension, index, { ...band, pixelSize });
  }
  return {};
}

type Group = Message<"DimensionGroup">;

/** Runs of lines with the same depth, every line being as deep as it has groups around it. */
function groupsOfDepths(depths: readonly number[], sheet: Sheet, dimension: Dimension): Group[] {
  const groups: Group[] = [];
  const deepest = depths.reduce((a, b) => Math.max(a, b), 0);
  for (let depth = 1; depth <= deepest; depth++) {
    let startIndex = -1;
    for (let index = 0; index <= depths.length; index++) {
      const isIn = (depths[index] ?? 0) >= depth;
      if (isIn && startIndex < 0) startIndex = index;
      if (isIn || startIndex < 0) continue;
      const range = withoutZeroSheet({
        sheetId: sheet.sheetId,
        dimension,
        startIndex,
        endIndex: index,
      });
      groups.push({ range, depth });
      startIndex = -1;
    }
  }
  return groups;
}

function changeGroups(
  edit: Edit,
  given: Message<"DimensionRange"> | undefined,
  by: 1 | -1,
): Group[] {
  const { sheet, dimension, start, end, size } = readLines(edit, given);
  const field = dimension === "ROWS" ? "rowGroups" : "columnGroups";
  const control = dimension === "ROWS" ? "rowGroupControlAfter" : "columnGroupControlAfter";
  const depths = new Array<number>(size).fill(0);
  const addTo = (from: number, to: number, step: number) => {
    for (let index = from; index < Math.min(to, size); index++) {
      depths[index] = (depths[index] ?? 0) + step;
    }
  };
  for (const { range } of sheet.rules[field]) {
    addTo(range?.startIndex ?? 0, range?.endIndex ?? 0, 1);
  }
  if (by < 0 && !depths.slice(start, end).some((depth) => depth > 0)) {
    throw invalid("Cannot delete a dimension group that doesn't exist.");
  }
  addTo(start, end, by);
  const groups = groupsOfDepths(depths, sheet, dimension);
  sheet.rules = { ...sheet.rules, [field]: groups };
  // Google turns this on with the first group and leaves it on.
  sheet.properties = {
    ...sheet.properties,
    gridProperties: { ...sheet.properties.gridProperties, [control]: true },
  };
  return groups;
}

export function addDimensionGroup(
  edit: Edit,
  request: Message<"AddDimensionGroupRequest">,
): Message<"Response"> {
  return { addDimensionGroup: { dimensionGroups: changeGroups(edit, request.range, 1) } };
}

export function deleteDimensionGroup(
  edit: Edit,
  request: Message<"DeleteDimensionGroupRequest">,
): Message<"Response"> {
  const dimensionGroups = changeGroups(edit, request.range, -1);
  return { deleteDimensionGroup: dimensionGroups.length === 0 ? {} : { dimensionGroups } };
}
