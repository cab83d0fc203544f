/**
 * Plays histories, as many as are wanted, and tells what was met on the way.
 *
 *     deno task simulate --runs 20000 --seed 1 --write
 *     deno task simulate --seconds 120
 *     deno task simulate --seed 4711 --story
 *     deno task simulate --mutate
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { z } from "zod";
import { playAll, type RunResult } from "./crew.ts";
import { historyOf } from "./history.ts";
import { checkMutations, HISTORIES_MAX } from "./mutate.ts";
import { play } from "./play.ts";
import { recordRun } from "./record.ts";
import { historyAt, shrink } from "./shrink.ts";
import { Violation } from "./stage.ts";
import { Tally } from "./tally.ts";

/** Further than any run within a time gets with the fixed seeds. */
const FIXED_SEEDS = 1_000_000;
const SHRINK_MS = 120_000;
/** Later failures add little; the first ones are told with their stories. */
const TOLD_MAX = 3;

const optionsSchema = z.strictObject({
  _: z.array(z.never()),
  runs: z.coerce.number().int().positive().optional(),
  seed: z.coerce.number().int().nonnegative().optional(),
  seconds: z.coerce.number().positive().optional(),
  jobs: z.coerce.number().int().positive().default(navigator.hardwareConcurrency),
  path: z.string().optional(),
  "until-found": z.boolean().default(false),
  story: z.boolean().default(false),
  mutate: z.boolean().default(false),
  only: z.string().optional(),
  write: z.boolean().default(false),
});
type Options = z.infer<typeof optionsSchema>;

if (import.meta.main) {
  const parsed = optionsSchema.safeParse(parseArgs(Deno.args, {
    string: ["runs", "seed", "seconds", "jobs", "path", "only"],
    boolean: ["until-found", "story", "mutate", "write"],
  }));
  if (!parsed.success) {
    console.error(z.prettifyError(parsed.error));
    console.error("deno task simulate [--runs N | --seconds S] [--seed S [--story]] [--mutate]");
    Deno.exit(2);
  }
  Deno.exit(await run(parsed.data) ? 0 : 1);
}

async function run(options: Options): Promise<boolean> {
  const { mutate, story, seed, only, write, jobs } = options;
  if (mutate) {
    const most = options.runs ?? HISTORIES_MAX;
    return await checkMutations({ only: only ?? null, jobs, most, write });
  }
  if (story) return await tellStory(seed ?? 1, options.path ?? null);
  return await playMany(options);
}

/** Plays one history and prints everything that happens in it. */
async function tellStory(seed: number, path: string | null): Promise<boolean> {
  const history = path === null ? historyOf(seed) : await historyAt(seed, path);
  try {
    console.log((await play(history, new Tally())).join("\n"));
    return true;
  } catch (thrown) {
    if (!(thrown instanceof Violation)) throw thrown;
    console.log([...thrown.story, "", thrown.message].join("\n"));
    return false;
  }
}

/**
 * The seeds of a run: those wanted, or within a time as many fixed ones as fit and then one drawn at random.
 * One, for a gate that is red by chance holds up whoever comes by; the many are for runs with `--seed`.
 */
function* seedsOf({ runs, seed, seconds }: Options, isTimeUp: () => boolean): Generator<number> {
  const first = seed ?? 1;
  const count = runs ?? (seconds === undefined ? 100 : Infinity);
  let next = first;
  while (next < first + count && !isTimeUp()) yield next++;
  if (seconds === undefined || seed !== undefined) return;
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  const last = FIXED_SEEDS + random % 1_000_000_000;
  console.log(`Seeds 1 to ${next - 1} are played; the last one, drawn at random, is ${last}.`);
  yield last;
}

async function playMany(options: Options): Promise<boolean> {
  const { jobs, seconds } = options;
  const tally = new Tally();
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1_000;
  const isTimeUp = () => seconds !== undefined && elapsed() >= seconds;
  let told = 0;
  let toldFailures = 0;
  const goOn = ({ played, failures }: RunResult) => {
    for (const { seed, what } of failures.slice(toldFailures)) console.log(`seed ${seed}: ${what}`);
    toldFailures = failures.length;
    if (elapsed() - told > 30) {
      told = elapsed();
      console.log(`${played} histories in ${told.toFixed(0)} s, ${failures.length} failed`);
    }
    return !options["until-found"] || failures.length === 0;
  };
  const result = await playAll(seedsOf(options, isTimeUp), jobs, tally, goOn);
  const { played, failures } = result;
  if (!options["until-found"]) console.log(tally.toString());
  console.log(
    `${played} histories in ${
      elapsed().toFixed(0)
    } s (${jobs} at a time), ${failures.length} failed`,
  );
  if (options["until-found"]) return failures.length === 0;
  if (options.write) {
    const failed = failures.map(({ seed }) => seed).sort((a, b) => a - b);
    const first = options.seed ?? 1;
    await recordRun({ first, played, seconds: Math.round(elapsed()), jobs, failed }, tally);
  }
  for (const { seed } of failures.slice(0, TOLD_MAX)) await tellShortest(seed);
  const missing = seconds === undefined ? [] : tally.missing();
  for (const name of missing) console.log(`never happened: ${name}`);
  return failures.length === 0 && missing.length === 0;
}

async function tellShortest(seed: number): Promise<void> {
  const found = await shrink(seed, SHRINK_MS);
  if (found === null) return;
  console.log(`\nThe shortest story that was found for seed ${seed}:\n`);
  found.story.forEach((line, index) => console.log(`${String(index + 1).padStart(4)}  ${line}`));
  console.log(
    `\n${found.what}\n\nAgain: deno task simulate --seed ${seed} --path ${found.path} --story`,
  );
}
