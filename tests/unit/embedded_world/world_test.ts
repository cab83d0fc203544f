import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { isoTime } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { seedWorld, type WorldOptions } from "../../../src/embedded/world.ts";
import { type Database, openDatabase } from "../../../src/store/database.ts";
import { initialise } from "../../../src/store/migrations.ts";
import { readSource } from "../../../src/store/source.ts";

const NOW = Date.parse("2026-01-15T14:30:00Z");
const SMALL = { seed: 7, now: NOW, runs: 60, approvals: 40, errors: 50 };

function world(options: WorldOptions): Database {
  const db = openDatabase(":memory:", { mode: "write" });
  initialise(db, atlas, { migrate: false, random: seededRandom(1), now: isoTime(options.now) });
  seedWorld(db, options);
  return db;
}

/** Digest of every byte of the source tables, in the order in which they were written. */
function digest(db: Database, tables = ["approvals", "runs", "errors"]): string {
  const hash = createHash("sha256");
  for (const table of tables) {
    const names = db.all("SELECT name FROM pragma_table_info(?) ORDER BY name", table);
    // Hex, for the driver cuts text at a NUL.
    const columns = names.map(({ name }) => `hex("${name}") || typeof("${name}") AS "${name}"`);
    for (const row of db.all(`SELECT ${columns.join(", ")} FROM ${table} ORDER BY rowid`)) {
      hash.update(JSON.stringify(row));
    }
  }
  return hash.digest("hex");
}

function count(db: Database, from: string): number {
  return Number(db.get(`SELECT count(*) AS n FROM ${from}`)?.["n"]);
}

Deno.test("seedWorld() gives the same bytes for the same seed and moment, and only then", () => {
  using first = world(SMALL);
  using second = world(SMALL);
  using otherSeed = world({ ...SMALL, seed: 8 });
  using later = world({ ...SMALL, now: NOW + 60_000 });
  assert.equal(digest(first), digest(second));
  for (const table of ["approvals", "runs", "errors"]) {
    assert.notEqual(digest(first, [table]), digest(otherSeed, [table]));
    assert.notEqual(digest(first, [table]), digest(later, [table]));
  }
});

Deno.test("seedWorld() with more runs leaves the other tables as they are", () => {
  using first = world(SMALL);
  using second = world({ ...SMALL, runs: 90 });
  assert.equal(digest(first, ["approvals", "errors"]), digest(second, ["approvals", "errors"]));
  assert.equal(count(second, "runs") - count(first, "runs"), 30);
});

Deno.test("seedWorld() makes as many rows as it is asked for, over several batches", () => {
  using few = world({ ...SMALL, runs: 0, approvals: 0, errors: 0 });
  using many = world({ ...SMALL, runs: 10_001, approvals: 0, errors: 0 });
  assert.equal(count(many, "runs") - count(few, "runs"), 10_001);
  assert.equal(
    count(many, "runs WHERE length(output) >= 40000"),
    12,
    "long outputs do not multiply",
  );
});

Deno.test("the world looks like a team's system", () => {
  using db = world({ seed: 1, now: NOW });
  const share = (table: string, where: string) =>
    count(db, `${table} WHERE ${where}`) / count(db, table);
  const between = (value: number, low: number, high: number) =>
    assert(value > low && value < high, `${value} is not between ${low} and ${high}`);
  between(share("runs", "status = 'success'"), 0.7, 0.9);
  between(share("runs", "status = 'failed'"), 0.06, 0.2);
  between(share("approvals", "status = 'pending'"), 0.05, 0.25);
  between(share("errors", "severity = 'critical'"), 0.04, 0.15);
  between(share("errors", "resolved = 'true'"), 0.6, 0.9);
  between(share("runs", "deleted_at IS NOT NULL"), 0.01, 0.04);
  for (const tab of atlas.tabs) {
    const shown = readSource(db, tab, { known: new Set(), now: NOW });
    assert(shown.size >= 100 && shown.size < count(db, tab.table), `${tab.title}: ${shown.size}`);
    const special = [...shown.keys()].filter((id) => /-(x|clock-)\d/.test(id)).length;
    assert(special < shown.size / 2, `${tab.title}: ${special} of ${shown.size} are special`);
  }
});

