/** Runs the real program as `deno task start` does, and hands back what it said. @module */

import { join } from "node:path";
import { z } from "zod";
import { sha256Hex } from "../../src/base/digest.ts";
import { AtlasError } from "../../src/base/errors.ts";
import { openDatabase } from "../../src/store/database.ts";
import project from "../../deno.json" with { type: "json" };

const root = join(import.meta.dirname ?? ".", "..", "..");

/** What the program said and how it ended. */
export interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const startSchema = z.object({ command: z.string().startsWith("deno ") });

/** Runs the program to its end, with nothing but `env` in its environment. */
export async function program(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Told> {
  const { command } = startSchema.parse(project.tasks.start);
  const output = await new Deno.Command(Deno.execPath(), {
    args: [...command.split(" ").slice(1), ...args],
    cwd: root,
    clearEnv: true,
    env: { ...cacheOf(Deno.env.toObject()), ...env },
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
function cacheOf(env: Readonly<Record<string, string>>): Record<string, string> {
  const names = ["HOME", "DENO_DIR", "XDG_CACHE_HOME", "DENO_TLS_CA_STORE"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value]];
  }));
}

/** A folder for one test, gone at its end. */
export async function testFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "atlas-mirror-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** A cycle that fails is a cycle, too: it is logged, counted, and takes the lease. */
const LOGS: readonly string[] = ["mirror_cycle", "mirror_lease", "sqlite_sequence"];

/** A digest of everything the database holds, but for its logs. Empty: there is no database. */
export function databaseDigest(path: string): string {
  try {
    using db = openDatabase(path, { mode: "read" });
    const tables = db.all("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .filter(({ name }) => !LOGS.includes(String(name)));
    const rows = tables.map(({ name }) => db.all(`SELECT * FROM "${name}"`));
    return sha256Hex(JSON.stringify([tables, rows]), 64);
  } catch (error) {
    if (error instanceof AtlasError && error.kind === "configuration") return "";
    throw error;
  }
}
