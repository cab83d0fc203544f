/**
 * Changes to whole rows: one `spreadsheets.batchUpdate`, all or nothing, whose answer carries the
 * state after it. Rows are addressed by index here, the only address this API has for them, so the
 * caller makes the changes from a fresh full read and verifies the answer.
 *
 * @module
 */

import type { sheets_v4 } from "@googleapis/sheets";
import * as z from "zod";
import { assert, must, unreachable } from "../base/assert.ts";
import type { Anchor, CellValue, RowId } from "../contract/cell.ts";
import type { Column, Tab } from "../contract/schema.ts";
import { createAnchor, deleteAnchor } from "./anchors.ts";
import type { AnchoredValues, SheetsClient } from "./client.ts";
import { FULL_FIELDS, TABS_FIELDS } from "./fields.ts";
import { dropdownOf, numberFormatOf } from "./layout.ts";
import { checked, parseSpreadsheet } from "./parse.ts";
import { a1, wholeTab } from "./ranges.ts";
import { type KnownTab, tabByTitle } from "./read.ts";
import type { SpreadsheetSnapshot } from "./snapshot.ts";
import { touchedSpans } from "./touched.ts";

/** A row that enters a tab. */
export interface NewRow {
  readonly id: RowId;
  /** Null: the row is no row of ours and gets none. */
  readonly anchor: Anchor | null;
  /** One value a column of the contract. */
  readonly cells: readonly CellValue[];
  /** What humans keep to the right of the last column. */
  readonly extra: readonly CellValue[];
  /** Notes on cells, by the column's position. */
  readonly notes: ReadonlyMap<number, string>;
}

/** One change. Indexes count from 0, the header included, in the grid as it is before the batch. */
export type RowChange =
  /** Rows go in above the row that is at `index` now; at the grid's end they are appended. */
  | {
    readonly kind: "insert";
    readonly sheetId: number;
    readonly tab: Tab;
    readonly index: number;
    readonly rows: readonly NewRow[];
  }
  /** The row at `index` gets an anchor. */
  | {
    readonly kind: "anchor";
    readonly sheetId: number;
    readonly index: number;
    readonly anchor: Anchor;
  }
  /** An anchor is taken off, wherever it is. */
  | { readonly kind: "drop-anchor"; readonly anchor: Anchor }
  /** A cell gets another note; empty: it loses the one it has. */
  | {
    readonly kind: "note";
    readonly sheetId: number;
    readonly index: number;
    readonly column: number;
    readonly text: string;
  }
  /** The row at `index` goes, with everything on it. */
  | { readonly kind: "remove"; readonly sheetId: number; readonly index: number };

/** A tab that a batch may touch, as the read before the batch found it. */
export interface StandingTab extends KnownTab {
  /** How many rows the grid has. */
  readonly rowCount: number;
}

/** Google recommends requests of 2 MB at most; some room is left for what surrounds the changes. */
const REQUEST_BYTES = 1_900_000;

/**
 * Applies the changes in one batch and returns the tabs as they are after it, read like a full read.
 * An insert's `tab` is written with the types, formats and dropdowns of its columns.
 *
 * @throws {AtlasError} `ambiguous-write` where it may have been applied all the same.
 */
export async function changeRows(
  client: SheetsClient,
  changes: readonly RowChange[],
  tabs: readonly StandingTab[],
  signal?: AbortSignal,
): Promise<SpreadsheetSnapshot> {
  return await change(client, changes, tabs, tabs.map(({ title }) => wholeTab(title)), signal);
}

/**
 * The same, and what is returned are only the rows that the batch touched: a tab of which nothing else
 * is of interest need not come with every one of many batches. A row that others moved at the same
 * moment may be missing.
 */
export async function changeTouched(
  client: SheetsClient,
  changes: readonly RowChange[],
  tabs: readonly StandingTab[],
  signal?: AbortSignal,
): Promise<SpreadsheetSnapshot> {
  const ranges = tabs.flatMap(({ sheetId, title }) =>
    touchedSpans(changes, sheetId).map(({ start, end }) => a1(title, `${start + 1}:${end}`))
  );
  return await change(client, changes, tabs, ranges, signal);
}

