/**
 * Days on which much happens and nothing is wrong: no guard may stop a tab because people and agents
 * were busy. What is made up by chance comes from fast-check, which prints the days that fail.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { must } from "../../src/base/assert.ts";
import { isoTime } from "../../src/base/clock.ts";
import type { CycleReport } from "../../src/mirror/report.ts";
import { type CellEdit, putCells, screenOf, settle, unavailable, Wire } from "../helpers/hands.ts";
import { approval, error, run, World } from "../helpers/world.ts";

const APPROVALS = "Pending_Approvals";
const RUNS = "Runs";
const ERRORS = "Errors_Hotlist";
const DAY_MS = 86_400_000;

/** Where people write notes, counted from 0. */
const NOTES = { [APPROVALS]: 6, [RUNS]: 7, [ERRORS]: 7 } as const;
type Title = keyof typeof NOTES;

/** Something that people or agents do on an honest day. */
type Deed =
  /** A reviewer decides so many requests: each `nth` is rejected, the others are approved. */
  | {
    readonly kind: "review";
    readonly count: number;
    readonly nth: number;
    readonly order: "from the top" | "as they please";
  }
  /** People add a line to the notes of so many rows. */
  | { readonly kind: "annotate"; readonly title: Title; readonly count: number }
  /** People resolve so many errors. */
  | { readonly kind: "resolve"; readonly count: number }
  | { readonly kind: "sort"; readonly title: Title; readonly column: string }
  /** The owner makes room in the middle of a tab. */
  | { readonly kind: "insert"; readonly title: Title; readonly row: number }
  /** Somebody takes a few rows for done with and deletes them. */
  | { readonly kind: "delete"; readonly title: Title; readonly count: number }
  | { readonly kind: "rename-tab"; readonly title: Title }
  | { readonly kind: "time-zone"; readonly zone: string }
  /** Agents request, run and fail. */
  | {
    readonly kind: "work";
    readonly table: "approvals" | "runs" | "errors";
    readonly count: number;
  }
  /** Agents finish all that is running. */
  | { readonly kind: "finish" }
  /** Nobody runs the mirror for so many days, while people and agents go on. */
  | { readonly kind: "absence"; readonly days: number }
  /** A cycle, as there is one every hour. */
  | { readonly kind: "cycle" }
  /** A cycle in which the network goes away: one more write is applied, and nothing is answered. */
  | { readonly kind: "outage"; readonly answered: number };

const title = fc.constantFrom<Title>(APPROVALS, RUNS, ERRORS);

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("review" as const),
      count: fc.integer({ min: 1, max: 60 }),
      nth: fc.integer({ min: 2, max: 12 }),
      order: fc.constantFrom("from the top" as const, "as they please" as const),
    }),
  },
  fc.record({
    kind: fc.constant("annotate" as const),
    title,
    count: fc.integer({ min: 1, max: 80 }),
  }),
  fc.record({ kind: fc.constant("resolve" as const), count: fc.integer({ min: 1, max: 40 }) }),
  fc.record({
    kind: fc.constant("sort" as const),
    title,
    column: fc.constantFrom("A", "D", "E", "F"),
  }),
  fc.record({ kind: fc.constant("insert" as const), title, row: fc.integer({ min: 2, max: 30 }) }),
  fc.record({
    kind: fc.constant("delete" as const),
    title,
    count: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ kind: fc.constant("rename-tab" as const), title }),
  fc.record({
    kind: fc.constant("time-zone" as const),
    zone: fc.constantFrom("Asia/Tehran", "America/Los_Angeles", "Pacific/Chatham"),
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("work" as const),
      table: fc.constantFrom("approvals" as const, "runs" as const, "errors" as const),
      count: fc.integer({ min: 1, max: 200 }),
    }),
  },
  fc.record({ kind: fc.constant("finish" as const) }),
  fc.record({ kind: fc.constant("absence" as const), days: fc.integer({ min: 1, max: 95 }) }),
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("cycle" as const) }) },
  fc.record({
    kind: fc.constant("outage" as const),
    answered: fc.integer({ min: 0, max: 3 }),
  }),
);

