import assert from "node:assert/strict";
import { AtlasError } from "../../../src/base/errors.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { contractSchema } from "../../../src/contract/schema.ts";
import { type Database, openDatabase } from "../../../src/store/database.ts";
import { readIdentity } from "../../../src/store/identity.ts";
import { writeMeta } from "../../../src/store/meta.ts";
import { initialise, requireSchema } from "../../../src/store/migrations.ts";
import { MIGRATIONS, SCHEMA_VERSION } from "../../../src/store/mirror_schema.ts";
import { checkSourceTables } from "../../../src/store/source_tables.ts";
import { freshDatabase, NOW_TEXT, withPath } from "./_fixtures.ts";

const OPTIONS = { migrate: false, random: seededRandom(7), now: NOW_TEXT };

function schemaOf(db: Database): string {
  return JSON.stringify(db.all("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"));
}

function configurationError(message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert(error instanceof AtlasError, `not an AtlasError: ${error}`);
    assert.equal(error.kind, "configuration");
    assert.match(error.message, message);
    return true;
  };
}

Deno.test("initialise() creates the documented tables of the Atlas contract", () => {
  using db = freshDatabase();
  const columns = (table: string) =>
    db.all("SELECT name, type, dflt_value, pk FROM pragma_table_info(?)", table).map((row) =>
      [row["name"], row["type"], row["dflt_value"], row["pk"]].join(" ").trim()
    );
  assert.deepEqual(columns("approvals").sort(), [
    "action TEXT  0",
    "archived_at TEXT  0",
    "decided_at TEXT  0",
    "deleted_at TEXT  0",
    "id TEXT  1",
    "item TEXT  0",
    "notes TEXT '' 0",
    "payload TEXT  0",
    "requested_at TEXT  0",
    "status TEXT  0",
    "type TEXT  0",
  ]);
  assert.deepEqual(columns("runs").sort(), [
    "archived_at TEXT  0",
    "command TEXT  0",
    "completed_at TEXT  0",
    "deleted_at TEXT  0",
    "id TEXT  1",
    "notes TEXT '' 0",
    "output TEXT '' 0",
    "started_at TEXT  0",
    "status TEXT  0",
    "task TEXT  0",
  ]);
  assert.deepEqual(columns("errors").sort(), [
    "archived_at TEXT  0",
    "deleted_at TEXT  0",
    "error TEXT  0",
    "id TEXT  1",
    "notes TEXT '' 0",
    "occurred_at TEXT  0",
    "resolution TEXT '' 0",
    "resolved TEXT  0",
    "resolved_at TEXT  0",
    "severity TEXT  0",
    "task TEXT  0",
  ]);
  assert.deepEqual(
    db.all("SELECT name FROM pragma_table_info('mirror_audit')").map((r) => r["name"]),
    [
      "id",
      "at",
      "cycle",
      "tab",
      "row_id",
      "column",
      "direction",
      "actor",
      "verdict",
      "reason",
      "old_value",
      "new_value",
    ],
  );
});

Deno.test("initialise() twice changes nothing the second time", () => {
  withPath((path) => {
    using db = openDatabase(path, { mode: "write", create: true });
    const first = initialise(db, atlas, OPTIONS);
    assert.match(first.join("\n"), /Created the tables of the mirror/);
    assert.match(first.join("\n"), /Created table "runs"/);
    assert.match(first.join("\n"), /write-ahead logging/);
    assert.equal(db.get("PRAGMA journal_mode")?.["journal_mode"], "wal");
    const schema = schemaOf(db);
    const identity = readIdentity(db);
    assert.deepEqual(initialise(db, atlas, OPTIONS), []);
    assert.deepEqual(initialise(db, atlas, { ...OPTIONS, migrate: true }), []);
    assert.equal(schemaOf(db), schema);
    assert.deepEqual(readIdentity(db), identity);
    requireSchema(db);
    checkSourceTables(db, atlas);
  });
});

Deno.test("openDatabase() alone does not switch a file to write-ahead logging", () => {
  withPath((path) => {
    openDatabase(path, { mode: "write", create: true }).close();
    using db = openDatabase(path, { mode: "write" });
    assert.equal(db.get("PRAGMA journal_mode")?.["journal_mode"], "delete");
  });
});