async function change(
  client: SheetsClient,
  changes: readonly RowChange[],
  tabs: readonly StandingTab[],
  ranges: readonly string[],
  signal: AbortSignal | undefined,
): Promise<SpreadsheetSnapshot> {
  const rowCounts = new Map(tabs.map(({ sheetId, rowCount }) => [sheetId, rowCount]));
  const requests = requestsFor(changes, rowCounts);
  // Without ranges an answer holds every tab: then the cells are left out.
  const fields = ranges.length === 0 ? TABS_FIELDS : FULL_FIELDS;
  const answer = await client.batch(requests, { ranges, fields }, signal);
  return parseSpreadsheet(checked(updatedSchema, answer).updatedSpreadsheet, tabByTitle(tabs));
}

const updatedSchema = z.object({ updatedSpreadsheet: z.looseObject({}) });

/**
 * The requests for a batch, in an order in which every index still means what it meant before: first
 * what moves no row, then removals and insertions from the bottom up.
 *
 * @param rowCounts How many rows the grids have before the batch, by sheetId.
 */
export function requestsFor(
  changes: readonly RowChange[],
  rowCounts: ReadonlyMap<number, number>,
): readonly sheets_v4.Schema$Request[] {
  const grown = new Map(rowCounts);
  return inOrder(changes).flatMap((change): readonly sheets_v4.Schema$Request[] => {
    switch (change.kind) {
      case "insert": {
        const rowCount = must(grown.get(change.sheetId), "the size of the tab");
        grown.set(change.sheetId, rowCount + change.rows.length);
        return insertRows(change, rowCount);
      }
      case "remove": {
        const rowCount = must(grown.get(change.sheetId), "the size of the tab");
        grown.set(change.sheetId, rowCount - 1);
        return [removeRow(change.sheetId, change.index)];
      }
      case "anchor":
        return [createAnchor(change.sheetId, change.index, change.anchor)];
      case "drop-anchor":
        return [deleteAnchor(change.anchor)];
      case "note":
        return [setNote(change.sheetId, change.index, change.column, change.text)];
      default:
        return unreachable(change);
    }
  });
}

/**
 * Cuts changes into batches under the size Google recommends. The batches are to be sent in this
 * order; then the indexes of the later ones still hold, as long as nobody else moves rows meanwhile.
 * `rowCount` of {@linkcode changeRows} has to be that of the answer before.
 */
export function splitBySize(
  changes: readonly RowChange[],
  bytes = REQUEST_BYTES,
): readonly (readonly RowChange[])[] {
  const pieces = inOrder(changes).flatMap((change): readonly RowChange[] => {
    if (change.kind !== "insert") return [change];
    // Rows at the same index are put in from the last to the first, so that they end up in order.
    return chunk(change.rows, (row) => sizeOfChange({ ...change, rows: [row] }), bytes)
      .map((rows) => ({ ...change, rows })).toReversed();
  });
  // Within a batch the changes are put in order once more: equal indexes read from the top again.
  return chunk(pieces, sizeOfChange, bytes).map((batch) => batch.toReversed());
}

/** Cuts updates by anchor into requests under the size Google recommends. Their order is free. */
export function splitUpdates(
  rows: readonly AnchoredValues[],
  bytes = REQUEST_BYTES,
): readonly (readonly AnchoredValues[])[] {
  return chunk(rows, (row) => FILTER_BYTES + sizeOf(row), bytes);
}

/** What surrounds the values of a row in the request: its filter and the names of the fields. */
const FILTER_BYTES = 120;

/** Dropped anchors first, for an id that moves to another row must be free before it is used again. */
const RANK: Readonly<Record<RowChange["kind"], number>> = {
  "drop-anchor": 0,
  "anchor": 1,
  "note": 2,
  "remove": 3,
  "insert": 3,
};

/** The order in which changes are applied: by rank, and what moves rows from the bottom up. */
function inOrder(changes: readonly RowChange[]): readonly RowChange[] {
  return changes
    .map((change, position) => ({ change, position }))
    .sort((a, b) =>
      RANK[a.change.kind] - RANK[b.change.kind] || fromBelow(a.change, b.change) ||
      (movesRows(a.change) ? b.position - a.position : a.position - b.position)
    )
    .map(({ change }) => change);
}

