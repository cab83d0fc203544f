/** From the spreadsheet as it is kept to what the page shows. Pure. @module */

import { type Cell, DEFAULT_PIXELS, type Row, type Sheet, type Workbook } from "../book.ts";
import type { Calculator } from "../calculator.ts";
import { effectiveFormat } from "../cell_format.ts";
import type { Message } from "../messages.ts";
import type { Guard } from "../protection.ts";
import type { CellView, ColourRule, FilterRule, Frame, Look, RowView, Span } from "./protocol.ts";

type Format = Message<"CellFormat">;

/** The looks of one feed. Many cells share a few; each is sent once and then named by its index. */
export class Looks {
  readonly #known = new Map<string, number>();
  readonly #byFormat = new Map<unknown, Map<unknown, number | null>>();
  #fresh: Look[] = [];

  /** The index of the cell's look; null: an ordinary one. */
  indexOf({ format, validation }: Cell): number | null {
    if (format === undefined && validation === undefined) return null;
    // Formats and validations are mostly shared objects, so that this is a look into two maps.
    const byValidation = this.#byFormat.get(format) ?? new Map<unknown, number | null>();
    this.#byFormat.set(format, byValidation);
    const known = byValidation.get(validation);
    if (known !== undefined) return known;
    const index = this.#add({ ...lookOf(format), ...choices(validation) });
    byValidation.set(validation, index);
    return index;
  }

  #add(look: Look): number | null {
    const text = JSON.stringify(look);
    if (text === "{}") return null;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const index = this.#known.size;
    this.#known.set(text, index);
    this.#fresh.push(look);
    return index;
  }

  /** The looks that nobody has been told of yet. */
  take(): Look[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}

/** `#rrggbb`; undefined: the theme decides, or nobody has chosen. */
function hexOf(style: Message<"ColorStyle"> | undefined): string | undefined {
  const color = style?.rgbColor;
  if (color === undefined) return undefined;
  const part = (share = 0) => Math.round(share * 255).toString(16).padStart(2, "0");
  return `#${part(color.red)}${part(color.green)}${part(color.blue)}`;
}

function coloursOf(format: Format | undefined): Pick<Look, "ground" | "ink" | "bold" | "italic"> {
  const ground = hexOf(format?.backgroundColorStyle);
  const ink = hexOf(format?.textFormat?.foregroundColorStyle);
  return {
    ...(ground === undefined ? {} : { ground }),
    ...(ink === undefined ? {} : { ink }),
    ...(format?.textFormat?.bold === true ? { bold: true } : {}),
    ...(format?.textFormat?.italic === true ? { italic: true } : {}),
  };
}

const ALIGN = { LEFT: "left", CENTER: "center", RIGHT: "right" } as const;

function lookOf(format: Format | undefined): Look {
  if (format === undefined) return {};
  const { wrapStrategy, horizontalAlignment } = effectiveFormat(format);
  const align = horizontalAlignment === "LEFT" || horizontalAlignment === "CENTER" ||
      horizontalAlignment === "RIGHT"
    ? ALIGN[horizontalAlignment]
    : undefined;
  return {
    ...(wrapStrategy === "WRAP" ? { wrap: true } : {}),
    ...coloursOf(format),
    ...(align === undefined ? {} : { align }),
  };
}

function choices(validation: Cell["validation"]): Pick<Look, "options" | "hint"> {
  const condition = validation?.condition;
  if (validation?.showCustomUi === false) return {};
  const hint = validation?.inputMessage;
  const told = hint === undefined ? {} : { hint };
  if (condition?.type === "BOOLEAN") return { options: ["TRUE", "FALSE"], ...told };
  if (condition?.type !== "ONE_OF_LIST") return {};
  return {
    options: (condition.values ?? []).flatMap(({ userEnteredValue }) => userEnteredValue ?? []),
    ...told,
  };
}

function cellView(
  calculator: Calculator,
  looks: Looks,
  place: { readonly sheet: Sheet; readonly row: number; readonly column: number },
): CellView | null {
  const { sheet, row, column } = place;
  const cell = sheet.cell(row, column);
  if (cell === undefined) return null;
  const look = looks.indexOf(cell);
  return {
    text: calculator.shown(sheet, row, column),
    ...(look === null ? {} : { look }),
    ...(cell.note === undefined ? {} : { note: cell.note }),
    ...(typeof cell.entry === "object" ? { formula: cell.entry.formula } : {}),
  };
}

/** A row of the sheet as the page shows it. */
export function rowView(
  calculator: Calculator,
  looks: Looks,
  sheet: Sheet,
  index: number,
  row: Row,
): RowView {
  return {
    key: row.key,
    cells: row.cells.map((_cell, column) =>
      cellView(calculator, looks, { sheet, row: index, column })
    ),
    ...(row.hidden === true ? { hidden: true } : {}),
  };
}

function spanOf(range: Message<"GridRange"> | undefined): Span {
  return {
    top: range?.startRowIndex ?? 0,
    bottom: range?.endRowIndex ?? null,
    left: range?.startColumnIndex ?? 0,
    right: range?.endColumnIndex ?? null,
  };
}

function filterRule(filter: Message<"FilterView">): FilterRule {
  const words = new Map<number, readonly string[]>();
  for (const [column, criteria] of Object.entries(filter.criteria ?? {})) {
    words.set(Number(column), criteria.hiddenValues ?? []);
  }
  for (const { columnIndex = 0, filterCriteria } of filter.filterSpecs ?? []) {
    words.set(columnIndex, filterCriteria?.hiddenValues ?? []);
  }
  return {
    ...spanOf(filter.range),
    title: filter.title ?? "",
    hidden: [...words].map(([column, hidden]) => ({ column, words: hidden })),
    sort: (filter.sortSpecs ?? []).map(({ dimensionIndex = 0, sortOrder }) => ({
      column: dimensionIndex,
      ascending: sortOrder !== "DESCENDING",
    })),
  };
}

function colourRules(sheet: Sheet): ColourRule[] {
  return sheet.rules.conditionalFormats.flatMap(({ ranges, booleanRule }) => {
    const condition = booleanRule?.condition;
    if (condition?.type === undefined) return [];
    return [{
      spans: (ranges ?? []).map(spanOf),
      condition: condition.type,
      values: (condition.values ?? []).map(({ userEnteredValue = "" }) => userEnteredValue),
      look: coloursOf(booleanRule?.format),
    }];
  });
}

/** Everything of a tab but its cells, as the caller behind `guard` sees it. */
export function frameOf(book: Workbook, sheet: Sheet, guard: Guard): Frame {
  const { rules } = sheet;
  return {
    spreadsheetId: book.spreadsheetId,
    title: book.properties.title ?? "",
    tabs: book.sheets.map(({ sheetId, title }) => ({ sheetId, title })),
    sheetId: sheet.sheetId,
    frozenRows: sheet.properties.gridProperties?.frozenRowCount ?? 0,
    widths: sheet.columns.map((column) => column?.pixelSize ?? DEFAULT_PIXELS.COLUMNS),
    protections: rules.protectedRanges.filter((range) => !guard.mayEdit(range)).map((range) => ({
      ...spanOf(range.range),
      exceptions: (range.unprotectedRanges ?? []).map(spanOf),
    })),
    filter: rules.basicFilter === null ? null : filterRule(rules.basicFilter),
    views: rules.filterViews.map(filterRule),
    colours: colourRules(sheet),
  };
}
