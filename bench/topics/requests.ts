/**
 * What it takes to bring a thousand changed rows into a tab: requests, bytes, and time, beside
 * `google-spreadsheet`, the most used client of its kind, doing the same job in the two ways its README
 * teaches: row by row, and by cells in a batch. It reads no database, compares nothing, audits nothing
 * and verifies nothing. The time is what somebody waits for, the spreadsheet's own part included, which
 * answers all three from a thread of its own; the same without that part is told beside it.
 *
 * @see https://theoephraim.github.io/node-google-spreadsheet/
 * @module
 */

import { GoogleSpreadsheet, type GoogleSpreadsheetWorksheet } from "google-spreadsheet";
import { join } from "node:path";
import { must } from "../../src/base/assert.ts";
import type { Measurement, Target } from "../figure.ts";
import { inTurns, type Subject } from "../measure.ts";
import { errorId, ERRORS, type Exchange, Meter, Rig, SPREADSHEET } from "../rig.ts";
import type { Extent } from "../topic.ts";

/** One way to do the job. */
interface Way {
  /** Does it, with another text in every round. */
  readonly work: (round: number) => Promise<void>;
  readonly prepare?: (round: number) => Promise<void>;
  readonly meter: Meter;
}

/** Changes the tasks of the first rows. */
type Change = (sheet: GoogleSpreadsheetWorksheet, rows: number, text: string) => Promise<void>;

const changeRows: Change = async (sheet, rows, text) => {
  for (const [index, row] of (await sheet.getRows({ limit: rows })).entries()) {
    row.set("Task", `${index} ${text}, row by row`);
    await row.save();
  }
};

const changeCells: Change = async (sheet, rows, text) => {
  await sheet.loadCells(`A1:H${rows + 1}`);
  for (let row = 1; row <= rows; row++) sheet.getCell(row, 1).value = `${row} ${text}, in a batch`;
  await sheet.saveUpdatedCells();
};

/** The rival's ways, and what is aimed at beside each. */
const RIVALS: readonly {
  readonly name: string;
  readonly change: Change;
  readonly requests: Target;
  readonly time: Target;
}[] = [{
  name: "google-spreadsheet, row by row",
  change: changeRows,
  requests: { of: "value", bound: "at most", value: 4 },
  time: { of: "ratio", bound: "at most", value: 1 / 5 },
}, {
  name: "google-spreadsheet, cells in a batch",
  change: changeCells,
  requests: { of: "ratio", bound: "at most", value: 1 },
  time: { of: "ratio", bound: "at most", value: 1.5 },
}];

/** Measures the mirror beside the rival's two ways, in turns. */
export async function* requests(extent: Extent): AsyncIterable<Measurement> {
  const rows = extent.quick ? 10 : 1_000;
  const size = `${rows.toLocaleString("en-US")} rows changed`;
  using rig = await Rig.start(join(extent.folder, "requests.db"));
  // What the rival writes would look to the mirror as if people had edited the tab.
  using other = await Rig.start(join(extent.folder, "rivals.db"));
  for (const each of [rig, other]) await each.fill(rows);
  const own = timed(mirrored(rig, rows));
  const rivals = RIVALS.map(({ change }) => timed(rivalling(other, rows, change)));
  const [ownTimes = [], ...times] = await inTurns(extent.rounds, [own, ...rivals]);
  for (const [index, { name, requests, time }] of RIVALS.entries()) {
    const { meter: { exchanges }, alone } = must(rivals[index], name);
    yield {
      name: "requests to bring changed rows into the sheet",
      size,
      unit: "requests",
      values: [own.meter.exchanges.length],
      rival: { name, values: [exchanges.length] },
      target: requests,
    };
    yield {
      name: "bytes on the wire for it, both ways",
      size,
      unit: "kB",
      values: [kilobytes(own.meter.exchanges)],
      rival: { name, values: [kilobytes(exchanges)] },
    };
    yield {
      name: "time to bring changed rows into the sheet",
      size,
      unit: "ms",
      values: ownTimes,
      rival: { name, values: must(times[index], name) },
      target: time,
    };
    yield {
      name: "the same, without what the spreadsheet takes",
      size,
      unit: "ms",
      values: own.alone.slice(-extent.rounds),
      rival: { name, values: alone.slice(-extent.rounds) },
    };
  }
}

/** A way as it takes its turns. */
interface TimedWay extends Subject {
  readonly meter: Meter;
  /** What each round took without the time it waited for the spreadsheet. */
  readonly alone: readonly number[];
}

function timed({ meter, prepare, work }: Way): TimedWay {
  const alone: number[] = [];
  return {
    meter,
    alone,
    async prepare(round) {
      await prepare?.(round);
      meter.reset();
    },
    async work(round) {
      const began = performance.now();
      await work(round);
      const took = performance.now() - began;
      alone.push(took - meter.waitedMs);
      return took;
    },
  };
}

/** The mirror, told to sync the one tab that the rival changes. */
function mirrored(rig: Rig, rows: number): Way {
  return {
    meter: rig.meter,
    async prepare(round) {
      // Behind every change usually comes a cycle without news, in which the tab becomes quiet.
      await rig.cycle();
      rig.db.transaction(() => {
        for (let index = 0; index < rows; index++) {
          const text = `${index} of round ${round}`;
          rig.db.run("UPDATE errors SET task = ? WHERE id = ?", text, errorId(index));
        }
      });
    },
    async work() {
      await rig.cycle([ERRORS]);
    },
  };
}

function rivalling({ url }: Rig, rows: number, change: Change): Way {
  const meter = new Meter();
  return {
    meter,
    async work(round) {
      await change(await connect(url, meter), rows, `of round ${round}`);
    },
  };
}

/** The package's address of the API is a constant; its HTTP client can be given another one. */
async function connect(url: string, meter: Meter): Promise<GoogleSpreadsheetWorksheet> {
  const prefix = `${url}v4/spreadsheets/${SPREADSHEET}`;
  const token = { token: "owner" };
  const document = new GoogleSpreadsheet(SPREADSHEET, token, { retryConfig: 0 });
  Object.assign(document, {
    sheetsApi: document.sheetsApi.extend({ prefix, fetch: meter.fetch, timeout: false }),
  });
  await document.loadInfo();
  return must(document.sheetsByTitle[ERRORS], ERRORS);
}

function kilobytes(exchanges: readonly Exchange[]): number {
  const encoder = new TextEncoder();
  const bytes = (text: string) => encoder.encode(text).length;
  return exchanges.reduce((sum, one) => sum + bytes(one.sent) + bytes(one.received), 0) / 1e3;
}
