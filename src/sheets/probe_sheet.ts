/**
 * The scratch tab of the probe. It is laid out, read and written with the very functions that the
 * mirror uses on its own tabs, so that what holds here holds there.
 *
 * @module
 */

import type { sheets_v4 } from "@googleapis/sheets";
import * as z from "zod";
import { AtlasError } from "../base/errors.ts";
import { type Random, randomInteger } from "../base/random.ts";
import { type Anchor, anchor, ANCHOR_MAX, type CellValue, rowId } from "../contract/cell.ts";
import { tabSchema } from "../contract/schema.ts";
import type { SheetsClient } from "./client.ts";
import { TABS_FIELDS } from "./fields.ts";
import { checked, parseSpreadsheet } from "./parse.ts";
import { a1 } from "./ranges.ts";
import { readFull } from "./read.ts";
import type { SheetRow, TabSnapshot } from "./snapshot.ts";
import { changeRows, type NewRow } from "./write.ts";

/** In front of the title of every scratch tab, by which one that was left behind is known again. */
export const PROBE_PREFIX = "atlas-mirror probe ";

/** A tab as a contract would have it: a key, a text, a time. */
const SCRATCH = tabSchema.parse({
  title: PROBE_PREFIX,
  table: "probe",
  key: "id",
  newest: "bottom",
  order: "time",
  cadence: { minutes: 1 },
  retention: null,
  softDelete: "deleted_at",
  archive: "archived_at",
  columns: [
    { header: "ID", field: "id", type: "text", required: true },
    { header: "Text", field: "text", type: "text" },
    { header: "Time", field: "time", type: "datetime" },
  ],
});

const ROWS = 100;
const COLUMNS = SCRATCH.columns.length + 2;

/** A row that the probe has laid out. */
export interface ScratchRow {
  readonly id: string;
  readonly anchor: Anchor;
  readonly cells: readonly CellValue[];
}

/** The formatted texts and the types of a column, for what a snapshot leaves out. */
const shownSchema = z.object({
  sheets: z.array(z.object({
    data: z.array(z.object({
      rowData: z.array(z.object({
        values: z.array(z.object({ formattedValue: z.string().default("") })).default([]),
      })).default([]),
    })).default([]),
  })).default([]),
});

/** A scratch tab, from its making to its removal. */
export class ScratchTab {
  readonly client: SheetsClient;
  readonly title: string;
  readonly sheetId: number;
  /** IANA name of the spreadsheet's time zone. */
  readonly timeZone: string;
  readonly #random: Random;
  readonly #signal: AbortSignal | undefined;
  #laid = 0;

  private constructor(
    parts: Pick<ScratchTab, "client" | "title" | "sheetId" | "timeZone">,
    random: Random,
    signal: AbortSignal | undefined,
  ) {
    this.client = parts.client;
    this.title = parts.title;
    this.sheetId = parts.sheetId;
    this.timeZone = parts.timeZone;
    this.#random = random;
    this.#signal = signal;
  }

  /** Prepares a scratch tab, and removes those which an interrupted probe left behind. */
  static async prepare(
    client: SheetsClient,
    random: Random,
    signal?: AbortSignal,
  ): Promise<ScratchTab> {
    const answer = await client.get({ ranges: [], fields: TABS_FIELDS }, signal);
    const { sheets, timeZone } = parseSpreadsheet(answer, () => undefined);
    const stale = sheets.filter(({ title }) => title.startsWith(PROBE_PREFIX));
    if (stale.length > 0) {
      const requests = stale.map(({ sheetId }) => ({ deleteSheet: { sheetId } }));
      await client.batch(requests, null, signal);
    }
    const title = PROBE_PREFIX + random.uuid().slice(0, 8);
    const sheetId = randomInteger(random, 1, ANCHOR_MAX);
    return new ScratchTab({ client, title, sheetId, timeZone }, random, signal);
  }

  /** Makes the tab, with its header. */
  async create(): Promise<void> {
    await this.send([
      {
        addSheet: {
          properties: {
            sheetId: this.sheetId,
            title: this.title,
            gridProperties: { rowCount: ROWS, columnCount: COLUMNS },
          },
        },
      },
      {
        updateCells: {
          start: { sheetId: this.sheetId, rowIndex: 0, columnIndex: 0 },
          rows: [{
            values: SCRATCH.columns.map(({ header }) => ({
              userEnteredValue: { stringValue: header },
            })),
          }],
          fields: "userEnteredValue",
        },
      },
    ]);
  }

  /** Takes the tab away; resolves to false where that failed and a human has to. Never rejects. */
  async remove(): Promise<boolean> {
    try {
      // Without the signal: who asks the probe to stop does not ask for its tab to stay.
      await this.client.batch([{ deleteSheet: { sheetId: this.sheetId } }], null);
      return true;
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      return !await this.#stands();
    }
  }

