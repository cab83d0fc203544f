/**
 * Builds `dist/atlas-mirror`: one executable with its permissions baked in. It is bundled first, for a
 * binary made from few files is smaller and starts in half the time; in parts, for a command then loads
 * only what it needs.
 *
 * `ATLAS_ROOT` is the folder the binary may read and write below (default `/opt/atlas`), `ATLAS_NET`
 * names more hosts, separated by commas, `ATLAS_OUT` another folder than `dist`. `DENORT_BIN`, where
 * set, is the runtime that is embedded.
 *
 * @module
 */

import { isAbsolute, join } from "node:path";
import { ENVIRONMENT } from "../src/cli/settings.ts";

const HOSTS = [
  "sheets.googleapis.com",
  "oauth2.googleapis.com",
  // The embedded spreadsheet of --demo, and a status page.
  "127.0.0.1",
  "localhost",
  "[::1]",
  // Where notifications usually go.
  "hooks.slack.com",
  "*.slack.com",
  "discord.com",
  "chat.googleapis.com",
  "*.webhook.office.com",
];

/** What a start waits for otherwise; see "What was tried for the start" in `docs/performance.md`. */
const V8_FLAGS = [
  // The runtime keeps compiled code for the next start, but only of what was compiled when a file was
  // loaded: left lazy, every function that runs is compiled anew in every process.
  "--no-lazy",
  // With two processors, a compiler in the background holds the program up for longer than it helps.
  "--no-concurrent-sparkplug",
  // In megabytes: with less, the first collection of garbage comes in the middle of a start.
  "--min-semi-space-size=4",
];

const project = join(import.meta.dirname ?? ".", "..");
const out = Deno.env.get("ATLAS_OUT") || join(project, "dist");
const bundle = join(out, "bundle");
const minified = join(out, "minified");
const binary = join(out, "atlas-mirror");

const root = Deno.env.get("ATLAS_ROOT") || "/opt/atlas";
if (!isAbsolute(root) || root.includes(",")) {
  console.error(`compile: ATLAS_ROOT must be an absolute path without commas: ${root}`);
  Deno.exit(64);
}
const hosts = [...HOSTS, ...(Deno.env.get("ATLAS_NET") ?? "").split(",").filter(Boolean)];

// Minified in a step of its own, file by file: in one step with the bundling, what the bundler puts in
// the place of `require` does not survive. The whole of a binary's files is read at every start, and they
// are half as large. Source maps stay beside the binary, for one inside would be read as well; they lead
// from the places in a stack to those of the bundle.
for (const folder of [bundle, minified]) {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.remove(folder, { recursive: true });
}
await deno("bundle", "--platform=deno", "--code-splitting", `--outdir=${bundle}`, "main.ts");
await deno(
  "bundle",
  "--quiet",
  "--platform=deno",
  "--no-config",
  "--minify",
  "--inline-imports=false",
  "--sourcemap=external",
  `--outdir=${minified}`,
  ...[...Deno.readDirSync(bundle)].map(({ name }) => join(bundle, name)),
);
await deno(
  "compile",
  // The bundle has no types any more; `deno task check` looks at the sources.
  "--no-check",
  "--no-config",
  "--no-prompt",
  `--allow-read=${root}`,
  `--allow-write=${root}`,
  `--allow-net=${hosts.join(",")}`,
  `--allow-env=${ENVIRONMENT.map(({ name }) => name).join(",")}`,
  `--v8-flags=${V8_FLAGS.join(",")}`,
  // By default a program may import code from half a dozen public hosts while it runs.
  "--deny-import",
  // Libraries ask for names of their own, such as proxies; they shall find nothing rather than fail.
  "--ignore-env",
  `--output=${binary}`,
  join(minified, "main.js"),
);

async function deno(...args: string[]): Promise<void> {
  const { success, code } = await new Deno.Command(Deno.execPath(), { args, cwd: project }).spawn()
    .status;
  if (!success) {
    console.error(`compile: deno ${args[0]} failed`);
    Deno.exit(code);
  }
}
