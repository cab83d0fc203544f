/** Runs the real program as `deno task start` does, and hands back what it said. @module */

import assert from "node:assert/strict";
import { join } from "node:path";
import { sha256Hex } from "../../src/base/digest.ts";
import { AtlasError } from "../../src/base/errors.ts";
import { openDatabase } from "../../src/store/database.ts";
import project from "../../deno.json" with { type: "json" };

export const root = join(import.meta.dirname ?? ".", "..", "..");

/** What the program said and how it ended. */
export interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program to its end, with nothing but `env` in its environment. */
export function program(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Told> {
  return runTask(project.tasks.start.command, args, env);
}

/** Runs a task of `deno.json` that begins with `deno`, with further arguments. */
export async function runTask(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Told> {
  const [deno, ...flags] = command.split(" ");
  assert.equal(deno, "deno");
  return await runExecutable(Deno.execPath(), [...flags, ...args], {
    ...cacheOf(Deno.env.toObject()),
    ...env,
  });
}

/** Runs an executable to its end, with nothing but `env` in its environment. */
export async function runExecutable(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Told> {
  const output = await new Deno.Command(path, {
    args: [...args],
    cwd: root,
    clearEnv: true,
    env: { ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder();
  return {
    code: output.code,
    stdout: text.decode(output.stdout),
    stderr: text.decode(output.stderr),
  };
}

/** Where the runtime finds its packages; the program itself cannot see these names. */
export function cacheOf(env: Readonly<Record<string, string>>): Record<string, string> {
  const names = ["HOME", "DENO_DIR", "XDG_CACHE_HOME", "DENO_TLS_CA_STORE"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value]];
  }));
}

/** A folder for one test, gone at its end; below `parent`, or wherever folders come and go. */
export async function testFolder(
  parent?: string,
): Promise<{ readonly path: string } & AsyncDisposable> {
  const dir = parent === undefined ? {} : { dir: parent };
  const path = await Deno.makeTempDir({ prefix: "atlas-mirror-", ...dir });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** What of the mirror's own tables says how things stand; the others tell that it ran, and how. */
const STANDING: readonly unknown[] = ["mirror_base", "mirror_intent", "mirror_audit"];

/** A digest of the user's tables and of what the mirror knows about them; empty: no database. */
export function databaseDigest(path: string): string {
  try {
    using db = openDatabase(path, { mode: "read" });
    const tables = db.all("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .filter(({ name }) => STANDING.includes(name) || !/^(mirror|sqlite)_/.test(String(name)));
    const rows = tables.map(({ name }) => db.all(`SELECT * FROM "${name}"`));
    return sha256Hex(JSON.stringify([tables, rows]), 64);
  } catch (error) {
    if (error instanceof AtlasError && error.kind === "configuration") return "";
    throw error;
  }
}
