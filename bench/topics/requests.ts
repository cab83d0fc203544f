/**
 * What a thousand changed rows cost on the wire, beside `google-spreadsheet`, the most used client of
 * its kind, doing the same job in the two ways its README teaches: row by row, and by cells in a batch.
 * It compares nothing, audits nothing and verifies nothing.
 *
 * @see https://theoephraim.github.io/node-google-spreadsheet/
 * @module
 */

import { GoogleSpreadsheet, type GoogleSpreadsheetWorksheet } from "google-spreadsheet";
import { join } from "node:path";
import { must } from "../../src/base/assert.ts";
import type { Measurement } from "../figure.ts";
import { errorId, ERRORS, type Exchange, Meter, Rig, SPREADSHEET } from "../rig.ts";
import type { Extent } from "../topic.ts";

/** Counts requests and bytes of the three ways. */
export async function* requests(extent: Extent): AsyncIterable<Measurement> {
  const rows = extent.quick ? 10 : 1_000;
  const size = `${rows.toLocaleString("en-US")} rows changed`;
  using rig = await Rig.start(join(extent.folder, "requests.db"));
  await rig.fill(rows);
  const own = await mirrored(rig, rows);
  const rivals = {
    "google-spreadsheet, row by row": await rowByRow(rig),
    "google-spreadsheet, cells in a batch": await cellsInBatch(rig, rows),
  };
  for (const [name, rival] of Object.entries(rivals)) {
    yield {
      name: "requests to bring changed rows into the sheet",
      size,
      unit: "requests",
      values: [own.length],
      rival: { name, values: [rival.length] },
      target: { of: "value", bound: "at most", value: 4 },
    };
    yield {
      name: "bytes on the wire for it, both ways",
      size,
      unit: "kB",
      values: [kilobytes(own)],
      rival: { name, values: [kilobytes(rival)] },
    };
  }
}

async function mirrored(rig: Rig, rows: number): Promise<readonly Exchange[]> {
  rig.db.transaction(() => {
    for (let index = 0; index < rows; index++) {
      rig.db.run("UPDATE errors SET task = ? WHERE id = ?", `Task ${index}`, errorId(index));
    }
  });
  rig.meter.reset();
  await rig.cycle();
  return rig.meter.exchanges;
}

async function rowByRow(rig: Rig): Promise<readonly Exchange[]> {
  const { meter, sheet } = await connect(rig);
  const rows = await sheet.getRows();
  for (const [index, row] of rows.entries()) {
    row.set("Task", `Another ${index}`);
    await row.save();
  }
  return meter.exchanges;
}

async function cellsInBatch(rig: Rig, rows: number): Promise<readonly Exchange[]> {
  const { meter, sheet } = await connect(rig);
  await sheet.loadCells(`A1:H${rows + 1}`);
  for (let row = 1; row <= rows; row++) sheet.getCell(row, 1).value = `A third ${row}`;
  await sheet.saveUpdatedCells();
  return meter.exchanges;
}

/** The package's address of the API is a constant; its HTTP client can be given another one. */
async function connect(
  { url }: Rig,
): Promise<{ readonly meter: Meter; readonly sheet: GoogleSpreadsheetWorksheet }> {
  const meter = new Meter();
  const prefix = `${url}v4/spreadsheets/${SPREADSHEET}`;
  const token = { token: "owner" };
  const document = new GoogleSpreadsheet(SPREADSHEET, token, { retryConfig: 0 });
  Object.assign(document, {
    sheetsApi: document.sheetsApi.extend({ prefix, fetch: meter.fetch, timeout: false }),
  });
  await document.loadInfo();
  return { meter, sheet: must(document.sheetsByTitle[ERRORS], ERRORS) };
}

function kilobytes(exchanges: readonly Exchange[]): number {
  const encoder = new TextEncoder();
  const bytes = (text: string) => encoder.encode(text).length;
  return exchanges.reduce((sum, one) => sum + bytes(one.sent) + bytes(one.received), 0) / 1e3;
}
