import assert from "node:assert/strict";
import { AtlasError, type ErrorKind } from "../../../src/base/errors.ts";
import { openDatabase } from "../../../src/store/database.ts";
import { NASTY_TEXTS, withPath } from "./_fixtures.ts";

function assertFails(work: () => unknown, kind: ErrorKind, message: RegExp, hint: RegExp): void {
  assert.throws(work, (error) => {
    assert(error instanceof AtlasError, `not an AtlasError: ${error}`);
    assert.equal(error.kind, kind);
    assert.match(error.message, message);
    assert.match(error.hint ?? "", hint);
    return true;
  });
}

Deno.test("openDatabase() names a missing file and --init", () => {
  withPath((path) => {
    for (const mode of ["read", "write"] as const) {
      assertFails(
        () => openDatabase(path, { mode }),
        "configuration",
        /Cannot open database ".*atlas\.db": no such file/,
        /--init/,
      );
    }
    assert.throws(() => Deno.statSync(path), Deno.errors.NotFound, "it was created all the same");
  });
});

Deno.test("openDatabase() creates a file only for a writer that asks", () => {
  withPath((path) => {
    assertFails(
      () => openDatabase(path, { mode: "read", create: true }),
      "configuration",
      /no such file/,
      /--init/,
    );
    openDatabase(path, { mode: "write", create: true }).close();
    assert.equal(Deno.statSync(path).isFile, true);
  });
});

Deno.test("openDatabase() refuses a folder, a missing folder and a file of another kind", () => {
  withPath((path) => {
    Deno.mkdirSync(path);
    assertFails(
      () => openDatabase(path, { mode: "write" }),
      "configuration",
      /it is a directory/,
      /the file itself/,
    );
    assertFails(
      () => openDatabase(`${path}/deeper/x.db`, { mode: "write", create: true }),
      "configuration",
      /deeper\/x\.db": the file, or the -wal and -shm beside it, cannot be opened/,
      /folder exists/,
    );
    Deno.writeTextFileSync(`${path}/text.db`, "not a database, only text. ".repeat(100));
    assertFails(
      () => openDatabase(`${path}/text.db`, { mode: "write" }),
      "configuration",
      /text\.db": it is not a SQLite database/,
      /"database"/,
    );
  });
});

Deno.test("openDatabase() in read mode refuses to write", () => {
  withPath((path) => {
    using writer = openDatabase(path, { mode: "write", create: true });
    writer.run("CREATE TABLE t (a TEXT)");
    using reader = openDatabase(path, { mode: "read" });
    assertFails(
      () => reader.run("INSERT INTO t VALUES ('x')"),
      "database",
      /Cannot write database ".*": it is read-only/,
      /write access/,
    );
    assert.deepEqual(reader.all("SELECT * FROM t"), []);
  });
});

Deno.test("a second writer gets database-busy, which may be tried again", () => {
  withPath((path) => {
    using first = openDatabase(path, { mode: "write", create: true });
    using second = openDatabase(path, { mode: "write", busyTimeoutMs: 1 });
    first.run("CREATE TABLE t (a TEXT)");
    first.transaction(() => {
      assertFails(
        () => second.transaction(() => "never"),
        "database-busy",
        /another process holds the write lock/,
        /other writer/,
      );
    });
    assert.equal(second.transaction(() => "now"), "now");
  });
});

Deno.test("a damaged page comes out as an error of its own kind that names the file", () => {
  withPath((path) => {
    {
      using db = openDatabase(path, { mode: "write", create: true });
      db.run("CREATE TABLE t (a TEXT)");
      db.transaction(() => {
        for (let i = 0; i < 500; i++) db.run("INSERT INTO t VALUES (?)", "text ".repeat(50));
      });
    }
    using file = Deno.openSync(path, { read: true, write: true });
    file.seekSync(4096, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(4096).fill(0xee));
    using db = openDatabase(path, { mode: "write" });
    assertFails(
      () => db.all("SELECT * FROM t"),
      "database-damaged",
      /Cannot read database ".*atlas\.db": the file is damaged/,
      /backup/,
    );
  });
});

Deno.test("a full database comes out as a database error", () => {
  using db = openDatabase(":memory:", { mode: "write" });
  db.run("CREATE TABLE t (a TEXT)");
  db.all("PRAGMA max_page_count = 3");
  assertFails(
    () =>
      db.transaction(() => {
        for (let i = 0; i < 100; i++) db.run("INSERT INTO t VALUES (?)", "x".repeat(1000));
      }),
    "database",
    /the disk is full/,
    /Make room/,
  );
  assert.deepEqual(db.all("SELECT * FROM t"), []);
  assert.equal(db.transaction(() => 1), 1, "the failed transaction is over");
});