/** A world in which days are played. */
class Office implements AsyncDisposable {
  readonly world: World;
  readonly #wire: Wire;
  /** What the tabs are called by now. */
  readonly #names = new Map<Title, string>([[APPROVALS, APPROVALS], [RUNS, RUNS], [
    ERRORS,
    ERRORS,
  ]]);
  #number = 0;

  private constructor(world: World, wire: Wire) {
    this.world = world;
    this.#wire = wire;
  }

  /** Sixty requests, eighty runs and forty errors that both sides know. */
  static async open(): Promise<Office> {
    const wire = new Wire();
    const office = new Office(await World.start({ intercept: wire.intercept }), wire);
    office.work("approvals", 60);
    office.work("runs", 80);
    office.work("errors", 40);
    await settle(office.world);
    return office;
  }

  /** Agents do what they do. */
  work(table: "approvals" | "runs" | "errors", count: number): void {
    const { world } = this;
    world.db.transaction(() => {
      for (let index = 0; index < count; index++) {
        const number = this.#number++;
        const id = `${table}-${String(number).padStart(5, "0")}`;
        const at = isoTime(world.clock.now() - (count - index) * 1_000);
        if (table === "approvals") world.insert(table, approval(id, { requested_at: at }));
        if (table === "errors") world.insert(table, error(id, { occurred_at: at }));
        if (table === "runs") {
          world.insert(table, run(id, { started_at: at, status: "running", completed_at: null }));
        }
      }
    });
  }

  async play(deed: Deed): Promise<void> {
    const { world } = this;
    switch (deed.kind) {
      case "review":
        return await this.#review(deed);
      case "annotate":
        return await this.#annotate(deed.title, deed.count);
      case "resolve": {
        const rows = [...(await this.#screen(ERRORS)).values()]
          .filter(({ cells }) => cells[5] === "false").slice(0, deed.count);
        return await this.#put(ERRORS, rows.map(({ row }) => ({ row, column: 5, value: "true" })));
      }
      case "sort":
        return await world.owner.sort(this.#name(deed.title), deed.column);
      case "insert":
        return await world.owner.insertRow(this.#name(deed.title), deed.row);
      case "delete": {
        const rows = [...(await this.#screen(deed.title)).values()].map(({ row }) => row);
        // A few of many: who deletes the only rows of a tab empties it.
        const few = rows.slice(0, Math.min(deed.count, Math.floor(rows.length / 3)));
        for (const row of few.toReversed()) {
          await world.owner.deleteRow(this.#name(deed.title), row);
        }
        return;
      }
      case "rename-tab": {
        const name = `${deed.title} ${this.#number++}`;
        await world.owner.renameTab(this.#name(deed.title), name);
        this.#names.set(deed.title, name);
        return;
      }
      case "time-zone":
        return await world.owner.setTimeZone(deed.zone);
      case "work":
        return this.work(deed.table, deed.count);
      case "finish":
        world.db.run(
          "UPDATE runs SET status = 'success', completed_at = ?, output = ? WHERE status = 'running'",
          isoTime(world.clock.now()),
          `done at ${this.#number++}`,
        );
        return;
      case "absence":
        return world.clock.advance(deed.days * DAY_MS);
      case "cycle":
        return await this.cycle();
      case "outage":
        return await this.#outage(deed.answered);
    }
  }

  async #review({ count, nth, order }: Extract<Deed, { kind: "review" }>): Promise<void> {
    const pending = [...(await this.#screen(APPROVALS)).values()]
      .filter(({ cells }) => cells[4] === "pending").map(({ row }) => row);
    const turn = (row: number) => (row * 7_919) % 104_729;
    if (order === "as they please") pending.sort((a, b) => turn(a) - turn(b));
    await this.#put(
      APPROVALS,
      pending.slice(0, count).map((row, index) => ({
        row,
        column: 4,
        value: index % nth === nth - 1 ? "rejected" : "approved",
      })),
    );
  }

  /** So many writes are answered, the next one is applied and not answered, and then there is nothing. */
  async #outage(answered: number): Promise<void> {
    let writes = 0;
    await this.#wire.during(async (call, handle) => {
      if (writes > answered) return unavailable();
      const answer = await handle();
      if (call.kind === "write") writes++;
      return writes > answered ? unavailable() : answer;
    }, () => this.cycle("failures are expected"));
    this.world.clock.advance(60_000);
  }

  async #annotate(title: Title, count: number): Promise<void> {
    const column = NOTES[title];
    const rows = [...(await this.#screen(title)).values()].slice(0, count);
    const line = `looked at it, ${this.#number++}`;
    await this.#put(
      title,
      rows.map(({ row, cells }) => ({
        row,
        column,
        value: [cells[column] ?? "", line].filter((text) => text !== "").join("\n"),
      })),
    );
  }

  async #put(title: Title, edits: readonly CellEdit[]): Promise<void> {
    await putCells(this.world, this.#name(title), edits);
  }

  async #screen(title: Title) {
    return await screenOf(this.world, this.#name(title));
  }

  #name(title: Title): string {
    return must(this.#names.get(title), title);
  }

  async cycle(failures?: "failures are expected"): Promise<void> {
    const report = await this.world.cycle();
    noGuards(report);
    if (failures === undefined) assert.equal(report.status, "ok");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
  }
}

function noGuards(report: CycleReport): void {
  const tripped = report.tabs.flatMap(({ tab, guards }) =>
    guards.map(({ guard, message }) => `${tab}: ${guard}: ${message}`)
  );
  assert.deepEqual(tripped, []);
}

Deno.test("guards: no honest day trips one, however busy it is", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 4, maxLength: 14 }), async (deeds) => {
      await using office = await Office.open();
      for (const deed of deeds) await office.play(deed);
      await office.cycle();
      await settle(office.world);
    }),
    { numRuns: 8 },
  );
});

