/** Developer metadata: where it stands, how it is looked up, how much of it there may be. @module */

import type { Dimension, Metadata, Sheet, Workbook } from "./book.ts";
import { invalid } from "./errors.ts";
import type { Message } from "./messages.ts";
import {
  type Area,
  clip,
  findArea,
  gridById,
  rangeArea,
  rangeMeets,
  toGridRange,
  withoutZeroSheet,
} from "./ranges.ts";

/** What a piece of metadata belongs to. */
export type Place =
  | { readonly kind: "spreadsheet" }
  | { readonly kind: "sheet"; readonly sheet: Sheet }
  /** One row or one column. */
  | { readonly kind: Dimension; readonly sheet: Sheet; readonly index: number };

/** A piece of metadata and where it was found. */
export interface FoundMetadata {
  readonly metadata: Metadata;
  readonly place: Place;
}

/** All metadata of the book, the spreadsheet's own first, then sheet by sheet. */
export function* allMetadata(book: Workbook): Generator<FoundMetadata> {
  for (const metadata of book.metadata) yield { metadata, place: { kind: "spreadsheet" } };
  for (const sheet of book.sheets) yield* sheetMetadata(sheet);
}

/** All metadata of one sheet, its rows and its columns. */
function* sheetMetadata(sheet: Sheet): Generator<FoundMetadata> {
  for (const metadata of sheet.rules.metadata) yield { metadata, place: { kind: "sheet", sheet } };
  for (const kind of ["ROWS", "COLUMNS"] as const) {
    const bands = kind === "ROWS" ? sheet.rows : sheet.columns;
    for (const [index, band] of bands.entries()) {
      for (const metadata of band?.metadata ?? []) {
        yield { metadata, place: { kind, sheet, index } };
      }
    }
  }
}

/** The place as the API shows it. */
function toLocation(place: Place): Message<"DeveloperMetadataLocation"> {
  switch (place.kind) {
    case "spreadsheet":
      return { locationType: "SPREADSHEET", spreadsheet: true };
    case "sheet":
      return { locationType: "SHEET", sheetId: place.sheet.sheetId };
    default:
      return {
        locationType: place.kind === "ROWS" ? "ROW" : "COLUMN",
        dimensionRange: withoutZeroSheet({
          sheetId: place.sheet.sheetId,
          dimension: place.kind,
          startIndex: place.index,
          endIndex: place.index + 1,
        }),
      };
  }
}

/** The metadata as the API shows it. */
export function toDeveloperMetadata(found: FoundMetadata): Message<"DeveloperMetadata"> {
  const { id, key, value, visibility } = found.metadata;
  return {
    metadataId: id,
    metadataKey: key,
    ...(value === null ? {} : { metadataValue: value }),
    location: toLocation(found.place),
    visibility,
  };
}

/** The place that a location names. */
export function readPlace(
  book: Workbook,
  location: Message<"DeveloperMetadataLocation"> | undefined,
): Place {
  if (location?.spreadsheet === true) return { kind: "spreadsheet" };
  if (location?.sheetId !== undefined) {
    return { kind: "sheet", sheet: gridById(book, location.sheetId) };
  }
  const range = location?.dimensionRange;
  if (range === undefined) throw invalid("A developer metadata location must be specified.");
  const { dimension, startIndex = 0, endIndex } = range;
  if (dimension !== "ROWS" && dimension !== "COLUMNS") throw invalid("No dimension specified.");
  const sheet = gridById(book, range.sheetId);
  const size = dimension === "ROWS" ? sheet.rowCount : sheet.columnCount;
  if (endIndex !== startIndex + 1) {
    throw invalid(
      "The dimension range of a developer metadata location must be a single row or column.",
    );
  }
  if (startIndex < 0 || endIndex > size) {
    throw invalid(`dimensionRange.endIndex[${endIndex}] is beyond the grid size [${size}].`);
  }
  return { kind: dimension, sheet, index: startIndex };
}

/** The cells that belong to a place; none for the spreadsheet itself. */
function placeAreas(book: Workbook, place: Place): Area[] {
  switch (place.kind) {
    case "spreadsheet":
      return book.sheets.map((sheet) => clip({ sheet, box: {} }));
    case "sheet":
      return [clip({ sheet: place.sheet, box: {} })];
    case "ROWS": {
      const box = { top: place.index, bottom: place.index + 1 };
      return [clip({ sheet: place.sheet, box })];
    }
    case "COLUMNS": {
      const box = { left: place.index, right: place.index + 1 };
      return [clip({ sheet: place.sheet, box })];
    }
  }
}

type Lookup = Message<"DeveloperMetadataLookup">;

