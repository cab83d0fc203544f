/**
 * Hands and eyes for tests that do many things at once: typed cells that no keyboard could enter, rows
 * by their ID, and a switch for what happens around the requests of the mirror.
 *
 * @module
 */

import { must } from "../../src/base/assert.ts";
import type { Intercept, InterceptedCall } from "../../src/embedded/server.ts";
import { tabOf, type World } from "./world.ts";
import type { CycleReport } from "../../src/mirror/report.ts";

/** What can be put into a cell: a text as it is, a number, a tick, or a formula. */
export type Typed = string | number | boolean | { readonly formula: string };

/** One cell to fill. */
export interface CellEdit {
  /** Counted from 1, as on the screen. */
  readonly row: number;
  /** Counted from 0. */
  readonly column: number;
  readonly value: Typed;
}

/** Calls the API as a person who may do everything, with requests no browser would send. */
export async function callAsOwner(world: World, path: string, body: unknown): Promise<void> {
  const { url, spreadsheetId } = world.sheet;
  const answer = await fetch(`${url}v4/spreadsheets/${spreadsheetId}${path}`, {
    method: "POST",
    headers: { "authorization": "Bearer owner", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
}

/** The sheetId of a tab. */
export function sheetIdOf(world: World, title: string): number {
  const sheet = world.sheet.book.sheets.find(({ properties }) => properties.title === title);
  return must(sheet?.properties.sheetId, `tab ${title}`);
}

function extendedValue(value: Typed): object {
  if (value === "") return {};
  if (typeof value === "string") return { userEnteredValue: { stringValue: value } };
  if (typeof value === "number") return { userEnteredValue: { numberValue: value } };
  if (typeof value === "boolean") return { userEnteredValue: { boolValue: value } };
  return { userEnteredValue: { formulaValue: value.formula } };
}

/** Fills cells of a tab, all in one request. */
export async function putCells(
  world: World,
  title: string,
  edits: readonly CellEdit[],
): Promise<void> {
  if (edits.length === 0) return;
  const sheetId = sheetIdOf(world, title);
  await callAsOwner(world, ":batchUpdate", {
    requests: edits.map(({ row, column, value }) => ({
      updateCells: {
        start: { sheetId, rowIndex: row - 1, columnIndex: column },
        rows: [{ values: [extendedValue(value)] }],
        fields: "userEnteredValue",
      },
    })),
  });
}

/** Makes sure that a tab has at least this many rows. */
export async function growTo(world: World, title: string, rows: number): Promise<void> {
  const sheetId = sheetIdOf(world, title);
  const properties = { sheetId, gridProperties: { rowCount: rows } };
  await callAsOwner(world, ":batchUpdate", {
    requests: [{ updateSheetProperties: { properties, fields: "gridProperties.rowCount" } }],
  });
}

/** What the screen shows of the rows that have an ID, by ID, with the number of the row. */
export async function screenOf(
  world: World,
  title: string,
): Promise<Map<string, { readonly row: number; readonly cells: readonly string[] }>> {
  const [, ...rows] = await world.owner.read(title);
  return new Map(rows.flatMap((cells, index) => {
    const [id = ""] = cells;
    return id === "" ? [] : [[id, { row: index + 2, cells }] as const];
  }));
}

/** The IDs on the screen from top to bottom, doubles included. */
export async function idsOf(world: World, title: string): Promise<string[]> {
  const [, ...rows] = await world.owner.read(title);
  return rows.map(([id = ""]) => id).filter((id) => id !== "");
}

/** What stands around every request of the mirror; people's requests pass. Settable at any time. */
export class Wire {
  #around: Intercept | null = null;

  /** To be handed to the embedded spreadsheet. */
  readonly intercept: Intercept = (call, handle) => {
    const around = this.#around;
    return around === null || call.identity !== "service-account" ? handle() : around(call, handle);
  };

  set(around: Intercept | null): void {
    this.#around = around;
  }

  /** Runs `work` while `around` stands around the mirror's requests. */
  async during<T>(around: Intercept, work: () => Promise<T>): Promise<T> {
    this.#around = around;
    try {
      return await work();
    } finally {
      this.#around = null;
    }
  }
}

/** The answer of a server that is not there for now. */
export function unavailable(): Response {
  return Response.json({
    error: { code: 503, message: "The service is currently unavailable.", status: "UNAVAILABLE" },
  }, { status: 503 });
}

/** Every write fails and nothing of it is applied. */
export const noWrites: Intercept = (call: InterceptedCall, handle) =>
  call.kind === "write" ? Promise.resolve(unavailable()) : handle();

/** The plan of a cell in a report; undefined: the cell is quiet. */
export function plannedCell(report: CycleReport, title: string, id: string, field: string) {
  return tabOf(report, title).plan?.rows.find((row) => row.id === id)?.cells
    .find((cell) => cell.field === field);
}

/**
 * Runs cycles until one writes nothing, and returns the IDs that the plans on the way were about. The
 * mirror's own reports may need a cycle or two of their own; anything else is an echo.
 */
export async function settle(world: World, rounds = 4): Promise<string[]> {
  const touched: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const report = await world.cycle();
    touched.push(
      ...report.tabs.flatMap(({ plan }) => plan?.rows.map((row): string => row.id) ?? []),
    );
    if (report.status === "ok" && report.requests.write === 0 && report.requests.read === 1) {
      return touched;
    }
  }
  throw new Error(`Not quiet after ${rounds} cycles; still at work on ${touched.join(", ")}`);
}
