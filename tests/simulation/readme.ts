/** Writes what was found into the README, between two marks. @module */

import type { Kind, Tally } from "./tally.ts";
import { KINDS } from "./tally.ts";

/** Puts a text between `<!-- NAME:begin -->` and `<!-- NAME:end -->` of the README. */
export async function writeIntoReadme(name: string, text: string): Promise<void> {
  const readme = await Deno.readTextFile("README.md");
  const place = new RegExp(`(<!-- ${name}:begin -->\n)[\\s\\S]*?(<!-- ${name}:end -->)`);
  if (!place.test(readme)) throw new Error(`The README has no place for ${name}`);
  await Deno.writeTextFile(
    "README.md",
    readme.replace(place, (_all, begin, end) => `${begin}\n${text}\n\n${end}`),
  );
}

const TITLES: Readonly<Record<Kind, string>> = {
  "death": "the process is killed",
  "act meanwhile": "somebody acts in the middle of a cycle",
  "person": "deeds of people",
  "agent": "writes of the agent",
  "fault": "faults of the network",
  "disk": "faults of the disk",
  "rival": "a second process, refused or taking over",
  "mode": "cycles with something happening around them",
  "guard": "guards answered by the operator",
  "oracle": "",
};

/** What a run of many histories met, as a table. */
export function describeRun(
  tally: Tally,
  run: {
    readonly played: number;
    readonly seconds: number;
    readonly first: number;
    readonly jobs: number;
  },
): string {
  const figure = (count: number) => count.toLocaleString("en-US");
  const rows = Object.entries(TITLES).filter(([, title]) => title !== "").map(([kind, title]) =>
    `| ${title} | ${kindsOf(kind)} | ${figure(total(tally, kind))} |`
  );
  const judged = KINDS.oracle.map((name) =>
    `| ${name} | | ${figure(tally.count("oracle", name))} |`
  );
  return [
    `${figure(run.played)} histories (seeds ${run.first} to ${run.first + run.played - 1}) in ` +
    `${
      Math.round(run.seconds / 60)
    } minutes, ${run.jobs} at a time, none of which broke an invariant:`,
    "",
    "| what came up | kinds | how often |",
    "| --- | --- | --- |",
    ...rows,
    ...judged,
  ].join("\n");
}

function kindsOf(kind: string): number {
  return Object.entries(KINDS).find(([name]) => name === kind)?.[1].length ?? 0;
}

function total(tally: Tally, kind: string): number {
  return tally.entries().filter(([key]) => key.startsWith(`${kind}: `))
    .reduce((sum, [, count]) => sum + count, 0);
}
