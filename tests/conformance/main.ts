/**
 * `deno task conformance [DIR] [--write]`: plays the recorded traffic in DIR against the embedded
 * spreadsheet, compares every answer and tells what is proven by it. `--write` brings the table in
 * `docs/fidelity.md` up to date.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { MESSAGES } from "../../src/embedded/messages.ts";
import {
  coverageTable,
  failures,
  measureCoverage,
  summary,
  TABLE_BEGIN,
  TABLE_END,
} from "./coverage.ts";
import { missingRecordings, readScripts, RECORDINGS_FOLDER } from "./recordings.ts";
import { type PlayedStep, replay } from "./replay.ts";
import { measureUsage } from "./usage.ts";

const DOCUMENT = fileURLToPath(new URL("../../docs/fidelity.md", import.meta.url));

/** How many differences of a step are printed. */
const SHOWN = 5;

async function conform(folder: string, write: boolean): Promise<boolean> {
  const scripts = await readScripts(folder);
  if (scripts === null) {
    console.error(`Cannot compare: ${missingRecordings(folder)}`);
    console.error("Next: name the folder, as in deno task conformance ../shared/recordings");
    return false;
  }
  const played: PlayedStep[] = [];
  for (const script of scripts) {
    for (const step of await replay(script)) {
      played.push(step);
      if (step.differences.length > 0) tellDifferences(script.cassette, step);
    }
  }
  const alike = played.filter(({ differences }) => differences.length === 0).length;
  console.log(`${scripts.length} conversations: ${alike} of ${played.length} steps answered alike`);

  const unsupported = new Set(played.flatMap(({ unsupported }) => unsupported ?? []));
  console.log(`Recorded, but not supported: ${[...unsupported].join(", ") || "nothing"}`);
  const kinds = Object.entries(MESSAGES.Request).filter(([, type]) => type === "unsupported");
  console.log(`Kinds of requests not supported: ${kinds.map(([kind]) => kind).join(", ")}\n`);

  const usage = await measureUsage();
  const coverage = measureCoverage(usage, played);
  console.log(coverageTable(coverage));
  console.log(`\n${summary(coverage)}`);
  if (write) await writeTable(coverageTable(coverage));

  const failed = failures(usage, played);
  if (failed.length > 0) {
    console.error(`${failed.length} steps that touch what the mirror uses were answered otherwise`);
  }
  return failed.length === 0;
}

function tellDifferences(cassette: string, { place, differences }: PlayedStep): void {
  console.error(`${cassette}: ${place}`);
  for (const difference of differences.slice(0, SHOWN)) console.error(`  ${difference}`);
  const more = differences.length - SHOWN;
  if (more > 0) console.error(`  and ${more} more`);
}

async function writeTable(table: string): Promise<void> {
  const text = await Deno.readTextFile(DOCUMENT);
  const [before = "", rest = ""] = text.split(TABLE_BEGIN);
  const [, after = ""] = rest.split(TABLE_END);
  await Deno.writeTextFile(
    DOCUMENT,
    `${before}${TABLE_BEGIN}\n\n${table}\n\n${TABLE_END}${after}`,
  );
  console.log(`Wrote ${DOCUMENT}; deno fmt aligns the table`);
}

const folder = Deno.args.find((arg) => !arg.startsWith("--")) ?? RECORDINGS_FOLDER;
if (!await conform(folder, Deno.args.includes("--write"))) Deno.exitCode = 1;