Deno.test("a constraint of the user and a missing table come out as errors with a hint", () => {
  using db = openDatabase(":memory:", { mode: "write" });
  db.run("CREATE TABLE t (a TEXT CHECK (a <> 'bad'))");
  assertFails(
    () => db.run("INSERT INTO t VALUES ('bad')"),
    "database",
    /CHECK constraint failed/,
    /constraint or trigger/,
  );
  assertFails(() => db.all("SELECT * FROM gone"), "configuration", /no such table: gone/, /--init/);
  assert.throws(
    () => db.all("SELEC"),
    (error) => !(error instanceof AtlasError),
    "a mistake in our SQL is a defect",
  );
});

Deno.test("transaction() commits, rolls back on a throw, and does not nest", () => {
  using db = openDatabase(":memory:", { mode: "write" });
  db.run("CREATE TABLE t (a TEXT)");
  const count = () => db.get("SELECT count(*) AS n FROM t")?.["n"];
  assert.equal(db.transaction(() => db.run("INSERT INTO t VALUES ('a'), ('b')")), 2);
  assert.equal(count(), 2);
  assert.throws(() =>
    db.transaction(() => {
      db.run("DELETE FROM t");
      throw new RangeError("changed my mind");
    }), RangeError);
  assert.equal(count(), 2);
  assert.throws(() => db.transaction(() => db.transaction(() => 1)), /do not nest/);
  assert.throws(
    () => db.transaction(() => Promise.resolve(db.run("DELETE FROM t"))),
    /synchronous/,
  );
  assert.equal(count(), 2);
});

Deno.test("values come back as they were bound", () => {
  using db = openDatabase(":memory:", { mode: "write" });
  for (const text of NASTY_TEXTS) {
    const row = db.get("SELECT ? AS v, length(CAST(? AS BLOB)) AS bytes", text, text);
    assert.equal(row?.["bytes"], new TextEncoder().encode(text).length);
    if (!text.includes("\0")) assert.equal(row?.["v"], text);
  }
  assert.deepEqual({ ...db.get("SELECT ? AS a, ? AS b, 1 AS __proto__", 5n, null) }, {
    a: 5,
    b: null,
    ["__proto__"]: 1,
  });
  assert.equal(db.get("SELECT 9007199254740993 AS v")?.["v"], 9007199254740993n);
  assert.equal(db.get("SELECT -9007199254740991 AS v")?.["v"], -9007199254740991);
  assert.deepEqual(
    db.get("SELECT ? AS v", new Uint8Array([0, 255]))?.["v"],
    new Uint8Array([0, 255]),
  );
  assert.equal(db.get("SELECT 1 WHERE 0"), undefined);
});

Deno.test("more statements than the cache holds still work, old ones included", () => {
  using db = openDatabase(":memory:", { mode: "write" });
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 300; i++) assert.equal(db.get(`SELECT ${i} AS v`)?.["v"], i);
  }
});

Deno.test("close() leaves the files of the log standing, empty, for those who may only read", () => {
  withPath((path) => {
    using db = openDatabase(path, { mode: "write", create: true });
    db.get("PRAGMA journal_mode = WAL");
    db.run("CREATE TABLE t (a TEXT)");
    db.close();
    assert.equal(Deno.statSync(`${path}-wal`).size, 0);
    assert.equal(Deno.statSync(`${path}-shm`).isFile, true);
  });
});

Deno.test("close() may be called twice", () => {
  const db = openDatabase(":memory:", { mode: "write" });
  db.close();
  db.close();
});

Deno.test("snapshot() sees one state of the database, whatever others write meanwhile", () => {
  withPath((path) => {
    using ours = openDatabase(path, { mode: "write", create: true });
    ours.get("PRAGMA journal_mode = WAL");
    ours.run("CREATE TABLE t (a TEXT)");
    using theirs = openDatabase(path, { mode: "write" });
    const count = () => ours.get("SELECT count(*) AS n FROM t")?.["n"];
    ours.snapshot(() => {
      assert.equal(count(), 0);
      theirs.run("INSERT INTO t VALUES ('x')");
      assert.equal(count(), 0);
    });
    assert.equal(count(), 1);
    assert.equal(ours.transaction(() => ours.snapshot(count)), 1, "within a transaction");
    assert.throws(() =>
      ours.snapshot(() => {
        throw new Error("stop");
      }), /stop/);
    ours.transaction(() => ours.run("DELETE FROM t"));
    assert.equal(count(), 0);
  });
});
