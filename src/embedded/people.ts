/**
 * People for tests and for the demo: they do what a person does in the browser, over HTTP like any
 * other client.
 *
 * @module
 */

import * as z from "zod";
import { columnLetters, quoteTitle } from "./a1.ts";

/** Google's answer when it does not let a person do something. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** The HTTP status, as 400. */
  readonly code: number;
  /** The canonical code, as `INVALID_ARGUMENT`. */
  readonly status: string;

  constructor(code: number, status: string, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

const errorSchema = z.object({
  error: z.object({ code: z.number(), message: z.string(), status: z.string() }),
});

const valuesSchema = z.object({ values: z.array(z.array(z.string())).default([]) });

const sheetsSchema = z.object({
  sheets: z.array(z.object({
    properties: z.object({
      sheetId: z.number(),
      title: z.string(),
      gridProperties: z.object({ rowCount: z.number(), columnCount: z.number() }),
    }),
  })),
});

/** A tab as a person finds it. */
interface Tab {
  readonly sheetId: number;
  readonly rowCount: number;
  readonly columnCount: number;
}

/** What a person can do. Rows count from 1, as on the screen; columns are letters. */
export interface Person {
  /** What stands on the screen, row by row, without the empty tail. */
  read(title: string): Promise<string[][]>;
  /** Types a text into a cell, or into every cell of a range as with a fill-down. */
  type(title: string, a1: string, text: string): Promise<void>;
  /** Sorts all rows below the header by a column. */
  sort(title: string, column: string, ascending?: boolean): Promise<void>;
  deleteRow(title: string, row: number): Promise<void>;
  /** Puts an empty row in above `row`. */
  insertRow(title: string, row: number): Promise<void>;
  /** Drags a row to above `to`, counted before it is taken out. */
  moveRow(title: string, from: number, to: number): Promise<void>;
  /** Cuts the cells of a row and pastes them over another: the row itself stays, empty. */
  cutRow(title: string, from: number, to: number): Promise<void>;
  /** Copies the cells of a row over another. */
  copyRow(title: string, from: number, to: number): Promise<void>;
  /** Writes another header over a column. */
  renameHeader(title: string, header: string, newHeader: string): Promise<void>;
  /** Gives the tab another name. */
  renameTab(title: string, newTitle: string): Promise<void>;
  /** Puts a filter over all columns that hides the rows whose cell in `column` shows `hidden`. */
  filter(title: string, column: string, hidden: string): Promise<void>;
  /** Changes the time zone of the spreadsheet, as File, Settings does; an IANA name. */
  setTimeZone(zone: string): Promise<void>;
  /** The row whose first cell shows `id`; null: there is none. */
  findRow(title: string, id: string): Promise<number | null>;
}

/** The cells that an A1 range without a title has, as rows and columns. */
function sizeOf(a1: string): { rows: number; columns: number } {
  const [, left = "A", top = "1", right = left, bottom = top] =
    /^([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?$/.exec(a1) ?? [];
  const index = (letters: string) =>
    [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  return { rows: Number(bottom) - Number(top) + 1, columns: index(right) - index(left) + 1 };
}

/**
 * A person who works on the spreadsheet at `url`, over `send` where it is given. What Google would not
 * let them do rejects with a {@linkcode Refusal}.
 *
 * ```ts
 * import { systemClock } from "../base/clock.ts";
 * import { systemRandom } from "../base/random.ts";
 * import { person } from "./people.ts";
 * import { startEmbedded } from "./server.ts";
 *
 * await using sheets = await startEmbedded({
 *   storage: ":memory:",
 *   clock: systemClock,
 *   random: systemRandom,
 * });
 * const anna = person(sheets.url, sheets.spreadsheetId, "owner");
 * await anna.type("Sheet1", "A1", "2024-01-15");
 * if ((await anna.read("Sheet1"))[0]?.[0] !== "2024-01-15") throw new Error("not what was typed");
 * ```
 */
export function person(
  url: string,
  spreadsheetId: string,
  identity: "owner" | "editor",
  send: (url: string, init: RequestInit) => Promise<Response> = fetch,
): Person {
  const root = `${url}v4/spreadsheets/${encodeURIComponent(spreadsheetId)}`;

  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await send(root + path, {
      method,
      headers: { "authorization": `Bearer ${identity}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json: unknown = await answer.json();
    if (answer.ok) return json;
    const { error } = errorSchema.parse(json);
    throw new Refusal(error.code, error.status, error.message);
  }

  function rangePath(title: string, a1: string): string {
    return `/values/${encodeURIComponent(`${quoteTitle(title)}!${a1}`)}`;
  }

  async function tab(title: string): Promise<Tab> {
    const json = await call("GET", "?fields=sheets.properties(sheetId,title,gridProperties)");
    const found = sheetsSchema.parse(json).sheets.find(({ properties }) =>
      properties.title === title
    );
    if (found === undefined) throw new Error(`No tab is called "${title}"`);
    const { sheetId, gridProperties } = found.properties;
    return { sheetId, ...gridProperties };
  }

  function change(...requests: unknown[]): Promise<unknown> {
    return call("POST", ":batchUpdate", { requests });
  }

  async function read(title: string): Promise<string[][]> {
    return valuesSchema.parse(await call("GET", rangePath(title, "A:ZZZ"))).values;
  }

  async function type(title: string, a1: string, text: string): Promise<void> {
    const { rows, columns } = sizeOf(a1);
    const values = Array.from({ length: rows }, () => new Array<string>(columns).fill(text));
    await call("PUT", `${rangePath(title, a1)}?valueInputOption=USER_ENTERED`, { values });
  }

  function rowRange({ sheetId }: Tab, row: number) {
    return { sheetId, dimension: "ROWS", startIndex: row - 1, endIndex: row };
  }

  function rowCells({ sheetId, columnCount }: Tab, row: number) {
    return {
      sheetId,
      startRowIndex: row - 1,
      endRowIndex: row,
      startColumnIndex: 0,
      endColumnIndex: columnCount,
    };
  }

  return {
    read,
    type,
    async sort(title, column, ascending = true) {
      const { sheetId, rowCount, columnCount } = await tab(title);
      const range = {
        sheetId,
        startRowIndex: 1,
        endRowIndex: rowCount,
        startColumnIndex: 0,
        endColumnIndex: columnCount,
      };
      const dimensionIndex = sizeOf(`A1:${column}1`).columns - 1;
      const sortOrder = ascending ? "ASCENDING" : "DESCENDING";
      await change({ sortRange: { range, sortSpecs: [{ dimensionIndex, sortOrder }] } });
    },
    async deleteRow(title, row) {
      await change({ deleteDimension: { range: rowRange(await tab(title), row) } });
    },
    async insertRow(title, row) {
      const range = rowRange(await tab(title), row);
      await change({ insertDimension: { range, inheritFromBefore: row > 1 } });
    },
    async moveRow(title, from, to) {
      const source = rowRange(await tab(title), from);
      await change({ moveDimension: { source, destinationIndex: to - 1 } });
    },
    async cutRow(title, from, to) {
      const found = await tab(title);
      const destination = { sheetId: found.sheetId, rowIndex: to - 1, columnIndex: 0 };
      const source = rowCells(found, from);
      await change({ cutPaste: { source, destination, pasteType: "PASTE_NORMAL" } });
    },
    async copyRow(title, from, to) {
      const found = await tab(title);
      const source = rowCells(found, from);
      const destination = rowCells(found, to);
      await change({ copyPaste: { source, destination, pasteType: "PASTE_NORMAL" } });
    },
    async renameHeader(title, header, newHeader) {
      const column = (await read(title))[0]?.indexOf(header) ?? -1;
      if (column < 0) throw new Error(`No column of "${title}" is called "${header}"`);
      await type(title, `${columnLetters(column)}1`, newHeader);
    },
    async renameTab(title, newTitle) {
      const { sheetId } = await tab(title);
      const properties = { sheetId, title: newTitle };
      await change({ updateSheetProperties: { properties, fields: "title" } });
    },
    async filter(title, column, hidden) {
      const { sheetId, rowCount, columnCount } = await tab(title);
      const range = {
        sheetId,
        startRowIndex: 0,
        endRowIndex: rowCount,
        startColumnIndex: 0,
        endColumnIndex: columnCount,
      };
      const criteria = { [sizeOf(`A1:${column}1`).columns - 1]: { hiddenValues: [hidden] } };
      await change({ setBasicFilter: { filter: { range, criteria } } });
    },
    async setTimeZone(timeZone) {
      const fields = "timeZone";
      await change({ updateSpreadsheetProperties: { properties: { timeZone }, fields } });
    },
    async findRow(title, id) {
      const at = (await read(title)).findIndex(([first]) => first === id);
      return at < 0 ? null : at + 1;
    },
  };
}
