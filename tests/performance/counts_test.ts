/**
 * Cycles must not get slower unnoticed. Seconds depend on the machine, so what is counted does not:
 * requests, bytes, statements and what they give, of each kind of cycle in a small and in a large
 * database, held against `counts.json` and against laws of growth. `UPDATE_GOLDEN=1` in the environment
 * writes the file anew.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import * as z from "zod";
import { must } from "../../src/base/assert.ts";
import type { CycleReport } from "../../src/mirror/report.ts";
import type { Intercept } from "../../src/embedded/server.ts";
import { countingDatabase } from "../helpers/counting_database.ts";
import { putCells } from "../helpers/hands.ts";
import { approval, error, run, World } from "../helpers/world.ts";

const ERRORS = "Errors_Hotlist";
const NOTES_COLUMN = 7;
const SIZES = { small: 200, large: 800 } as const;

/** What a cycle finds when it begins; `changed` rows are one percent of the tab. */
const KINDS: Readonly<Record<string, (world: World, changed: number) => Promise<void> | void>> = {
  quiet() {},
  "database changed"(world, changed) {
    for (let index = 0; index < changed; index++) {
      world.change("errors", `e${index}`, { task: "another task" });
    }
  },
  "database of all tabs changed"(world, changed) {
    for (let index = 0; index < changed; index++) {
      world.change("errors", `e${index}`, { task: "another task" });
      world.change("approvals", `a${index}`, { item: "another item" });
    }
    world.insert("runs", run("r0"));
  },
  async "people noted"(world, changed) {
    const rows = Array.from({ length: changed }, (_, index) => index + 2);
    await putCells(
      world,
      ERRORS,
      rows.map((row) => ({ row, column: NOTES_COLUMN, value: "seen" })),
    );
  },
  "rows leave"(world, changed) {
    for (let index = 0; index < changed; index++) {
      world.change("errors", `e${index}`, { deleted_at: "2026-01-15T14:00:00Z" });
    }
  },
};

const countsSchema = z.strictObject({
  /** Requests. */
  reads: z.int(),
  writes: z.int(),
  /** Of the bodies and of the answers. */
  sentBytes: z.int(),
  receivedBytes: z.int(),
  /** Statements that SQLite was given, and the characters of the values it gave back. */
  statements: z.int(),
  readCharacters: z.int(),
});
type Counts = z.infer<typeof countsSchema>;

const TABLE = join(import.meta.dirname ?? ".", "counts.json");

/** So much more than the table says is a change for the worse, so much less one to be kept. */
const TOLERANCE = { worse: 1.02, better: 0.9 } as const;

async function countCycle(kind: string, size: number): Promise<Counts> {
  const wire = { sentBytes: 0, receivedBytes: 0 };
  const intercept: Intercept = async (call, handle) => {
    const answer = await handle();
    wire.sentBytes += call.body === null ? 0 : JSON.stringify(call.body).length;
    wire.receivedBytes += (await answer.clone().text()).length;
    return answer;
  };
  await using world = await World.start({ intercept });
  for (let index = 0; index < size; index++) {
    world.insert("errors", error(`e${index}`));
    world.insert("approvals", approval(`a${index}`));
  }
  // The first brings the rows in; by the third nothing of that is left to be done.
  for (let round = 0; round < 3; round++) await world.cycle();
  await must(KINDS[kind], kind)(world, size / 100);
  const counting = countingDatabase(world.db);
  Object.assign(wire, { sentBytes: 0, receivedBytes: 0 });
  const report: CycleReport = await world.cycle({}, { db: counting.db });
  assert.equal(report.status, "ok");
  const { requests: { read: reads, write: writes } } = report;
  const { statements, characters } = counting.counts();
  return { reads, writes, ...wire, statements, readCharacters: characters };
}

async function countAll(): Promise<Record<string, Counts>> {
  const counted: Record<string, Counts> = {};
  for (const kind of Object.keys(KINDS)) {
    for (const [name, size] of Object.entries(SIZES)) {
      counted[`${kind}, ${name}`] = await countCycle(kind, size);
    }
  }
  return counted;
}

const counted = await countAll();

function countsOf(kind: string, size: keyof typeof SIZES): Counts {
  return must(counted[`${kind}, ${size}`], kind);
}

Deno.test("no cycle costs more than the table says, and the table keeps what was gained", async () => {
  if (Deno.env.get("UPDATE_GOLDEN") === "1") {
    await Deno.writeTextFile(TABLE, JSON.stringify(counted, null, 2) + "\n");
  }
  const table = z.record(z.string(), countsSchema).parse(
    JSON.parse(await Deno.readTextFile(TABLE)),
  );
  assert.deepEqual(Object.keys(table), Object.keys(counted));
  const changes = Object.entries(table).flatMap(([cycle, before]) => {
    const now = must(counted[cycle], cycle);
    return countsSchema.keyof().options.flatMap((what) => {
      const [was, is] = [before[what], now[what]];
      if (is > was * TOLERANCE.worse) return [`${cycle}: ${was} → ${is} ${what}, which is worse`];
      return is < was * TOLERANCE.better ? [`${cycle}: ${was} → ${is} ${what}: keep it`] : [];
    });
  });
  assert.deepEqual(changes, [], "UPDATE_GOLDEN=1 writes tests/performance/counts.json anew");
});

Deno.test("a quiet cycle asks once, writes nothing, and gives SQLite as many statements however many rows there are", () => {
  const [small, large] = [countsOf("quiet", "small"), countsOf("quiet", "large")];
  for (const { reads, writes } of [small, large]) assert.deepEqual([reads, writes], [1, 0]);
  assert.equal(large.statements, small.statements);
});

Deno.test("changes cost at most two reads and two writes, one of each more where rows leave", () => {
  for (const kind of Object.keys(KINDS)) {
    const most = kind === "rows leave" ? 3 : 2;
    for (const size of ["small", "large"] as const) {
      const { reads, writes } = countsOf(kind, size);
      assert.ok(reads <= most && writes <= most, `${kind}, ${size}: ${reads} + ${writes}`);
    }
  }
});

Deno.test("where the database of all tabs changed, there is no quick look", () => {
  for (const size of ["small", "large"] as const) {
    const { reads, writes } = countsOf("database of all tabs changed", size);
    assert.deepEqual([reads, writes], [1, 2]);
  }
});

Deno.test("what a cycle sends, hears and reads grows no faster than the rows do", () => {
  const growth = SIZES.large / SIZES.small;
  for (const kind of Object.keys(KINDS)) {
    const [small, large] = [countsOf(kind, "small"), countsOf(kind, "large")];
    for (const what of ["sentBytes", "receivedBytes", "statements", "readCharacters"] as const) {
      // Longer numbers take more digits: a twentieth is left for that.
      const most = small[what] * growth * 1.05;
      assert.ok(large[what] <= most, `${kind}: ${small[what]} → ${large[what]} ${what}`);
    }
  }
});
