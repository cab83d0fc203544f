/**
 * The Google Sheets API as the mirror uses it: four calls, each with its answer checked. How a call
 * travels, what it costs and what its failure means is in `sender.ts`.
 *
 * @module
 */

import { sheets_v4 } from "@googleapis/sheets";
import * as z from "zod";
import { type Anchor, anchor, ANCHOR_MAX, type CellValue } from "../contract/cell.ts";
import { afterwards } from "./fields.ts";
import { createSender, type RequestCounts, type SenderOptions } from "./sender.ts";
import { fieldsOf, isFields, listOf, ShapeError, wholeOf } from "./shape.ts";
import { decodeRows, readValueRanges, type ValueRange, type ValueRows } from "./values.ts";

export type { RequestCounts, RequestEvent } from "./sender.ts";

/** What {@linkcode createSheetsClient} needs. */
export interface SheetsClientOptions extends SenderOptions {
  readonly spreadsheetId: string;
}

/** New values for a standing row, wherever it is by now. `null` leaves a cell alone. */
export interface AnchoredValues {
  readonly anchor: Anchor;
  readonly values: readonly (CellValue | null)[];
}

/** What is read back after a batch of changes. */
export interface ReadBack {
  readonly ranges: readonly string[];
  /** The mask, as for {@linkcode SheetsClient.get}. */
  readonly fields: string;
}

/** One spreadsheet. Every method throws only {@linkcode AtlasError}. */
export interface SheetsClient {
  readonly counts: () => RequestCounts;
  /** The address the spreadsheet is shared with; null: nobody signs in. */
  readonly email: string | null;

  /** `spreadsheets.get`. Without ranges all tabs are in the answer. */
  get(
    params: { readonly ranges: readonly string[]; readonly fields: string },
    signal?: AbortSignal,
  ): Promise<sheets_v4.Schema$Spreadsheet>;

  /** `spreadsheets.values.batchGet`, unformatted, dates as serials: one list of rows a range, in order. */
  values(ranges: readonly string[], signal?: AbortSignal): Promise<readonly ValueRows[]>;

