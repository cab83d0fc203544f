/**
 * What it takes to start the binary, beside an empty program compiled with the same runtime. A
 * monitoring system starts it every few minutes.
 *
 * @module
 */

import { join } from "node:path";
import type { Measurement } from "../figure.ts";
import { inTurns } from "../measure.ts";
import { SPREADSHEET, startSpreadsheet } from "../rig.ts";
import { type Extent, NotHere } from "../topic.ts";

/** Prints a deno and the runtime that its `deno compile` embeds. */
const FINDER = new URL("../../../shared/tools/denort", import.meta.url).pathname;
const EMPTY = "an empty program, compiled";
/** A process is slow to start more often than a function is slow to run. */
const MORE_ROUNDS = 3;

/** Measures start, memory and size. */
export async function* startup(extent: Extent): AsyncIterable<Measurement> {
  if (extent.quick) throw new NotHere("compiling takes longer than a look");
  const { folder } = extent;
  const runtime = await findRuntime();
  const empty = await compileEmpty(runtime, folder);
  const binary = await compileMirror(runtime, folder);
  yield {
    name: "size of the binary",
    size: "file",
    unit: "MB",
    values: [await sizeMb(binary)],
    rival: { name: EMPTY, values: [await sizeMb(empty)] },
    target: { of: "ratio", bound: "at most", value: 1.05 },
  };
  using spreadsheet = await startSpreadsheet();
  const config = join(folder, "mirror.json");
  await Deno.writeTextFile(
    config,
    JSON.stringify({
      database: "atlas.db",
      spreadsheetId: SPREADSHEET,
      sheetsEndpoint: spreadsheet.url,
      mode: "timer",
    }),
  );
  for (const command of ["--init", "--setup", "--once"]) {
    await start({ binary, args: [command, "--config", config], cache: folder });
  }
  const cases = [
    { args: ["--version"], target: 1.2 },
    { args: ["--check-health", "--offline", "--config", config], target: 1.6 },
    { args: ["--once", "--config", config], target: null },
  ];
  const programs = [
    { binary: empty, args: [] },
    ...cases.map(({ args }) => ({ binary, args })),
  ].map((program, index) => ({ ...program, cache: join(folder, `cache-${index}`) }));
  for (const { cache } of programs) await Deno.mkdir(cache);
  const [idle = [], ...times] = await inTurns(
    extent.rounds * MORE_ROUNDS,
    programs.map((program) => ({ work: async () => void await start(program) })),
  );
  const peaks = programs.map(() => new Array<number>());
  for (let round = 0; round < extent.rounds; round++) {
    for (const [index, program] of programs.entries()) peaks[index]?.push(await peakMb(program));
  }
  const [idlePeaks = [], ...ownPeaks] = peaks;
  for (const [index, { args, target }] of cases.entries()) {
    const name = args.filter((arg) => arg !== "--config" && arg !== config).join(" ");
    yield {
      name,
      size: "process",
      unit: "ms",
      values: times[index] ?? [],
      rival: { name: EMPTY, values: idle },
      ...(target === null ? {} : { target: { of: "ratio", bound: "at most", value: target } }),
    };
    yield {
      name: `${name}, resident memory`,
      size: "process",
      unit: "MB",
      values: ownPeaks[index] ?? [],
      rival: { name: EMPTY, values: idlePeaks },
    };
  }
}

interface Runtime {
  readonly deno: string;
  readonly denort: string;
}

async function findRuntime(): Promise<Runtime> {
  try {
    await Deno.stat(FINDER);
  } catch {
    throw new NotHere("there is no runtime to embed (../shared/tools/denort)");
  }
  const { success, stdout } = await new Deno.Command(FINDER, { stderr: "inherit" }).output();
  const [deno = "", denort = ""] = new TextDecoder().decode(stdout).trim().split(" ");
  if (!success || denort === "") throw new NotHere("the runtime to embed could not be fetched");
  return { deno, denort };
}

async function compileEmpty({ deno, denort }: Runtime, folder: string): Promise<string> {
  const [source, binary] = [join(folder, "empty.js"), join(folder, "empty")];
  await Deno.writeTextFile(source, "export {};\n");
  const args = ["compile", "--no-config", "--no-check", `--output=${binary}`, source];
  await build(deno, args, { DENORT_BIN: denort });
  return binary;
}

/** As `deno task compile` does it, into the folder that the binary may then use. */
async function compileMirror({ deno, denort }: Runtime, folder: string): Promise<string> {
  const tool = new URL("../../tools/compile.ts", import.meta.url).pathname;
  const names = "ATLAS_ROOT,ATLAS_NET,ATLAS_OUT";
  const flags = ["--no-prompt", "--allow-read", `--allow-write=${folder}`, "--allow-run"];
  await build(deno, ["run", ...flags, `--allow-env=${names}`, tool], {
    DENORT_BIN: denort,
    ATLAS_ROOT: folder,
    ATLAS_OUT: folder,
  });
  return join(folder, "atlas-mirror");
}

async function build(
  deno: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { success, stderr } = await new Deno.Command(deno, { args: [...args], env }).output();
  if (!success) throw new Error(`${args[0]}: ${new TextDecoder().decode(stderr)}`);
}

/** A program as it is started. */
interface Program {
  readonly binary: string;
  readonly args: readonly string[];
  /** Where it keeps compiled code. The first run writes it and no other adds to it. */
  readonly cache: string;
}

async function start({ binary, args, cache }: Program): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(binary, {
    args: [...args],
    env: { TMPDIR: cache },
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${args.join(" ")}: ${text.decode(stderr)}${text.decode(stdout)}`);
  return text.decode(stdout);
}

/** Starts a program and looks at its status until there is none; built-ins only, to be quick. */
const WATCH = `
"$@" >/dev/null 2>&1 &
peak=0
while [ -r /proc/$!/status ]; do
  seen=
  while read -r key value _; do
    if [ "$key" = VmHWM: ]; then seen=$value; fi
  done 2>/dev/null </proc/$!/status
  if [ -z "$seen" ]; then break; fi
  peak=$seen
done
echo "$peak"
`;

async function peakMb({ binary, args, cache }: Program): Promise<number> {
  const kilobytes = await start({
    binary: "sh",
    args: ["-c", WATCH, "sh", binary, ...args],
    cache,
  });
  return Number(kilobytes) * 1_024 / 1e6;
}

async function sizeMb(path: string): Promise<number> {
  return (await Deno.stat(path)).size / 1e6;
}
