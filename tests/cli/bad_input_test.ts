/**
 * What the program says to everything it is fed wrongly: one clear message on standard error, the
 * right exit code, no stack, and nothing changed.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { seededRandom } from "../../src/base/random.ts";
import { atlas } from "../../src/contract/atlas.ts";
import { openDatabase } from "../../src/store/database.ts";
import { initialise } from "../../src/store/migrations.ts";
import { databaseDigest, program, testFolder } from "./program.ts";

/** One thing that is wrong. */
interface Case {
  readonly name: string;
  readonly args?: readonly string[];
  /** What `mirror.json` holds, over a configuration that is right; null: there is no file. */
  readonly config?: Readonly<Record<string, unknown>> | string | null;
  /** Files beside it. */
  readonly files?: Readonly<Record<string, string>>;
  /** What was done to the database after `--init`; null: there is none. */
  readonly database?: ((path: string) => void) | null;
  /** Google's answer to every request; null: nobody answers. */
  readonly answer?:
    | { readonly code: number; readonly message: string; readonly status: string }
    | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly code: number;
  /** What standard error must say: what failed, where, and the next step. */
  readonly says: readonly RegExp[];
}

const GOOGLE = "https://sheets.googleapis.com/";

function sql(...statements: readonly string[]) {
  return (path: string) => {
    using db = openDatabase(path, { mode: "write" });
    for (const statement of statements) db.run(statement);
  };
}

