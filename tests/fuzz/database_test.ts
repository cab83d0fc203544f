/**
 * Whatever stands in the database: values in the user's tables that no agent should write, and content
 * of the mirror's own tables that the mirror never wrote. Cycles go on, or say what is wrong.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { atlas } from "../../src/contract/atlas.ts";
import type { CycleReport } from "../../src/mirror/report.ts";
import { gatherHealth } from "../../src/service/health_facts.ts";
import { summarise } from "../../src/service/metrics.ts";
import { readStatus } from "../../src/web/status.ts";
import type { SqlInput } from "../../src/store/database.ts";
import { settle } from "../helpers/hands.ts";
import { seedOf } from "../helpers/seed.ts";
import { approval, error, run, World } from "../helpers/world.ts";
import { outcomeOf } from "./laws.ts";
import { type Json, mutated } from "./mutate.ts";

const seed = seedOf("fuzz the database");

const TABLES = atlas.tabs.map(({ table }) => table);
const SAMPLES = { approvals: approval, runs: run, errors: error } as const;

const odd: fc.Arbitrary<SqlInput> = fc.oneof(
  fc.constantFrom<SqlInput>(
    null,
    "",
    " ",
    "\u0000",
    "a\u0000b",
    "\u001b[2J\u202e",
    "\ud800",
    "=1+1",
    "'); DROP TABLE runs; --",
    "__proto__",
    "constructor",
    "mirror-000000000000",
    "pending",
    "true",
    "{",
    "[".repeat(5_000),
    "2026-02-30T25:61:61Z",
    "9999-12-31T23:59:59Z",
    "0000-00-00",
    "-700000",
    "x".repeat(60_000),
    "😀".repeat(30_000),
    "line\n".repeat(5_000),
    0n,
    -1n,
    2n ** 63n - 1n,
    new Uint8Array([0, 255, 128]),
    new Uint8Array(0),
  ),
  fc.string({ unit: "binary", maxLength: 50 }),
);

/** The law of a report: no tab met a defect of ours. */
function checkReport(report: CycleReport): void {
  for (const { tab, error } of report.tabs) {
    assert.notEqual(error?.kind, "internal", `${tab}: ${error?.message} ${error?.cause}`);
  }
}

Deno.test("fuzz: whatever stands in the user's tables, the other rows are synced and the mirror comes to rest", async () => {
  const row = fc.record({
    table: fc.constantFrom(...atlas.tabs),
    id: odd,
    values: fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), odd),
      { maxLength: 4 },
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 6 }), async (rows) => {
      await using world = await World.start();
      for (const table of ["approvals", "runs", "errors"] as const) {
        world.insert(table, SAMPLES[table]("quiet"));
      }
      for (const { table: { table, columns }, id, values } of rows) {
        const sample = table === "runs"
          ? run("x")
          : table === "errors"
          ? error("x")
          : approval("x");
        const fields = new Map<string, SqlInput>(Object.entries(sample)).set("id", id);
        const others = [...columns.slice(1).map(({ field }) => field), "deleted_at", "archived_at"];
        for (const [place, value] of values) {
          fields.set(others[Math.floor(place * others.length)] ?? "", value);
        }
        world.db.run(
          `INSERT OR IGNORE INTO ${table} (${[...fields.keys()].join(", ")})
            VALUES (${[...fields.keys()].map(() => "?").join(", ")})`,
          ...fields.values(),
        );
      }
      const before = TABLES.map((table) => world.db.all(`SELECT * FROM ${table}`));
      const report = await world.cycle();
      checkReport(report);
      assert.equal(report.status, "ok");
      await settle(world);
      assert.deepEqual(TABLES.map((table) => world.db.all(`SELECT * FROM ${table}`)), before);
      for (const { title } of atlas.tabs) {
        const [, ...shown] = await world.owner.read(title);
        assert.equal(shown.filter(([id]) => id === "quiet").length, 1, title);
      }
    }),
    { seed, numRuns: 25 },
  );
});

/** A column of the mirror's tables, and what the mirror might have written there. */
const COLUMNS: readonly (readonly [table: string, column: string, sample: Json])[] = [
  ["mirror_base", "cells", ["a", "task", "create", "Item", "pending", 46_000.5, "", "{}"]],
  ["mirror_base", "source", "0123456789abcdef"],
  ["mirror_base", "anchor", 7],
  ["mirror_intent", "consumed", "approved"],
  ["mirror_intent", "target", "pending"],
  ["mirror_meta", "value", { ok: true, at: "2026-01-15T14:30:00.000Z", message: "ok" }],
  ["mirror_tab", "zone", "Europe/Berlin"],
  ["mirror_tab", "title", "Runs"],
  ["mirror_tab", "sheet_id", 3],
  ["mirror_tab", "fingerprint", "0123"],
  ["mirror_tab", "last_success", "2026-01-15T14:30:00.000Z"],
  ["mirror_cycle", "report", { tabs: [{ tab: "Runs", status: "ok", guards: [], error: null }] }],
  ["mirror_cycle", "started_at", "2026-01-15T14:30:00.000Z"],
  ["mirror_finding", "code", "MIRROR-NEAR-MISS"],
  ["mirror_finding", "value", "aproved"],
  ["mirror_undated", "since", "2026-01-15T14:30:00.000Z"],
  ["mirror_shown", "hash", "00"],
  ["mirror_audit", "new_value", "x"],
  ["mirror_metric", "at", "2026-01-15T14:30:00.000Z"],
  ["mirror_metric", "value", 1],
  ["mirror_schedule", "next_at", "2026-01-15T14:30:00.000Z"],
];

Deno.test("fuzz: whatever stands in the mirror's own tables, it goes on or says what is wrong", async () => {
  const change = fc.constantFrom(...COLUMNS).chain(([table, column, sample]) =>
    fc.record({
      table: fc.constant(table),
      column: fc.constant(column),
      value: mutated(sample, 2),
      bare: fc.boolean(),
    })
  );
  await using world = await World.start();
  for (const id of ["a", "b"]) {
    world.insert("approvals", approval(id));
    world.insert("runs", run(id));
    world.insert("errors", error(id));
  }
  await settle(world);
  const kinds = ["database", "database-damaged", "configuration"] as const;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      world.db.run("SAVEPOINT fuzz");
      try {
        world.db.run(
          `INSERT INTO mirror_intent (tab, id, field, consumed, target)
            VALUES ('Pending_Approvals', 'a', 'notes', '"x"', '"y"')`,
        );
        for (const { table, column, value, bare } of changes) {
          const text = bare && typeof value === "string" ? value : JSON.stringify(value);
          try {
            world.db.run(`UPDATE ${table} SET ${column} = ?`, text);
          } catch {
            // The table's own checks keep it out.
          }
        }
        const now = world.clock.now();
        for (
          const work of [
            () => gatherHealth(world.db, atlas, now),
            () => summarise(world.db, { from: now - 86_400_000, to: now }),
            () => readStatus(world.db, atlas, { now, span: "day" }),
          ]
        ) await outcomeOf<unknown>(work, kinds);
        const outcome = await outcomeOf(() => world.cycle({ apply: false }), kinds);
        if ("value" in outcome) checkReport(outcome.value);
      } finally {
        world.db.run("ROLLBACK TO fuzz");
        world.db.run("RELEASE fuzz");
      }
    }),
    { seed, numRuns: 400 },
  );
});
