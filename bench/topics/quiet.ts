/**
 * A cycle that finds nothing to do, which is nearly every one. Its floor is what no tool can leave
 * out: to parse the same answer, and to select the same rows. The answers are recorded ones, so the
 * work of the spreadsheet is not in it.
 *
 * @module
 */

import { join } from "node:path";
import { openDatabase } from "../../src/store/database.ts";
import type { Measurement } from "../figure.ts";
import { inTurns } from "../measure.ts";
import { cycle, type Exchange, mirrorOf, replay, Rig, selectErrors } from "../rig.ts";
import type { Extent } from "../topic.ts";

const FLOOR = "JSON.parse of the answer, one SELECT";

/** Measures time and memory at sizes that grow, so that it shows whether they grow with it. */
export async function* quiet(extent: Extent): AsyncIterable<Measurement> {
  const sizes = extent.quick ? [200] : [1_000, 10_000, 25_000];
  const perRow: { readonly rows: number; readonly values: readonly number[] }[] = [];
  for (const rows of sizes) {
    const size = `${rows.toLocaleString("en-US")} rows`;
    const isLargest = rows === sizes.at(-1);
    const recorded = await record(extent.folder, rows);
    const { own, floor } = await time(recorded, extent.rounds);
    perRow.push({ rows, values: own.map((ms) => ms / rows) });
    yield {
      name: "quiet cycle",
      size,
      unit: "ms",
      values: own,
      rival: { name: FLOOR, values: floor },
      // In a small tab the log of the cycle and the like outweigh the rows.
      ...(isLargest ? { target: { of: "ratio", bound: "at most", value: 1.5 } } : {}),
    };
    yield {
      name: "requests of a quiet cycle",
      size,
      unit: "requests",
      values: [recorded.exchanges.length],
      target: { of: "value", bound: "at most", value: 1 },
    };
    yield* memory(recorded, extent.rounds, size, isLargest);
  }
  const [small, large] = [perRow.at(-2), perRow.at(-1)];
  if (small === undefined || large === undefined) return;
  yield {
    name: "quiet cycle, for each 1,000 rows",
    size: `${large.rows.toLocaleString("en-US")} rows`,
    unit: "ms",
    values: large.values.map((ms) => ms * 1_000),
    rival: {
      name: `of ${small.rows.toLocaleString("en-US")} rows`,
      values: small.values.map((ms) => ms * 1_000),
    },
    target: { of: "ratio", bound: "at most", value: 1.25 },
  };
}

/** A site that has come to rest, and what a quiet cycle of it hears. */
interface Recorded {
  readonly database: string;
  /** The file of the exchanges, for another process; in it `received` names the file of the answer. */
  readonly answers: string;
  readonly exchanges: readonly Exchange[];
}

async function record(folder: string, rows: number): Promise<Recorded> {
  const database = join(folder, `quiet-${rows}.db`);
  const answers = join(folder, `quiet-${rows}.json`);
  using rig = await Rig.start(database);
  await rig.fill(rows);
  rig.meter.reset();
  await rig.cycle();
  const { exchanges } = rig.meter;
  const kept = exchanges.map((one, index) => ({ ...one, received: `${answers}.${index}` }));
  for (const [index, { received }] of exchanges.entries()) {
    await Deno.writeTextFile(`${answers}.${index}`, received);
  }
  await Deno.writeTextFile(answers, JSON.stringify(kept));
  return { database, answers, exchanges };
}

async function time(
  { database, exchanges }: Recorded,
  rounds: number,
): Promise<{ readonly own: number[]; readonly floor: number[] }> {
  using db = openDatabase(database, { mode: "write" });
  const mirror = mirrorOf("http://127.0.0.1/", replay(exchanges));
  const [own = [], floor = []] = await inTurns(rounds, [
    { work: async () => void await cycle(db, mirror) },
    {
      work() {
        for (const { received } of exchanges) JSON.parse(received);
        selectErrors(db);
      },
    },
  ]);
  return { own, floor };
}

/** What a cycle takes beyond the same program at rest, a process each time. */
async function* memory(
  recorded: Recorded,
  rounds: number,
  size: string,
  /** With few rows the answer is smaller than what a process varies by. */
  isLargest: boolean,
): AsyncIterable<Measurement> {
  const answerMb = recorded.exchanges.reduce((sum, one) => sum + one.received.length, 0) / 1e6;
  const beyond = { floor: new Array<number>(), cycle: new Array<number>() };
  for (let round = 0; round < rounds; round++) {
    const rest = await peakMb("rest", recorded);
    beyond.floor.push(await peakMb("floor", recorded) - rest);
    beyond.cycle.push(await peakMb("cycle", recorded) - rest);
  }
  yield {
    name: "memory of a quiet cycle, beyond the program at rest",
    size,
    unit: "MB",
    values: beyond.cycle,
    rival: { name: FLOOR, values: beyond.floor },
  };
  if (!isLargest) return;
  yield {
    name: "memory of a quiet cycle, against its answer",
    size,
    unit: "MB",
    values: beyond.cycle,
    rival: { name: "bytes of the answer", values: [answerMb] },
    target: { of: "ratio", bound: "at most", value: 4 },
  };
}

async function peakMb(mode: string, { database, answers }: Recorded): Promise<number> {
  const child = new URL("../quiet_child.ts", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--allow-run=/bin/cat",
      child,
      mode,
      database,
      answers,
    ],
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${mode}: ${text.decode(stderr)}`);
  return Number(text.decode(stdout)) * 1_024 / 1e6;
}
