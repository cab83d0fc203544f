/**
 * Cycles that have something to do, on either side. Timed is what the mirror does itself: the time it
 * waits for the spreadsheet is taken out. The floor is what no tool can leave out for the same
 * exchange: to parse every answer, to make every request, to select the rows.
 *
 * @module
 */

import { join } from "node:path";
import type { Measurement } from "../figure.ts";
import { inTurns } from "../measure.ts";
import { errorId, ERRORS, Rig, selectErrors, SPREADSHEET } from "../rig.ts";
import type { Extent } from "../topic.ts";

const FLOOR = "JSON of the same exchange, one SELECT";

/** The sides on which something changes. */
const SIDES = {
  "rows changed in the database": (rig: Rig, count: number, round: number) => {
    rig.db.transaction(() => {
      for (let index = 0; index < count; index++) {
        rig.db.run("UPDATE errors SET task = ? WHERE id = ?", `Round ${round}`, errorId(index));
      }
    });
  },
  "notes typed by people": async (rig: Rig, count: number, round: number) => {
    const before = await notes(rig, count);
    const values = before.map((text) => [`${text}${text === "" ? "" : "\n"}seen in ${round}`]);
    await send(rig, "PUT", `/values/${ERRORS}!H2:H${count + 1}?valueInputOption=RAW`, { values });
  },
} as const;

/** Measures one percent, ten, and all of the rows. */
export async function* changes(extent: Extent): AsyncIterable<Measurement> {
  const rows = extent.quick ? 100 : 10_000;
  const size = `${rows.toLocaleString("en-US")} rows`;
  using rig = await Rig.start(join(extent.folder, "changes.db"));
  await rig.fill(rows);
  for (const [side, change] of Object.entries(SIDES)) {
    for (const percent of [1, 10, 100]) {
      const counts: number[] = [];
      const [own = [], floor = []] = await inTurns(extent.rounds, [
        {
          prepare: (round) => change(rig, rows * percent / 100, round),
          work: async () => {
            rig.meter.reset();
            const began = performance.now();
            await rig.cycle();
            const took = performance.now() - began - rig.meter.waitedMs;
            counts.push(rig.meter.exchanges.length);
            return took;
          },
        },
        {
          work() {
            for (const { sent, received } of rig.meter.exchanges) {
              JSON.parse(received);
              if (sent !== "") JSON.stringify(JSON.parse(sent));
            }
            selectErrors(rig.db);
          },
        },
      ]);
      yield {
        name: `${percent} % of the ${side}`,
        size,
        unit: "ms",
        values: own,
        rival: { name: FLOOR, values: floor },
      };
      yield {
        name: `requests: ${percent} % of the ${side}`,
        size,
        unit: "requests",
        values: counts.slice(-extent.rounds),
        // Two reads and two writes, as long as what is sent stays below the 2 MB Google recommends.
        ...(percent < 100 ? { target: { of: "value", bound: "at most", value: 4 } } : {}),
      };
    }
  }
}

async function notes(rig: Rig, count: number): Promise<string[]> {
  const answer = await send(rig, "GET", `/values/${ERRORS}!H2:H${count + 1}`);
  const { values = [] }: { values?: string[][] } = JSON.parse(answer);
  return Array.from({ length: count }, (_, index) => values[index]?.[0] ?? "");
}

/** A request as a person's browser sends it. */
async function send(rig: Rig, method: string, path: string, body?: unknown): Promise<string> {
  const answer = await fetch(`${rig.url}v4/spreadsheets/${SPREADSHEET}${path}`, {
    method,
    headers: { "authorization": "Bearer editor", "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${text.slice(0, 300)}`);
  return text;
}