  /**
   * The same request for a caller who has looked before: a range whose digest is among `known` is
   * decoded only if its rows are asked for.
   */
  look(
    ranges: readonly string[],
    known: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<readonly ValueRange[]>;

  /**
   * `spreadsheets.values.batchUpdateByDataFilter`, raw. The answer holds each whole row after the
   * write, at least as long as the values that were sent; an anchor that is nowhere is not in it.
   */
  updateByAnchor(
    data: readonly AnchoredValues[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<Anchor, readonly CellValue[]>>;

  /** `spreadsheets.batchUpdate`: all of the requests or none. */
  batch(
    requests: readonly sheets_v4.Schema$Request[],
    response: ReadBack | null,
    signal?: AbortSignal,
  ): Promise<sheets_v4.Schema$BatchUpdateSpreadsheetResponse>;
}

/**
 * A client for one spreadsheet.
 *
 * @throws {AtlasError} `configuration` where nobody signs in and the endpoint is not this machine.
 */
export function createSheetsClient(options: SheetsClientOptions): SheetsClient {
  const { endpoint, spreadsheetId, credentials } = options;
  const sender = createSender(options);
  const api = new sheets_v4.Sheets({ rootUrl: endpoint, auth: sender.auth });

  const look: SheetsClient["look"] = (ranges, known, signal) => {
    const order = {
      call: "spreadsheets.values.batchGet",
      action: `read ${ranges.join(", ")}`,
      readsBody: true,
    };
    const params = {
      spreadsheetId,
      ranges: [...ranges],
      majorDimension: "ROWS",
      valueRenderOption: "UNFORMATTED_VALUE",
      dateTimeRenderOption: "SERIAL_NUMBER",
    };
    return sender.send("read", order, async (method, answerBody) => {
      await api.spreadsheets.values.batchGet(params, method);
      return readValueRanges(answerBody(), ranges.length, known);
    }, signal);
  };

  return {
    counts: sender.counts,
    email: credentials?.email ?? null,

    get({ ranges, fields }, signal) {
      const order = { call: "spreadsheets.get", action: `read ${ranges.join(", ") || "the tabs"}` };
      const params = { spreadsheetId, ranges: [...ranges], fields };
      return sender.send("read", order, async (method) => {
        const { data } = await api.spreadsheets.get(params, method);
        return checkObject(data);
      }, signal);
    },

    look,

    async values(ranges, signal) {
      return (await look(ranges, new Set(), signal)).map((range) => range.rows());
    },

    updateByAnchor(rows, signal) {
      const order = {
        call: "spreadsheets.values.batchUpdateByDataFilter",
        action: `update ${rows.length} ${rows.length === 1 ? "row" : "rows"}`,
      };
      const params = { spreadsheetId, requestBody: uncopied(updateBody(rows)) };
      return sender.send("write", order, async (method) => {
        const { data } = await api.spreadsheets.values.batchUpdateByDataFilter(params, method);
        return parseUpdated(data, rows);
      }, signal);
    },

    batch(requests, response, signal) {
      const order = {
        call: "spreadsheets.batchUpdate",
        action: `change the spreadsheet (${kindsOf(requests)})`,
      };
      const params = {
        spreadsheetId,
        ...(response === null ? {} : { fields: afterwards(response.fields) }),
        requestBody: uncopied({
          requests: [...requests],
          ...(response === null
            ? {}
            : { includeSpreadsheetInResponse: true, responseRanges: [...response.ranges] }),
        }),
      };
      return sender.send("write", order, async (method) => {
        const { data } = await api.spreadsheets.batchUpdate(params, method);
        return checkObject(data);
      }, signal);
    },
  };
}

/** The schema types of the library say what Google documents; the parsers check what they use. */
function checkObject<T>(data: T): T {
  z.looseObject({}).parse(data);
  return data;
}

/** Of a class of its own, so that {@linkcode uncopied} is no plain object. */
class Uncopied {}

/**
 * A body that is sent as it is. The library copies whatever plain objects it is given, twice and down to
 * the last cell, and passes on what is of a class.
 */
function uncopied<Body extends object>(body: Body): Body {
  return Object.assign(new Uncopied(), body);
}

function updateBody(
  rows: readonly AnchoredValues[],
): sheets_v4.Schema$BatchUpdateValuesByDataFilterRequest {
  return {
    // RAW: every text is stored as it is, and none can become a formula.
    valueInputOption: "RAW",
    includeValuesInResponse: true,
    responseValueRenderOption: "UNFORMATTED_VALUE",
    responseDateTimeRenderOption: "SERIAL_NUMBER",
    data: rows.map(({ anchor, values }) => ({
      dataFilter: { developerMetadataLookup: { metadataId: anchor } },
      majorDimension: "ROWS",
      values: [[...values]],
    })),
  };
}

function parseUpdated(
  data: unknown,
  sent: readonly AnchoredValues[],
): ReadonlyMap<Anchor, readonly CellValue[]> {
  const widths = new Map(sent.map((row) => [row.anchor, row.values.length]));
  const rows = new Map<Anchor, readonly CellValue[]>();
  if (!isFields(data)) throw new ShapeError("", "an object");
  for (const [position, response] of listOf(data["responses"], "responses").entries()) {
    const path = `responses.${position}`;
    const { dataFilter, updatedData } = fieldsOf(response, path) ?? {};
    const updated = fieldsOf(updatedData, `${path}.updatedData`);
    if (updated === undefined) continue;
    const id = anchorOf(dataFilter, `${path}.dataFilter`);
    const [cells = []] = decodeRows(updated["values"], `${path}.updatedData.values`);
    // Trailing empty cells are left out of the answer.
    const missing = Math.max(0, (widths.get(id) ?? 0) - cells.length);
    rows.set(id, [...cells, ...Array<CellValue>(missing).fill("")]);
  }
  return rows;
}

function anchorOf(filter: unknown, path: string): Anchor {
  const lookup = fieldsOf(fieldsOf(filter, path)?.["developerMetadataLookup"], path);
  const id = wholeOf(lookup?.["metadataId"], path);
  if (id < 1 || id > ANCHOR_MAX) throw new ShapeError(path, "the metadataId that was sent");
  return anchor(id);
}

/** `updateCells × 3, insertDimension`: what a batch consists of, in short. */
function kindsOf(requests: readonly sheets_v4.Schema$Request[]): string {
  const counts = new Map<string, number>();
  for (const request of requests) {
    for (const kind of Object.keys(request)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => count === 1 ? kind : `${kind} × ${count}`).join(", ");
}