Deno.test("guards: rows that retention takes out all at once trip none, although Google's answer is lost", async () => {
  await using office = await Office.open();
  const { world } = office;
  await office.play({ kind: "resolve", count: 40 });
  await office.play({ kind: "review", count: 60, nth: 3, order: "from the top" });
  await office.cycle();
  await office.play({ kind: "absence", days: 91 });
  await office.play({ kind: "outage", answered: 1 });
  assert.equal((await screenOf(world, ERRORS)).size, 0, "they are gone, and nobody was told");
  await office.cycle();
  await settle(world);
  for (const title of [APPROVALS, ERRORS]) assert.equal((await screenOf(world, title)).size, 0);
  for (const table of ["approvals", "errors"]) {
    const left = world.db.get(`SELECT count(*) AS n FROM ${table} WHERE archived_at IS NULL`);
    assert.equal(left?.["n"], 0, table);
  }
});

Deno.test("guards: agents that write again before a lost answer was looked for trip none", async () => {
  await using office = await Office.open();
  await office.play({ kind: "finish" });
  await office.play({ kind: "outage", answered: 1 });
  office.world.db.run("UPDATE runs SET output = 'written again'");
  await office.cycle();
  const report = await office.world.cycle();
  noGuards(report);
});

Deno.test("guards: a reviewer who decides everything in an order of their own, or in blocks between two cycles, trips none", async () => {
  await using office = await Office.open();
  for (let block = 0; block < 3; block++) {
    await office.play({ kind: "review", count: 20, nth: 100, order: "from the top" });
    await office.cycle();
  }
  const decided = office.world.db.get(
    "SELECT count(*) AS n FROM approvals WHERE status = 'approved'",
  );
  assert.equal(decided?.["n"], 60);
});