const LOCATION_TYPES: Readonly<Record<Place["kind"], Lookup["locationType"]>> = {
  spreadsheet: "SPREADSHEET",
  sheet: "SHEET",
  ROWS: "ROW",
  COLUMNS: "COLUMN",
};

function samePlace(a: Place, b: Place): boolean {
  if (a.kind === "spreadsheet" || b.kind === "spreadsheet") return a.kind === b.kind;
  if (a.sheet.sheetId !== b.sheet.sheetId) return false;
  if (a.kind === "sheet" || b.kind === "sheet") return a.kind === b.kind;
  return a.kind === b.kind && a.index === b.index;
}

/** Whether two places share a cell. */
function placesMeet(book: Workbook, a: Place, b: Place): boolean {
  if (a.kind === "spreadsheet" || b.kind === "spreadsheet") return a.kind === b.kind;
  return placeAreas(book, a).some((area) =>
    placeAreas(book, b).some((other) => rangeMeets(toGridRange(other), area))
  );
}

function matches(book: Workbook, lookup: Lookup, found: FoundMetadata): boolean {
  const { metadata, place } = found;
  if (lookup.metadataId !== undefined && lookup.metadataId !== metadata.id) return false;
  if (lookup.metadataKey !== undefined && lookup.metadataKey !== metadata.key) return false;
  if (lookup.metadataValue !== undefined && lookup.metadataValue !== metadata.value) return false;
  if (
    lookup.visibility !== undefined && lookup.visibility !== metadata.visibility &&
    lookup.visibility !== "DEVELOPER_METADATA_VISIBILITY_UNSPECIFIED"
  ) return false;
  if (
    lookup.locationType !== undefined && lookup.locationType !== LOCATION_TYPES[place.kind] &&
    lookup.locationType !== "DEVELOPER_METADATA_LOCATION_TYPE_UNSPECIFIED"
  ) return false;
  if (lookup.metadataLocation === undefined) return true;
  const wanted = readPlace(book, lookup.metadataLocation);
  return lookup.locationMatchingStrategy === "EXACT_LOCATION"
    ? samePlace(wanted, place)
    : placesMeet(book, wanted, place);
}

/** Finds metadata again and again in a book whose metadata does not move meanwhile. */
export class MetadataIndex {
  readonly #book: Workbook;
  readonly #byId: Map<number, FoundMetadata>;

  constructor(book: Workbook) {
    this.#book = book;
    this.#byId = new Map();
    for (const found of allMetadata(book)) this.#byId.set(found.metadata.id, found);
  }

  get(id: number): FoundMetadata | undefined {
    return this.#byId.get(id);
  }

  /** All that match the lookup, in the order of the sheet. */
  lookup(lookup: Lookup): FoundMetadata[] {
    if (lookup.metadataId !== undefined) {
      const found = this.#byId.get(lookup.metadataId);
      return found !== undefined && matches(this.#book, lookup, found) ? [found] : [];
    }
    return [...this.#byId.values()].filter((found) => matches(this.#book, lookup, found));
  }

  /** The cells that a data filter selects: one area a match, none twice. */
  areas(filter: Message<"DataFilter"> | undefined): Area[] {
    if (filter?.a1Range !== undefined) return [findArea(this.#book, filter.a1Range)];
    if (filter?.gridRange !== undefined) return [rangeArea(this.#book, filter.gridRange)];
    if (filter?.developerMetadataLookup === undefined) throw invalid("No data filter specified.");
    const found = this.lookup(filter.developerMetadataLookup).flatMap(({ place }) =>
      placeAreas(this.#book, place)
    );
    if (found.length < 2) return found;
    const areas = new Map<string, Area>();
    for (const area of found) {
      const { sheet, top, bottom, left, right } = area;
      areas.set([sheet.sheetId, top, bottom, left, right].join(), area);
    }
    return [...areas.values()];
  }

  /** The metadata that a data filter selects: by lookup, or all whose place lies in the range. */
  select(filter: Message<"DataFilter">): FoundMetadata[] {
    if (filter.developerMetadataLookup !== undefined) {
      return this.lookup(filter.developerMetadataLookup);
    }
    const areas = this.areas(filter);
    return [...this.#byId.values()].filter(({ place }) => {
      if (place.kind === "spreadsheet") return false;
      return placeAreas(this.#book, place).every((inner) =>
        areas.some((outer) =>
          outer.sheet.sheetId === inner.sheet.sheetId && outer.top <= inner.top &&
          outer.bottom >= inner.bottom && outer.left <= inner.left && outer.right >= inner.right
        )
      );
    });
  }
}