/** Lower rows first; at one index the removal first, for the insertion pushes that row down. */
function fromBelow(a: RowChange, b: RowChange): number {
  if (!movesRows(a) || !movesRows(b)) return 0;
  return b.index - a.index || Number(a.kind === "insert") - Number(b.kind === "insert");
}

function movesRows(change: RowChange): change is Extract<RowChange, { kind: "insert" | "remove" }> {
  return change.kind === "insert" || change.kind === "remove";
}

function insertRows(
  change: Extract<RowChange, { kind: "insert" }>,
  rowCount: number,
): readonly sheets_v4.Schema$Request[] {
  const { sheetId, tab, index, rows } = change;
  assert(index >= 1 && index <= rowCount, "rows go in below the header and within the grid");
  const cells: sheets_v4.Schema$RowData[] = rows.map((row) => ({
    values: [
      ...tab.columns.map((column, position) =>
        newCell(column, row.cells[position] ?? "", row.notes.get(position) ?? "")
      ),
      ...row.extra.map((value): sheets_v4.Schema$CellData =>
        value === "" ? {} : { userEnteredValue: extendedValue(value) }
      ),
    ],
  }));
  return [
    index === rowCount
      ? { appendDimension: { sheetId, dimension: "ROWS", length: rows.length } }
      : makeRoom(sheetId, index, rows.length),
    {
      updateCells: {
        start: { sheetId, rowIndex: index, columnIndex: 0 },
        rows: cells,
        fields: "userEnteredValue,userEnteredFormat.numberFormat,dataValidation,note",
      },
    },
    ...rows.flatMap((row, position) =>
      row.anchor === null ? [] : [createAnchor(sheetId, index + position, row.anchor)]
    ),
  ];
}

/** New rows look like the row above them; the topmost like the row below, for above is the header. */
function makeRoom(sheetId: number, index: number, count: number): sheets_v4.Schema$Request {
  return {
    insertDimension: {
      range: { sheetId, dimension: "ROWS", startIndex: index, endIndex: index + count },
      inheritFromBefore: index > 1,
    },
  };
}

function removeRow(sheetId: number, index: number): sheets_v4.Schema$Request {
  assert(index >= 1, "the header is never removed");
  return {
    deleteDimension: {
      range: { sheetId, dimension: "ROWS", startIndex: index, endIndex: index + 1 },
    },
  };
}

function setNote(
  sheetId: number,
  rowIndex: number,
  columnIndex: number,
  text: string,
): sheets_v4.Schema$Request {
  return {
    updateCells: {
      start: { sheetId, rowIndex, columnIndex },
      rows: [{ values: [text === "" ? {} : { note: text }] }],
      fields: "note",
    },
  };
}

/** A typed cell: text stays text whatever it looks like, and nothing can become a formula. */
function newCell(
  column: Column,
  value: CellValue,
  note: string,
): sheets_v4.Schema$CellData {
  const dropdown = dropdownOf(column);
  return {
    ...(value === "" ? {} : { userEnteredValue: extendedValue(value) }),
    userEnteredFormat: { numberFormat: numberFormatOf(column) },
    ...(dropdown === null ? {} : { dataValidation: dropdown }),
    ...(note === "" ? {} : { note }),
  };
}

function extendedValue(value: CellValue): sheets_v4.Schema$ExtendedValue {
  if (typeof value === "string") return { stringValue: value };
  return typeof value === "number" ? { numberValue: value } : { boolValue: value };
}

/** Consecutive items up to `bytes` together; an item that is larger stands alone. */
function chunk<T>(
  items: readonly T[],
  size: (item: T) => number,
  bytes: number,
): readonly (readonly T[])[] {
  const chunks: T[][] = [];
  let room = 0;
  for (const item of items) {
    const needed = size(item);
    const last = chunks.at(-1);
    if (last === undefined || needed > room) {
      chunks.push([item]);
      room = bytes - needed;
    } else {
      last.push(item);
      room -= needed;
    }
  }
  return chunks;
}

/** Bytes of the requests that a change becomes, wherever it is. */
function sizeOfChange(change: RowChange): number {
  const anySize = new Map("sheetId" in change ? [[change.sheetId, Number.MAX_SAFE_INTEGER]] : []);
  return sizeOf(requestsFor([change], anySize));
}

/** Bytes of an item as JSON. */
function sizeOf(item: object): number {
  return new TextEncoder().encode(JSON.stringify(item)).length;
}
