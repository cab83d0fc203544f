/**
 * The record of long runs: what was played in all, stretch by stretch, and what came up. It is kept beside
 * the simulator, so that a run can be gone on with, and told in the README.
 *
 * @module
 */

import { z } from "zod";
import { writeIntoReadme } from "./readme.ts";
import { type Kind, KINDS, Tally } from "./tally.ts";

const FILE = new URL("record.json", import.meta.url);

const stretchSchema = z.strictObject({
  first: z.number().int(),
  played: z.number().int(),
  seconds: z.number(),
  jobs: z.number().int(),
  /** Seeds of histories that broke an invariant. */
  failed: z.array(z.number().int()),
});
const recordSchema = z.strictObject({
  stretches: z.array(stretchSchema),
  tally: z.record(z.string(), z.number()),
});

/** One run of many histories, from one seed to another. */
export type Stretch = z.infer<typeof stretchSchema>;

/** Adds a run to the record and tells the whole of it in the README. */
export async function recordRun(stretch: Stretch, tally: Tally): Promise<void> {
  const known = await readRecord();
  const sum = new Tally();
  sum.add(Object.entries(known.tally));
  sum.add(tally.entries());
  const stretches = [...known.stretches, stretch];
  const record = { stretches, tally: Object.fromEntries(sum.entries()) };
  await Deno.writeTextFile(FILE, `${JSON.stringify(record, null, 2)}\n`);
  await writeIntoReadme("simulation", describe(stretches, sum));
}

async function readRecord(): Promise<z.infer<typeof recordSchema>> {
  try {
    return recordSchema.parse(JSON.parse(await Deno.readTextFile(FILE)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { stretches: [], tally: {} };
    throw error;
  }
}

const TITLES: Readonly<Record<Exclude<Kind, "oracle">, string>> = {
  "death": "the process is killed",
  "act meanwhile": "somebody acts in the middle of a cycle",
  "person": "deeds of people",
  "agent": "writes of the agent",
  "fault": "faults of the network",
  "disk": "faults of the disk",
  "rival": "a second process, refused or taking over",
  "mode": "cycles with something happening around them",
  "guard": "guards answered by the operator",
};

const figure = (count: number) => count.toLocaleString("en-US");

/** What was played, and what came up in it. */
function describe(stretches: readonly Stretch[], tally: Tally): string {
  const sum = (of: (stretch: Stretch) => number) =>
    stretches.reduce((total, stretch) => total + of(stretch), 0);
  const seeds = stretches.map(({ first, played }) => `${first} to ${first + played - 1}`);
  const hours = sum(({ seconds, jobs }) => seconds * jobs) / 3_600;
  const failed = stretches.flatMap((stretch) => stretch.failed);
  const outcome = failed.length === 0
    ? "None of them broke an invariant."
    : `${failed.length} of them broke an invariant (seeds ${failed.join(", ")}).`;
  const known = new Map(tally.entries());
  const rows = Object.entries(KINDS).flatMap(([kind, names]) => {
    const counts = names.map((name) => known.get(`${kind}: ${name}`) ?? 0);
    const title = Object.entries(TITLES).find(([key]) => key === kind)?.[1];
    if (title === undefined) {
      return names.map((name, index) => `| ${name} | | ${figure(counts[index] ?? 0)} |`);
    }
    const total = counts.reduce((total, count) => total + count, 0);
    return [`| ${title} | ${names.length} | ${figure(total)} |`];
  });
  return [
    `${figure(sum(({ played }) => played))} histories (seeds ${seeds.join(", ")}) were played in ` +
    `${hours.toFixed(1)} hours of a core. ${outcome}`,
    "",
    "| what came up | kinds | how often |",
    "| --- | --- | --- |",
    ...rows,
  ].join("\n");
}