Deno.test("initialise() names the missing columns of standing tables and changes nothing", () => {
  withPath((path) => {
    using db = openDatabase(path, { mode: "write", create: true });
    db.run("CREATE TABLE Runs (ID TEXT PRIMARY KEY, task, command, status, started_at, output)");
    db.run("INSERT INTO runs (id, task) VALUES ('run-1', 'kept')");
    const before = schemaOf(db);
    assert.throws(
      () => initialise(db, atlas, OPTIONS),
      configurationError(/table "runs" lacks completed_at, notes, deleted_at, archived_at$/),
    );
    assert.equal(schemaOf(db), before);
    assert.equal(db.get("PRAGMA journal_mode")?.["journal_mode"], "delete");

    const done = initialise(db, atlas, { ...OPTIONS, migrate: true });
    assert.match(done.join("\n"), /Added column "notes" to table "runs"/);
    assert.deepEqual({ ...db.get("SELECT id AS id, task, notes FROM runs") }, {
      id: "run-1",
      task: "kept",
      notes: "",
    });
    checkSourceTables(db, atlas);
  });
});

Deno.test("initialise() leaves a standing table with all columns as it is", () => {
  using db = openDatabase(":memory:", { mode: "write" });
  db.run(
    `CREATE TABLE runs (extra, archived_at, deleted_at, notes, output, completed_at, started_at,
    status, command, task, id)`,
  );
  const before = db.get("SELECT sql FROM sqlite_schema WHERE name = 'runs'");
  initialise(db, atlas, OPTIONS);
  assert.deepEqual(db.get("SELECT sql FROM sqlite_schema WHERE name = 'runs'"), before);
  assert.equal(
    db.all("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'runs'").length,
    0,
  );
});

Deno.test("initialise() refuses a table without the key even with migrate, and a view", () => {
  {
    using db = openDatabase(":memory:", { mode: "write" });
    db.run("CREATE TABLE runs (task TEXT)");
    assert.throws(
      () => initialise(db, atlas, { ...OPTIONS, migrate: true }),
      configurationError(/table "runs" lacks id, /),
    );
  }
  using db = openDatabase(":memory:", { mode: "write" });
  db.run("CREATE VIEW errors AS SELECT 1 AS id");
  assert.throws(
    () => initialise(db, atlas, { ...OPTIONS, migrate: true }),
    configurationError(/"errors" is a view, not a table/),
  );
});

Deno.test("initialise() refuses a contract that names a table of the mirror", () => {
  const [tab] = atlas.tabs;
  const contract = contractSchema.parse({ name: "odd", tabs: [{ ...tab, table: "Mirror_audit" }] });
  using db = openDatabase(":memory:", { mode: "write" });
  assert.throws(() => initialise(db, contract, OPTIONS), configurationError(/"Mirror_audit"/));
});

Deno.test("initialise() replaces an index whose expression the contract changed", () => {
  using db = freshDatabase();
  const changed = structuredClone(atlas);
  for (const tab of changed.tabs) {
    if (tab.retention?.kind === "newest" && tab.retention.always !== null) {
      tab.retention.always.in = ["running", "it's"];
    }
  }
  assert.deepEqual(initialise(db, changed, OPTIONS), [
    'Left table "runs" without "mirror_runs_always": every sync reads the whole table. ' +
    "Run --init --migrate to index it.",
  ]);
  assert.deepEqual(initialise(db, changed, { ...OPTIONS, migrate: true }), [
    'Created index "mirror_runs_always".',
  ]);
  assert.deepEqual(initialise(db, changed, { ...OPTIONS, migrate: true }), []);
});

