/**
 * Switches one protection of the mirror off at a time, in a copy of the sources, and looks how many
 * histories it takes until the oracle notices. A protection that nothing misses is untested or useless.
 *
 * @module
 */

import { z } from "zod";
import { type Mutation, MUTATIONS } from "./mutations.ts";
import { writeIntoReadme } from "./readme.ts";

/** Within so many histories a missing protection is to be noticed. */
export const HISTORIES_MAX = 2_000;

/** What came of one mutation. */
interface Finding {
  readonly mutation: Mutation;
  /** The first seed that noticed it; null: none did. */
  readonly seed: number | null;
  readonly what: string;
  readonly histories: number;
}

/** What is wanted. */
export interface MutateOptions {
  /** Only the mutations whose name holds this; null: all. */
  readonly only: string | null;
  readonly jobs: number;
  /** How many histories may pass before a missing protection is noticed. */
  readonly most: number;
  /** Whether the table is written into the README. */
  readonly write: boolean;
}

/** Checks the mutations; true where every one was noticed. */
export async function checkMutations({ only, jobs, most, write }: MutateOptions): Promise<boolean> {
  const findings: Finding[] = [];
  for (const mutation of MUTATIONS) {
    if (only !== null && !mutation.name.includes(only)) continue;
    const finding = await check(mutation, jobs, most);
    findings.push(finding);
    console.log(
      finding.seed === null
        ? `${mutation.name}: NOT noticed in ${finding.histories} histories`
        : `${mutation.name}: seed ${finding.seed} after ${finding.histories}: ${finding.what}`,
    );
    if (write) await writeTable(findings);
  }
  return findings.every(({ seed }) => seed !== null);
}

async function check(mutation: Mutation, jobs: number, most: number): Promise<Finding> {
  const root = await Deno.makeTempDir({ prefix: "atlas-mutation-" });
  try {
    await copyTree(".", root, [
      "deno.json",
      "deno.lock",
      "src",
      "tests/simulation",
      "tests/helpers",
    ]);
    for (const { file, find, replace } of mutation.edits) {
      const path = `${root}/${file}`;
      const source = await Deno.readTextFile(path);
      if (source.split(find).length !== 2) {
        throw new Error(`${mutation.name}: ${file} does not hold once: ${find}`);
      }
      await Deno.writeTextFile(path, source.replace(find, () => replace));
    }
    return read(mutation, await simulate(root, jobs, most));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function copyTree(from: string, to: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const source = `${from}/${name}`;
    if ((await Deno.stat(source)).isDirectory) {
      const inside = await Array.fromAsync(Deno.readDir(source), (entry) => entry.name);
      await Deno.mkdir(`${to}/${name}`, { recursive: true });
      await copyTree(source, `${to}/${name}`, inside);
    } else await Deno.copyFile(source, `${to}/${name}`);
  }
}

const taskSchema = z.object({ tasks: z.object({ simulate: z.object({ command: z.string() }) }) });

/** Plays histories in the copy, with the permissions of the task, until one fails. */
async function simulate(root: string, jobs: number, most: number): Promise<string> {
  const { tasks } = taskSchema.parse(JSON.parse(await Deno.readTextFile("deno.json")));
  const flags = tasks.simulate.command.split(" ").slice(2, -1);
  const output = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      ...flags,
      "tests/simulation/main.ts",
      "--until-found",
      `--runs=${most}`,
      `--jobs=${jobs}`,
    ],
    cwd: root,
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder().decode(output.stdout);
  if (!/histories in/.test(text)) throw new Error(new TextDecoder().decode(output.stderr));
  return text;
}

function read(mutation: Mutation, output: string): Finding {
  const [, seed, what] = /^seed (\d+): (.*)$/m.exec(output) ?? [];
  const [, histories] =
    /^(\d+) histories in .*failed$/m.exec(output.split("\n").slice(-2)[0] ?? "") ?? [];
  return {
    mutation,
    seed: seed === undefined ? null : Number(seed),
    what: what ?? "",
    histories: Number(histories ?? 0),
  };
}

/** Writes the table into the README, which keeps what it says of mutations that were not checked now. */
async function writeTable(findings: readonly Finding[]): Promise<void> {
  const readme = await Deno.readTextFile("README.md");
  const known = new Map(readme.split("\n").map((line) => [line.split("|")[1]?.trim(), line]));
  const rows = MUTATIONS.flatMap(({ name }) => {
    const finding = findings.find(({ mutation }) => mutation.name === name);
    return finding === undefined ? known.get(name) ?? [] : [tableRow(finding)];
  });
  const head = [
    "| protection | switched off | histories until noticed | seed | by |",
    "| --- | --- | --- | --- | --- |",
  ];
  await writeIntoReadme("mutations", [...head, ...rows].join("\n"));
}

function tableRow({ mutation: { name, off }, seed, what, histories }: Finding): string {
  const by = what.replace(/^(invariant \d).*/, "$1");
  return `| ${name} | ${off} | ${histories} | ${seed ?? "not noticed"} | ${by} |`;
}