const CASES: readonly Case[] = [
  {
    name: "an option that the daemon does not have",
    args: ["--tab", "Runs"],
    code: 64,
    says: [/--tab with the daemon: they do not go together/, /atlas-mirror --once --tab/],
  },
  {
    name: "a daemon without a configuration",
    args: ["--wait"],
    config: null,
    code: 78,
    says: [/cannot read configuration ".*mirror\.json": no such file/, /"spreadsheetId"/],
  },
  {
    name: "a daily time that never comes",
    args: ["--wait"],
    config: { daily: { cron: "0 0 30 2 *" } },
    code: 78,
    says: [/mirror\.json:\d+:\d+: "daily\.cron" never comes/],
  },
  {
    name: "an unknown flag",
    args: ["--onec"],
    code: 64,
    says: [/"--onec": no such flag; did you mean "--once"\?/, /--help/],
  },
  {
    name: "a tab that is not in the contract",
    args: ["--once", "--tab", "Run"],
    code: 64,
    says: [/--tab "Run": the contract has no such tab; did you mean "Runs"\?/],
  },
  {
    name: "a missing configuration",
    config: null,
    code: 78,
    says: [/cannot read configuration ".*mirror\.json": no such file/, /"spreadsheetId"/],
  },
  {
    name: "a malformed configuration",
    config: '{\n  "database" "atlas.db"\n}',
    code: 78,
    says: [/mirror\.json:2:14: a colon is missing before this/],
  },
  {
    name: "an unknown key",
    config: { databse: "x" },
    code: 78,
    says: [/mirror\.json:\d+:\d+: unknown key "databse"; did you mean "database"\?/],
  },
  {
    name: "a key of the wrong type",
    config: { database: 7 },
    code: 78,
    says: [/mirror\.json:\d+:\d+: "database" must be a string, not a number/],
  },
  {
    name: "a variable of the wrong form",
    env: { ATLAS_SHEETS_ENDPOINT: "sheets" },
    code: 78,
    says: [/ATLAS_SHEETS_ENDPOINT="sheets": it must be an https/],
  },
  {
    name: "a missing database",
    database: null,
    code: 78,
    says: [/cannot open database ".*atlas\.db": no such file/, /--init/],
  },
  {
    name: "a database that is not SQLite",
    config: { database: "mirror.json" },
    code: 78,
    says: [/database ".*mirror\.json": it is not a SQLite database/, /"database"/],
  },
  {
    name: "a database without the mirror's tables",
    database: (path) => {
      Deno.removeSync(path);
      using db = openDatabase(path, { mode: "write", create: true });
      db.run("CREATE TABLE other (id TEXT)");
    },
    code: 78,
    says: [/atlas\.db": it has no tables of the mirror/, /--init/],
  },
  {
    name: "a table without needed columns",
    database: sql("ALTER TABLE runs DROP COLUMN output"),
    code: 78,
    says: [/runs/, /output/, /--init/],
  },
  {
    name: "tables of the user's that lack columns, at --init",
    args: ["--init"],
    database: (path) => {
      Deno.removeSync(path);
      using db = openDatabase(path, { mode: "write", create: true });
      db.run("CREATE TABLE runs (id TEXT PRIMARY KEY, task TEXT)");
    },
    code: 78,
    says: [/runs/, /command/, /--migrate/],
  },
  {
    name: "tables of a newer program",
    database: sql("UPDATE mirror_meta SET value = '999' WHERE key = 'schema_version'"),
    code: 78,
    says: [/schema 999/, /newer program/],
  },
  {
    name: "no credentials",
    config: { sheetsEndpoint: GOOGLE },
    code: 78,
    says: [/has no "credentials"/, /service account/],
  },
  {
    name: "credentials that are not there",
    config: { sheetsEndpoint: GOOGLE, credentials: "key.json" },
    code: 78,
    says: [/cannot read credentials ".*key\.json": no such file/, /"credentials"/],
  },
  {
    name: "credentials that are not JSON",
    config: { sheetsEndpoint: GOOGLE, credentials: "key.json" },
    files: { "key.json": "-----BEGIN PRIVATE KEY-----\ns3cr3t" },
    code: 78,
    says: [/key\.json": it is not JSON/],
  },
  {
    name: "credentials that are not a service account's",
    config: { sheetsEndpoint: GOOGLE, credentials: "key.json" },
    files: { "key.json": '{ "type": "authorized_user", "refresh_token": "s3cr3t" }' },
    code: 78,
    says: [/key\.json": "type" must be "service_account"/],
  },
  {
    name: "a contract with a mistake",
    config: { contract: "own.json" },
    files: { "own.json": '{\n  "name": "own", "tab": []\n}' },
    code: 78,
    says: [/own\.json:2:18: unknown key "tab"; did you mean "tabs"\?/],
  },
  {
    name: "a spreadsheet that does not exist",
    answer: { code: 404, message: "Requested entity was not found.", status: "NOT_FOUND" },
    code: 78,
    says: [/spreadsheet/, /spreadsheetId/],
  },
  {
    name: "a spreadsheet that is not shared",
    answer: {
      code: 403,
      message: "The caller does not have permission",
      status: "PERMISSION_DENIED",
    },
    code: 78,
    says: [/[Ss]hare/],
  },
  {
    name: "an endpoint that does not answer",
    answer: null,
    code: 1,
    says: [/cannot read .*: the connection (was refused|failed)/, /network/],
  },
];

for (const wrong of CASES) {
  Deno.test(`atlas-mirror refuses ${wrong.name}`, async () => {
    await using folder = await testFolder();
    await using google = serve(wrong.answer);
    const configPath = join(folder.path, "mirror.json");
    const database = join(folder.path, "atlas.db");
    await prepare(wrong, folder.path, google.url);
    if (wrong.answer === null) await google[Symbol.asyncDispose]();
    const before = databaseDigest(database);

    const args = wrong.args ?? ["--once"];
    const takesConfig = args.length > 0 && wrong.name !== "an unknown flag";
    const told = await program(
      takesConfig ? [...args, "--config", configPath] : args,
      wrong.env ?? {},
    );

    assert.equal(told.code, wrong.code, told.stderr + told.stdout);
    const said = told.stderr + told.stdout;
    for (const pattern of wrong.says) assert.match(said, pattern);
    assert.doesNotMatch(said, /^\s+at .*:\d+:\d+\)?$/m, "a stack was printed");
    assert.doesNotMatch(said, /s3cr3t/, "a secret was printed");
    assert.equal(databaseDigest(database), before, "the database was changed");
  });
}

async function prepare(wrong: Case, folder: string, endpoint: string): Promise<void> {
  const good = { database: "atlas.db", spreadsheetId: "sheet-1", sheetsEndpoint: endpoint };
  if (wrong.config !== null) {
    const text = typeof wrong.config === "string"
      ? wrong.config
      : JSON.stringify({ ...good, ...wrong.config }, null, 2);
    await Deno.writeTextFile(join(folder, "mirror.json"), text);
  }
  for (const [name, text] of Object.entries(wrong.files ?? {})) {
    await Deno.writeTextFile(join(folder, name), text);
  }
  if (wrong.database === null) return;
  const path = join(folder, "atlas.db");
  {
    using db = openDatabase(path, { mode: "write", create: true });
    const now = "2026-01-15T14:30:00.000Z";
    initialise(db, atlas, { migrate: false, random: seededRandom(1), now });
  }
  wrong.database?.(path);
}

/** A server that gives every request the same answer, in Google's form. */
function serve(answer: Case["answer"]): { readonly url: string } & AsyncDisposable {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => Response.json({ error: answer ?? { code: 500 } }, { status: answer?.code ?? 500 }),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