Deno.test("initialise() indexes the key of a standing table that has none, and only then", () => {
  const keyIndex = (id: string) => {
    using db = openDatabase(":memory:", { mode: "write" });
    db.run(
      `CREATE TABLE runs (${id}, task, command, status, started_at, completed_at, output, notes,
      deleted_at, archived_at)`,
    );
    if (id === "id /* indexed */") db.run("CREATE INDEX by_id ON runs (ID, task)");
    if (id === "id /* in part */") db.run("CREATE INDEX by_id ON runs (id) WHERE task = 'x'");
    const advice = initialise(db, atlas, OPTIONS).filter((sentence) => sentence.startsWith("Left"));
    assert.match(advice.join(), /^Left table "runs" without .*"mirror_runs_newest"/);
    initialise(db, atlas, { ...OPTIONS, migrate: true });
    assert.deepEqual(initialise(db, atlas, { ...OPTIONS, migrate: true }), []);
    assert.deepEqual(initialise(db, atlas, OPTIONS), []);
    return db.get("SELECT 1 FROM sqlite_schema WHERE name = 'mirror_runs_key'") !== undefined;
  };
  assert.equal(keyIndex("id"), true);
  assert.equal(keyIndex("id /* in part */"), true);
  assert.equal(keyIndex("id /* indexed */"), false);
  assert.equal(keyIndex("id INTEGER PRIMARY KEY"), false);
  assert.equal(keyIndex("id TEXT UNIQUE"), false);
});

Deno.test("an agent's INSERT of any time text works beside our indexes", () => {
  using db = freshDatabase();
  for (const text of ["now", "0000-00-00", "2026-01-15 now", "2026-13-45T99:99", "", "yesterday"]) {
    db.run("INSERT INTO runs (id, status, started_at) VALUES (?, 'running', ?)", `r-${text}`, text);
    db.run(
      "INSERT INTO errors (id, resolved, resolved_at) VALUES (?, 'true', ?)",
      `e-${text}`,
      text,
    );
  }
  assert.equal(db.get("SELECT count(*) AS n FROM runs")?.["n"], 6);
});

Deno.test("requireSchema() refuses a database without our tables, and a newer one", () => {
  {
    using db = openDatabase(":memory:", { mode: "write" });
    assert.throws(() => requireSchema(db), configurationError(/no tables of the mirror/));
  }
  using db = freshDatabase();
  writeMeta(db, "schema_version", "99");
  const newer = configurationError(new RegExp(`schema 99, this program knows ${SCHEMA_VERSION}$`));
  assert.throws(() => requireSchema(db), newer);
  const before = schemaOf(db);
  assert.throws(() => initialise(db, atlas, { ...OPTIONS, migrate: true }), newer);
  assert.equal(schemaOf(db), before);
});

for (const old of MIGRATIONS.slice(0, -1).map(({ version }) => version)) {
  Deno.test(`initialise() upgrades a database of version ${old} and keeps everything in it`, () => {
    using db = openDatabase(":memory:", { mode: "write" });
    for (const { version, statements } of MIGRATIONS) {
      if (version <= old) { for (const statement of statements) db.run(statement); }
    }
    writeMeta(db, "schema_version", String(old));
    writeMeta(db, "database_uuid", "0b1f");
    writeMeta(db, "epoch", "41");
    writeMeta(db, "created_at", "2025-12-01T00:00:00.000Z");
    db.run("INSERT INTO mirror_tab VALUES ('Runs', 7, 'Runs', 'UTC', 'f', NULL)");
    db.run("INSERT INTO mirror_lease VALUES (1, 'host', 9, 0)");
    assert.throws(
      () => requireSchema(db),
      configurationError(/schema \d+, this program needs \d+$/),
    );
    const oldTables = () =>
      ["mirror_meta", "mirror_tab", "mirror_lease"].map((table) =>
        db.all(
          `SELECT * FROM ${table} WHERE ${
            table === "mirror_meta" ? "key <> 'schema_version'" : "1"
          }`,
        )
      );
    const before = oldTables();

    const done = initialise(db, atlas, OPTIONS);

    assert.match(
      done.join("\n"),
      new RegExp(`Upgraded the tables of the mirror from schema ${old} to ${SCHEMA_VERSION}`),
    );
    assert.deepEqual(oldTables(), before);
    requireSchema(db);
    using fresh = freshDatabase();
    assert.equal(schemaOf(db), schemaOf(fresh));
  });
}

Deno.test("checkSourceTables() names each table and column that is missing", () => {
  using db = freshDatabase();
  db.run("ALTER TABLE approvals DROP COLUMN payload");
  db.run("DROP TABLE errors");
  assert.throws(
    () => checkSourceTables(db, atlas),
    configurationError(/table "approvals" lacks payload; table "errors" is missing$/),
  );
});

Deno.test("the migrations are numbered from 1 without a gap", () => {
  assert.deepEqual(MIGRATIONS.map((one) => one.version), MIGRATIONS.map((_, index) => index + 1));
});
