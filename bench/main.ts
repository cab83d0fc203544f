/**
 * What the mirror costs, each figure beside its floor or its rival measured in the same run. Prints a
 * table and writes `bench/results.json`.
 *
 *     deno task bench                  # everything, about ten minutes on two cores
 *     deno task bench --only quiet     # one topic; the file keeps the others
 *     deno task bench --quick          # only whether it works; writes nothing
 *     deno task bench --write          # writes the tables of README.md and docs/performance.md too
 *     deno task bench --tables         # only these tables, from what was measured before
 *
 * @module
 */

import { messageOf } from "../src/base/errors.ts";
import { type Figure, figureOf, type Results, resultsSchema } from "./figure.ts";
import { headlines, markdownTable, terminalFigure, terminalHead, withTable } from "./table.ts";
import { type Extent, NotHere, type Topic } from "./topic.ts";
import { changes } from "./topics/changes.ts";
import { core } from "./topics/core.ts";
import { history } from "./topics/history.ts";
import { quiet } from "./topics/quiet.ts";
import { requests } from "./topics/requests.ts";
import { sanitise } from "./topics/sanitise.ts";
import { startup } from "./topics/startup.ts";

const TOPICS: Readonly<Record<string, Topic>> = {
  quiet,
  changes,
  core,
  requests,
  history,
  startup,
  sanitise,
};

/** The median of fewer says little. */
const ROUNDS = 7;

const RESULTS = new URL("results.json", import.meta.url);
const PAGES = [
  { page: new URL("../README.md", import.meta.url), choose: headlines },
  { page: new URL("../docs/performance.md", import.meta.url), choose: (all: Results) => all },
];

/** What came of one topic. */
interface Outcome {
  readonly topic: string;
  readonly figures: readonly Figure[];
  /** Why there are none; null: there are. */
  readonly missing: { readonly kind: "skipped" | "failed"; readonly why: string } | null;
}

async function run(topic: string, extent: Extent): Promise<Outcome> {
  const work = TOPICS[topic];
  if (work === undefined) throw new Error(`no topic "${topic}"`);
  const figures: Figure[] = [];
  console.log(`\n${topic} …`);
  const began = performance.now();
  try {
    for await (const measurement of work(extent)) {
      const figure = figureOf(topic, measurement);
      figures.push(figure);
      console.log(terminalFigure(figure));
    }
  } catch (thrown) {
    const kind = thrown instanceof NotHere ? "skipped" : "failed";
    console.log(`${topic} ${kind}: ${messageOf(thrown)}`);
    if (kind === "failed" && thrown instanceof Error) console.log(thrown.stack);
    return { topic, figures, missing: { kind, why: messageOf(thrown) } };
  } finally {
    console.log(`(${((performance.now() - began) / 1_000).toFixed(0)} s)`);
  }
  return { topic, figures, missing: null };
}

/** The results with the topics of this run in the place of what was known of them. */
function merge(before: Results | null, outcomes: readonly Outcome[]): Results {
  const ran = new Set(outcomes.map(({ topic }) => topic));
  const kept = <T extends { readonly topic: string }>(list: readonly T[] | undefined) =>
    (list ?? []).filter(({ topic }) => !ran.has(topic));
  const missing = (wanted: "skipped" | "failed") =>
    outcomes.flatMap(({ topic, missing }) =>
      missing?.kind === wanted ? [{ topic, why: missing.why }] : []
    );
  const order = Object.keys(TOPICS);
  const inOrder = (a: { topic: string }, b: { topic: string }) =>
    order.indexOf(a.topic) - order.indexOf(b.topic);
  const { os, arch } = Deno.build;
  return {
    machine: {
      system: `${os} ${arch}`,
      cores: navigator.hardwareConcurrency,
      deno: Deno.version.deno,
    },
    figures: [...kept(before?.figures), ...outcomes.flatMap(({ figures }) => figures)]
      .sort(inOrder),
    skipped: [...kept(before?.skipped), ...missing("skipped")].sort(inOrder),
    failed: [...kept(before?.failed), ...missing("failed")].sort(inOrder),
  };
}

async function readResults(): Promise<Results | null> {
  try {
    return resultsSchema.parse(JSON.parse(await Deno.readTextFile(RESULTS)));
  } catch {
    // Missing, or of another form: everything is measured anew.
    return null;
  }
}

async function writePages(results: Results): Promise<void> {
  for (const { page, choose } of PAGES) {
    const text = withTable(await Deno.readTextFile(page), markdownTable(choose(results)));
    await Deno.writeTextFile(page, text);
  }
}

/** Measures the topics and keeps what came of it; true: none failed. */
async function measureAll(
  topics: readonly string[],
  options: { readonly quick: boolean; readonly write: boolean },
): Promise<boolean> {
  const { quick, write } = options;
  console.log(terminalHead());
  const outcomes: Outcome[] = [];
  for (const topic of topics) {
    const folder = await Deno.makeTempDir({ prefix: "atlas-mirror-bench-" });
    try {
      outcomes.push(await run(topic, { rounds: quick ? 1 : ROUNDS, quick, folder }));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  if (!quick) {
    const results = merge(await readResults(), outcomes);
    await Deno.writeTextFile(RESULTS, JSON.stringify(results, null, 2) + "\n");
    if (write) await writePages(results);
    const missed = outcomes.flatMap(({ figures }) => figures).filter(({ met }) => met === false);
    console.log(`\n${missed.length} targets missed`);
  }
  return outcomes.every(({ missing }) => missing?.kind !== "failed");
}

const FLAGS = ["--only", "--quick", "--write", "--tables"];

/** Reads the arguments and does what they ask for; the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const only = args.indexOf("--only");
  const topics = only < 0 ? Object.keys(TOPICS) : [args[only + 1] ?? ""];
  const unknown = topics.find((topic) => !(topic in TOPICS));
  if (unknown !== undefined) {
    console.error(`bench: no topic "${unknown}"; there are ${Object.keys(TOPICS).join(", ")}`);
    return 64;
  }
  const odd = args.find((arg, index) => !FLAGS.includes(arg) && (only < 0 || index !== only + 1));
  if (odd !== undefined) {
    console.error(`bench: no flag "${odd}"; there are ${FLAGS.join(", ")}`);
    return 64;
  }
  const results = args.includes("--tables") ? await readResults() : null;
  if (results !== null) {
    await writePages(results);
    return 0;
  }
  const options = { quick: args.includes("--quick"), write: args.includes("--write") };
  return await measureAll(topics, options) ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