  async #stands(): Promise<boolean> {
    try {
      const answer = await this.client.get({ ranges: [], fields: TABS_FIELDS });
      const { sheets } = parseSpreadsheet(answer, () => undefined);
      return sheets.some(({ sheetId }) => sheetId === this.sheetId);
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      return true;
    }
  }

  /** An anchor that is on no row. */
  newAnchor(): Anchor {
    return anchor(randomInteger(this.#random, 1, ANCHOR_MAX));
  }

  /**
   * Lays out rows below all others and returns them together with the state that the answer shows.
   * Their IDs are new, and in ascending order.
   */
  async lay(
    contents: readonly (readonly [text: CellValue, time: CellValue])[],
  ): Promise<{ readonly rows: readonly ScratchRow[]; readonly after: TabSnapshot }> {
    const before = await this.read();
    const rows = contents.map((cells): ScratchRow => {
      const id = `row-${String(++this.#laid).padStart(3, "0")}`;
      return { id, anchor: this.newAnchor(), cells: [id, ...cells] };
    });
    const below = 1 + Math.max(0, ...before.rows.map(({ index }) => index));
    const after = await this.insert(rows, below, before);
    return { rows, after };
  }

  /** Puts rows in above the row that is at `index` of the state, and returns the state in the answer. */
  async insert(
    rows: readonly ScratchRow[],
    index: number,
    { rowCount }: TabSnapshot,
  ): Promise<TabSnapshot> {
    const { sheetId } = this;
    const changed = rows.map((row): NewRow => ({
      ...row,
      id: rowId(row.id),
      extra: [],
      notes: new Map(),
    }));
    const change = { kind: "insert", sheetId, tab: SCRATCH, index, rows: changed } as const;
    const standing = { tab: SCRATCH, sheetId, title: this.title, rowCount };
    const { tabs } = await changeRows(this.client, [change], [standing], this.#signal);
    return seen(tabs.get(sheetId), "the scratch tab");
  }

  /** The tab as a full read shows it. */
  async read(): Promise<TabSnapshot> {
    const { sheetId, title } = this;
    const wanted = { tab: SCRATCH, sheetId, title };
    const { tabs } = await readFull(this.client, [wanted], this.#signal);
    return seen(tabs.get(sheetId), "the scratch tab");
  }

  /** The values as a quick read shows them, the header first. */
  async values(): Promise<readonly (readonly CellValue[])[]> {
    const [rows] = await this.client.values([a1(this.title, "A:C")], this.#signal);
    return seen(rows, "the values of the scratch tab");
  }

  /** What a person sees in the cell. */
  async shown(row: number, column: string): Promise<string> {
    const range = a1(this.title, `${column}${row + 1}`);
    const fields = "sheets.data.rowData.values.formattedValue";
    const answer = await this.client.get({ ranges: [range], fields }, this.#signal);
    const [sheet] = checked(shownSchema, answer).sheets;
    return sheet?.data[0]?.rowData[0]?.values[0]?.formattedValue ?? "";
  }

  /** Sends requests, all of them or none. */
  async send(requests: readonly sheets_v4.Schema$Request[]): Promise<void> {
    await this.client.batch(requests, null, this.#signal);
  }

  /** Writes rows by their anchors; returns what each holds afterwards. */
  update(
    rows: readonly { readonly anchor: Anchor; readonly values: readonly (CellValue | null)[] }[],
  ): Promise<ReadonlyMap<Anchor, readonly CellValue[]>> {
    return this.client.updateByAnchor(rows, this.#signal);
  }

  /** A row as a range of rows. */
  rowAt(index: number, end = index + 1): sheets_v4.Schema$DimensionRange {
    return { sheetId: this.sheetId, dimension: "ROWS", startIndex: index, endIndex: end };
  }

  /** All cells of rows as a range: people sort and cut rows as wholes. */
  cellsAt(index: number, end = index + 1): sheets_v4.Schema$GridRange {
    const { sheetId } = this;
    return {
      sheetId,
      startRowIndex: index,
      endRowIndex: end,
      startColumnIndex: 0,
      endColumnIndex: COLUMNS,
    };
  }
}

/** Where each of the rows is by its ID cell, from the topmost down. */
export function placesOf(rows: readonly ScratchRow[], { rows: standing }: TabSnapshot): number[] {
  return rows.map(({ id }) => seen(standing.find(({ cells }) => cells[0] === id), id).index)
    .sort((a, b) => a - b);
}

/** The row of a snapshot that carries the anchor. */
export function rowWith(anchor: Anchor, { rows }: TabSnapshot): SheetRow | undefined {
  return rows.find(({ anchors }) => anchors.includes(anchor));
}

/** What an answer has to show; that it does not is an answer as well. */
function seen<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw new AtlasError("malformed-answer", `Cannot find ${what}: the answer does not show it`);
}