Deno.test("nothing in the world is later than its moment", () => {
  // Among them moments just behind a clock change, and at the end of a night.
  const moments = ["2026-03-29T01:10:00Z", "2025-10-27T00:00:00Z", "2026-01-15T05:30:00Z"];
  for (const now of [NOW, ...moments.map(Date.parse)]) {
    using db = world({ ...SMALL, now, runs: 2_000 });
    for (
      const [table, field] of [
        ["runs", "started_at"],
        ["runs", "completed_at"],
        [
          "approvals",
          "decided_at",
        ],
        ["approvals", "requested_at"],
        ["errors", "occurred_at"],
        ["errors", "resolved_at"],
      ]
    ) {
      const late = db.all(
        `SELECT ${field} FROM ${table} WHERE julianday(${field}) > julianday(?)`,
        isoTime(now),
      );
      assert.deepEqual(late, [], `${table}.${field}`);
    }
  }
});

Deno.test("the world holds what the mirror must cope with", () => {
  using db = world(SMALL);
  const expected: Readonly<Record<string, string>> = {
    "a formula": "runs WHERE task GLOB '=*'",
    "a sign in front": "approvals WHERE item GLOB '[+@-]*'",
    "a long output": "runs WHERE length(output) > 40000",
    "a NUL": "runs WHERE instr(output, char(0)) > 0 OR instr(task, char(0)) > 0",
    "a bidi override": "runs WHERE instr(output || task, char(0x202e)) > 0",
    "a joined emoji": "errors WHERE instr(error, char(0x200d)) > 0",
    "a flag": "errors WHERE instr(error, char(0x1f1e9)) > 0",
    "a skin tone": "approvals WHERE instr(item || notes, char(0x1f3fd)) > 0",
    "Arabic": "errors WHERE error GLOB '*[ء-ي]*'",
    "Hebrew": "errors WHERE error GLOB '*[א-ת]*'",
    "Persian with ZWNJ": "errors WHERE instr(error, char(0x200c)) > 0",
    "a JavaScript trace": "errors WHERE error GLOB 'TypeError*file:///*'",
    "a Python trace": "errors WHERE error GLOB '*Traceback (most recent*'",
    "a Java trace": "errors WHERE error GLOB 'Exception in thread*'",
    "several lines": "runs WHERE output GLOB '*' || char(10) || '*'",
    "a GitHub token": "runs WHERE command GLOB '*ghp_" + "[A-Za-z0-9]*'",
    "an AWS key": "runs WHERE command GLOB '*AKIA" + "[A-Z2-7]*'",
    "a password in a URL": "runs WHERE command GLOB '*postgres://deploy:*@*'",
    "a bearer token": "runs WHERE command GLOB '*Bearer ey*'",
    "a password": "runs WHERE command GLOB '*password=*'",
    "broken JSON": "approvals WHERE payload <> '' AND NOT json_valid(payload)",
    "long JSON": "approvals WHERE length(payload) > 1000 AND json_valid(payload)",
    "no payload": "approvals WHERE payload IS NULL",
    "an empty payload": "approvals WHERE payload = ''",
    "notes that are NULL": "runs WHERE notes IS NULL",
    "leading zeros": "approvals WHERE id IN ('007', '00123')",
    "an ID with a slash": "approvals WHERE id GLOB '*/*'",
    "a deleted row": "errors WHERE deleted_at IS NOT NULL",
    "an unknown word": "runs WHERE status = 'done'",
    "a missing required field": "errors WHERE task = '' OR error IS NULL",
    "a broken time": "runs WHERE started_at = 'yesterday 5pm'",
    "a time with an offset": "errors WHERE occurred_at GLOB '*+0[12]:00'",
    "a time without a zone": "errors WHERE occurred_at GLOB '*T??:??:??'",
    "a time with a space": "errors WHERE occurred_at GLOB '????-??-?? *'",
    "an hour that happened twice": "errors WHERE occurred_at GLOB '2025-10-26T0[012]:*'",
    "an old run that runs": "runs WHERE status = 'running' AND started_at < '2025-12-15'",
    "an old decision": "approvals WHERE decided_at < '2025-10-01'",
    "an old resolution": "errors WHERE resolved = 'true' AND resolved_at < '2025-12-01'",
  };
  for (const [what, from] of Object.entries(expected)) {
    assert(count(db, from) > 0, `${what} is missing: ${from}`);
  }
});
