/** Configurations and contracts that nobody would write: each is taken, or refused with its place. @module */

import assert from "node:assert/strict";
import fc from "fast-check";
import { loadConfig } from "../../src/cli/config.ts";
import type { Files } from "../../src/cli/files.ts";
import { atlasInput } from "../../src/contract/atlas.ts";
import { rowId } from "../../src/contract/cell.ts";
import { type Contract, contractSchema, type Tab } from "../../src/contract/schema.ts";
import { openDatabase } from "../../src/store/database.ts";
import { initialise } from "../../src/store/migrations.ts";
import { insertSource, readSource } from "../../src/store/source.ts";
import { seedOf } from "../helpers/seed.ts";
import { outcomeOf } from "./laws.ts";
import { type Json, mangled, mutated } from "./mutate.ts";

const seed = seedOf("fuzz the configuration");

/** Addresses and secrets of channels: no message repeats them, whatever is wrong around them. */
const SECRETS = ["T00/B00/fuzz", "fuzz-webhook-secret"];

const CONFIG: Json = {
  database: "/opt/atlas/atlas.db",
  spreadsheetId: "1AbC",
  credentials: "/opt/atlas/key.json",
  sheetsEndpoint: "https://sheets.googleapis.com/",
  contract: "contract.json",
  mode: "daemon",
  logDir: "logs",
  logFormat: "text",
  daily: { cron: "30 3 * * *", timeZone: "Europe/Berlin" },
  listen: "127.0.0.1:9464",
  remindHours: { critical: 6, warning: 24 },
  team: ["ada@example.org"],
  notify: [
    {
      type: "slack",
      url: "https://hooks.slack.com/services/T00/B00/fuzz",
      minSeverity: "warning",
    },
    { type: "webhook", url: "https://example.org/T00/B00/fuzz", secret: "fuzz-webhook-secret" },
  ],
};

const CONTRACT: Json = JSON.parse(JSON.stringify(atlasInput));

function filesOf(texts: Readonly<Record<string, string>>): Files {
  return {
    readText(path) {
      const text = texts[path];
      return Promise.resolve(
        text === undefined ? { outcome: "missing" } : { outcome: "read", text },
      );
    },
    create: () => Promise.reject(new Error("loading writes nothing")),
    follow: (path) => Promise.resolve(path in texts ? { path, permitted: true } : null),
  };
}

function load(config: string, contract: string) {
  const files = filesOf({ "/etc/mirror.json": config, "/etc/contract.json": contract });
  return loadConfig("/etc/mirror.json", { files, env: () => undefined });
}

/** Where a problem was found, as every refusal of a text names it. */
const PLACED = /(?:mirror|contract)\.json:\d+:\d+: |no such file/;

Deno.test("fuzz: a configuration with wrong parts is taken, or refused with its place", async () => {
  const contract = JSON.stringify(CONTRACT);
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(mutated(CONFIG), async (config) => {
      const work = () => load(JSON.stringify(config), contract);
      const outcome = await outcomeOf(work, ["configuration"], SECRETS);
      if ("value" in outcome) taken++;
      else assert.match(outcome.failure.message, PLACED);
    }),
    { seed, numRuns: 500 },
  );
  assert.ok(taken > 0, "nothing was ever right");
});

Deno.test("fuzz: a mangled configuration is taken, or refused with its place", async () => {
  const text = `// ours\n${JSON.stringify(CONFIG, null, 2)}\n/* the end */`;
  const contract = JSON.stringify(CONTRACT);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        { weight: 8, arbitrary: mangled(text) },
        { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
        { weight: 1, arbitrary: fc.constantFrom("[".repeat(3_000), "/*", '{"a":'.repeat(3_000)) },
      ),
      async (config) => {
        const outcome = await outcomeOf(() => load(config, contract), ["configuration"], SECRETS);
        if ("failure" in outcome) assert.match(outcome.failure.message, PLACED);
      },
    ),
    { seed, numRuns: 500 },
  );
});

/**
 * A contract that was taken must also be good for tables, or be refused before any is made. Returns
 * whether it was.
 */
async function initWith(contract: Contract): Promise<boolean> {
  using db = openDatabase(":memory:", { mode: "write" });
  const outcome = await outcomeOf(
    () =>
      initialise(db, contract, {
        migrate: false,
        random: { next: () => 0.5, uuid: () => "00000000-0000-4000-8000-000000000000" },
        now: "2026-01-15T14:30:00.000Z",
      }),
    ["configuration", "database"],
  );
  const tables = db.all("SELECT name FROM sqlite_schema WHERE type = 'table'").length;
  if ("failure" in outcome) {
    assert.equal(tables, 0, "a failed --init left tables behind");
    return false;
  }
  for (const tab of contract.tabs) {
    const values = { [tab.key]: "row-1", [tab.order]: "2026-01-15T14:30:00Z" };
    assert.ok(insertSource(db, tab, values), `a row for ${tab.table}`);
    const now = Date.parse("2026-01-15T14:30:00Z");
    const rows = readSource(db, tab, { known: new Set([rowId("row-1")]), now });
    assert.deepEqual([...rows.keys()], ["row-1"], `the rows of ${tab.table}`);
  }
  return true;
}

/** What is well formed and makes trouble all the same. */
const names = fc.constantFrom<Json>(
  "select",
  "order",
  "rowid",
  "ID",
  "id",
  "notes",
  "status",
  "mirror_base",
  "sqlite_master",
  "approvals",
  "pending",
  "Runs",
  1,
  25_000,
  true,
  null,
);

Deno.test("fuzz: a contract with wrong parts is taken, or refused with its place", async () => {
  const config = JSON.stringify(CONFIG);
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(mutated(CONTRACT), mutated(CONTRACT, 1, names)), async (contract) => {
      const outcome = await outcomeOf(
        () => load(config, JSON.stringify(contract)),
        ["configuration"],
        SECRETS,
      );
      if ("failure" in outcome) {
        assert.match(outcome.failure.message, PLACED);
        return;
      }
      taken++;
      await initWith(outcome.value.contract);
    }),
    { seed, numRuns: 700 },
  );
  assert.ok(taken > 10, "hardly anything was ever right");
});

/** Names that mean something to SQLite, to JavaScript, or to the mirror's own statements. */
const HOSTILE_NAMES = [
  "select",
  "ORDER",
  "group",
  "rowid",
  "_rowid_",
  "oid",
  "value",
  "key",
  "scope",
  "f0",
  "id",
  "ID",
  "mirror_key",
  "mirror_base",
  "sqlite_schema",
  "sqlite_sequence",
  "__proto__",
  "constructor",
  "toString",
  "x".repeat(500),
];

Deno.test("fuzz: a contract whose names mean something else works, or is refused before it does harm", async () => {
  const config = JSON.stringify(CONFIG);
  const text = JSON.stringify(CONTRACT);
  const used = [...new Set(contractSchema.parse(atlasInput).tabs.flatMap(namesOf))];
  let worked = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...used),
      fc.constantFrom(...HOSTILE_NAMES),
      async (name, hostile) => {
        const contract = text.replaceAll(`"${name}"`, JSON.stringify(hostile));
        const outcome = await outcomeOf(() => load(config, contract), ["configuration"]);
        if ("value" in outcome && await initWith(outcome.value.contract)) worked++;
      },
    ),
    { seed, numRuns: 500 },
  );
  assert.ok(worked > 100, `only ${worked} worked`);
});

function namesOf({ table, columns, softDelete, archive, order }: Tab): string[] {
  return [table, softDelete, archive, order, ...columns.map(({ field }) => field)];
}
