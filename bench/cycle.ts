/**
 * What a cycle costs, beside the floor measured in the same run: parsing the same answer as JSON and
 * selecting the same rows. Prints a table and writes `bench/results.json`.
 *
 *     deno task bench
 *
 * @module
 */

import { must } from "../src/base/assert.ts";
import type { CycleReport } from "../src/mirror/report.ts";
import { error, World } from "../tests/helpers/world.ts";

const SIZES = [1_000, 10_000, 25_000];
const REPEATS = 7;
const TITLE = "Errors_Hotlist";

/** The median of several runs, and how far they spread. */
interface Figure {
  readonly medianMs: number;
  readonly fastestMs: number;
  readonly slowestMs: number;
}

interface Result {
  readonly rows: number;
  readonly what: string;
  readonly figure: Figure;
  /** How often the floor goes into the median; null: this is the floor. */
  readonly timesFloor: number | null;
  readonly reads: number | null;
  readonly writes: number | null;
}

async function measure(work: (round: number) => Promise<void> | void): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round <= REPEATS; round++) {
    const start = performance.now();
    await work(round);
    // The first round warms up the compiler and the caches and does not count.
    if (round > 0) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return {
    medianMs: must(times[Math.floor(times.length / 2)], "a median"),
    fastestMs: must(times[0], "a time"),
    slowestMs: must(times.at(-1), "a time"),
  };
}

/** A tab of unresolved errors, which have no retention, on both sides. */
async function filledWorld(rows: number): Promise<World> {
  const world = await World.start();
  world.db.transaction(() => {
    for (let index = 0; index < rows; index++) {
      world.insert("errors", error(`err-${index}`, { notes: `note ${index}` }));
    }
  });
  await world.cycle();
  return world;
}

async function benchSize(rows: number): Promise<Result[]> {
  await using world = await filledWorld(rows);
  const results: Result[] = [];
  const address = `${world.sheet.url}v4/spreadsheets/${world.sheet.spreadsheetId}/values:batchGet` +
    `?ranges=${TITLE}!A:H&valueRenderOption=UNFORMATTED_VALUE&dateTimeRenderOption=SERIAL_NUMBER`;
  const floor = await measure(async () => {
    const answer = await fetch(address, { headers: { authorization: "Bearer service-account" } });
    JSON.parse(await answer.text());
    world.db.all(
      "SELECT id, task, error, occurred_at, severity, resolved, resolution, notes FROM errors",
    );
  });
  results.push({ rows, what: "floor", figure: floor, timesFloor: null, reads: 1, writes: 0 });
  for (const percent of [0, 1, 10]) {
    let report: CycleReport | undefined;
    const changed = Math.round(rows * percent / 100);
    const figure = await measure(async (round) => {
      for (let index = 0; index < changed; index++) {
        world.change("errors", `err-${index}`, { task: `round ${round}` });
      }
      report = await world.cycle();
    });
    const { read, write } = must(report, "a report").requests;
    results.push({
      rows,
      what: percent === 0 ? "quiet cycle" : `${percent} % of the rows changed`,
      figure,
      timesFloor: figure.medianMs / floor.medianMs,
      reads: read,
      writes: write,
    });
  }
  return results;
}

function line(cells: readonly string[]): string {
  const widths = [7, 26, 10, 16, 8, 6, 7];
  return cells.map((cell, index) =>
    index === 1 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)
  ).join("  ");
}

if (import.meta.main) {
  const results: Result[] = [];
  console.log(line(["rows", "what", "median", "spread", "× floor", "reads", "writes"]));
  for (const rows of SIZES) {
    for (const result of await benchSize(rows)) {
      results.push(result);
      const { figure: { medianMs, fastestMs, slowestMs }, timesFloor, reads, writes } = result;
      console.log(line([
        `${rows}`,
        result.what,
        `${medianMs.toFixed(1)} ms`,
        `${fastestMs.toFixed(0)}–${slowestMs.toFixed(0)} ms`,
        timesFloor === null ? "1" : timesFloor.toFixed(2),
        `${reads}`,
        `${writes}`,
      ]));
    }
  }
  const path = new URL("results.json", import.meta.url);
  await Deno.writeTextFile(path, JSON.stringify(results, null, 2) + "\n");
}
