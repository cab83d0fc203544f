/** The rules of whole rows: one entry each, played on a small world in every tab it applies to. @module */

import assert from "node:assert/strict";
import { must } from "../../src/base/assert.ts";
import { atlas } from "../../src/contract/atlas.ts";
import type { Tab } from "../../src/contract/schema.ts";
import { idsOf, putCells, screenOf, settle, Wire } from "../helpers/hands.ts";
import { type Row, tabOf, World } from "../helpers/world.ts";
import { sampleRow } from "./cell_cases.ts";

/** One rule. */
export interface RowRule {
  /** As `rules.md` has it, in short. */
  readonly name: string;
  /** Titles; left out: all tabs. */
  readonly tabs?: readonly string[];
  readonly play: (scene: Scene) => Promise<void>;
}

const DAY_MS = 86_400_000;

/** A world with the rows `a` to `f` in one tab, both sides agreed. */
export class Scene implements AsyncDisposable {
  readonly world: World;
  readonly tab: Tab;
  readonly wire: Wire;

  private constructor(world: World, tab: Tab, wire: Wire) {
    this.world = world;
    this.tab = tab;
    this.wire = wire;
  }

  static async open(title: string): Promise<Scene> {
    const wire = new Wire();
    const world = await World.start({ intercept: wire.intercept });
    const tab = must(atlas.tabs.find((known) => known.title === title), title);
    const scene = new Scene(world, tab, wire);
    for (const id of ["a", "b", "c", "d", "e", "f"]) scene.insert(id);
    await settle(world);
    return scene;
  }

  insert(id: string, more: Row = {}): void {
    this.world.insert(this.tab.table, sampleRow(this.tab, id, more));
  }

  change(id: string, row: Row): void {
    this.world.change(this.tab.table, id, row);
  }

  stored(id: string, field: string): unknown {
    return this.world.row(this.tab.table, id)[field];
  }

  columnOf(field: string): number {
    return this.tab.columns.findIndex((column) => column.field === field);
  }

  async place(id: string): Promise<number> {
    return must((await screenOf(this.world, this.tab.title)).get(id), `${id} on the screen`).row;
  }

  /** What the screen shows of a field; undefined: the row is not there. */
  async shown(id: string, field: string): Promise<string | undefined> {
    const row = (await screenOf(this.world, this.tab.title)).get(id);
    return row === undefined ? undefined : row.cells[this.columnOf(field)] ?? "";
  }

  async write(id: string, field: string, value: string): Promise<void> {
    await this.fill(await this.place(id), { [field]: value });
  }

  async fill(row: number, cells: Readonly<Record<string, string>>): Promise<void> {
    const edits = Object.entries(cells).map(([field, value]) => ({
      row,
      column: this.columnOf(field),
      value,
    }));
    await putCells(this.world, this.tab.title, edits);
  }

  ids(): Promise<string[]> {
    return idsOf(this.world, this.tab.title);
  }

  /** The IDs on the screen without those of the mirror's own reports. */
  async ownIds(): Promise<string[]> {
    return (await this.ids()).filter((id) => !id.startsWith("mirror-"));
  }

  /** One cycle; returns the codes of what it found in this tab, with their rows. */
  async cycle(): Promise<string[]> {
    const report = tabOf(await this.world.cycle(), this.tab.title);
    assert.equal(report.status, "ok", JSON.stringify(report.guards));
    return report.findings.map(({ row, code }) => `${row} ${code}`);
  }

  /** What the audit says of a row since it was added, in short. */
  audit(id: string): string[] {
    return this.world.history(id).slice(1).map(({ actor, verdict, column }) =>
      [actor, verdict, ...(column === null ? [] : [column])].join(" ")
    );
  }

  async quiet(): Promise<void> {
    const touched = await settle(this.world);
    const reports = touched.filter((id) => !id.startsWith("mirror-"));
    assert.deepEqual(reports, [], "the next cycle has nothing to do");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.world[Symbol.asyncDispose]();
  }
}

/** The values that make a row of the tab due to leave, and how many days ago that is for sure. */
function expiring(scene: Scene, days: number): Row {
  const at = new Date(scene.world.clock.now() - days * DAY_MS).toISOString();
  return scene.tab.table === "errors"
    ? { resolved: "true", resolved_at: at }
    : { status: "approved", decided_at: at };
}

/** Makes a row leave by age: in `runs` by a hundred newer ones. */
function expire(scene: Scene, id: string): void {
  if (scene.tab.table !== "runs") return scene.change(id, expiring(scene, 91));
  scene.change(id, { started_at: "2026-01-01T00:00:00Z" });
  for (let count = 0; count < 95; count++) scene.insert(`new-${count}`);
}

export const ROW_RULES: readonly RowRule[] = [
  {
    name: "in the database only: added where the contract puts new rows",
    async play(scene) {
      scene.insert("new");
      await scene.cycle();
      const ids = await scene.ids();
      assert.equal(scene.tab.newest === "top" ? ids[0] : ids.at(-1), "new");
      assert.deepEqual(scene.world.history("new").map(({ verdict }) => verdict), ["added"]);
    },
  },
  {
    name: "removed by a human: put back with a note that says so",
    async play(scene) {
      const { world, tab: { title } } = scene;
      await world.owner.deleteRow(title, await scene.place("c"));
      assert.deepEqual(await scene.cycle(), ["c MIRROR-ROW-REMOVED"]);
      assert.deepEqual((await scene.ownIds()).toSorted(), ["a", "b", "c", "d", "e", "f"]);
      assert.deepEqual(scene.audit("c"), ["mirror restored"]);
      const row = (await scene.place("c")) - 1;
      const sheet = world.sheet.book.sheets.find(({ properties }) => properties.title === title);
      assert.match(sheet?.rows[row]?.cells[0]?.note ?? "", /removed in the sheet/);
    },
  },
  {
    name: "gone from the database: leaves, and what humans wrote is in the audit",
    async play(scene) {
      await scene.write("c", "notes", "important");
      scene.world.db.run(`DELETE FROM ${scene.tab.table} WHERE id = 'c'`);
      assert.deepEqual(await scene.cycle(), ["c MIRROR-ROW-GONE"]);
      assert.equal(await scene.shown("c", "notes"), undefined);
      const texts = scene.world.history("c").map(({ newValue }) => newValue);
      assert.ok(texts.includes("important"), JSON.stringify(texts));
    },
  },
  {
    name: "gone from the database and from the sheet: forgotten",
    async play(scene) {
      await scene.world.owner.deleteRow(scene.tab.title, await scene.place("c"));
      scene.world.db.run(`DELETE FROM ${scene.tab.table} WHERE id = 'c'`);
      await scene.cycle();
      assert.deepEqual(scene.audit("c"), ["mirror removed"]);
    },
  },
  {
    name: "deleted softly: pending notes are imported first, then it leaves",
    async play(scene) {
      await scene.write("c", "notes", "one last word");
      scene.change("c", { deleted_at: "2026-01-15T14:00:00Z" });
      await scene.cycle();
      assert.equal(await scene.shown("c", "notes"), undefined);
      assert.equal(scene.stored("c", "notes"), "one last word");
      assert.deepEqual(scene.audit("c"), ["human accepted notes", "mirror removed"]);
      assert.equal(scene.stored("c", "archived_at"), null);
    },
  },
  {
    name: "deleted softly: a decision on it is refused and told",
    tabs: ["Pending_Approvals", "Errors_Hotlist"],
    async play(scene) {
      const [field, word] = scene.tab.table === "errors"
        ? ["resolved", "true"]
        : ["status", "approved"];
      await scene.write("c", field, word);
      scene.change("c", { deleted_at: "2026-01-15T14:00:00Z" });
      assert.deepEqual(await scene.cycle(), ["c MIRROR-DELETED-DECISION"]);
      assert.equal(await scene.shown("c", field), undefined);
      assert.notEqual(scene.stored("c", field), word);
      assert.match(
        String(scene.stored("c", "notes")),
        /refused: the request was deleted meanwhile/,
      );
    },
  },
  {
    name: "un-deleted: a new row",
    async play(scene) {
      scene.change("c", { deleted_at: "2026-01-15T14:00:00Z" });
      await scene.cycle();
      scene.change("c", { deleted_at: null });
      await scene.cycle();
      assert.equal(await scene.shown("c", "id"), "c");
      assert.deepEqual(scene.audit("c"), ["mirror removed", "agent added"]);
    },
  },
  {
    name: "past retention: leaves and is marked as archived",
    async play(scene) {
      expire(scene, "c");
      await scene.cycle();
      assert.equal(await scene.shown("c", "id"), undefined);
      assert.ok(scene.stored("c", "archived_at"));
      assert.equal(scene.audit("c").at(-1), "mirror archived");
    },
  },
  {
    name: "past retention and edited in this cycle: leaves at the next",
    async play(scene) {
      expire(scene, "c");
      await scene.write("c", "notes", "one moment");
      await scene.cycle();
      assert.equal(await scene.shown("c", "notes"), "one moment");
      assert.equal(scene.stored("c", "notes"), "one moment");
      assert.equal(scene.stored("c", "archived_at"), null);
      await scene.cycle();
      assert.equal(await scene.shown("c", "id"), undefined);
      assert.ok(scene.stored("c", "archived_at"));
    },
  },
  {
    name: "past retention and never shown: not marked as archived",
    async play(scene) {
      if (scene.tab.table === "runs") {
        for (let count = 0; count < 100; count++) scene.insert(`new-${count}`);
        scene.insert("old", { started_at: "2020-01-01T00:00:00Z" });
        // The six rows of the scene are as old as the new ones and come behind them by their ID.
      } else scene.insert("old", expiring(scene, 91));
      await scene.cycle();
      assert.equal(await scene.shown("old", "id"), undefined);
      assert.equal(scene.stored("old", "archived_at"), null);
    },
  },
  {
    name: "marked as archived by another: leaves",
    async play(scene) {
      scene.change("c", { archived_at: "2026-01-15T14:00:00Z" });
      await scene.cycle();
      assert.equal(await scene.shown("c", "id"), undefined);
      assert.deepEqual(scene.audit("c"), ["mirror removed"]);
    },
  },
  {
    name: "cut and pasted: gets a new anchor, and stays the same row",
    async play(scene) {
      const { world, tab: { title } } = scene;
      await world.owner.cutRow(title, await scene.place("c"), 12);
      assert.deepEqual(await scene.cycle(), []);
      assert.equal(await scene.place("c"), 12);
      await scene.quiet();
      await world.owner.sort(title, "A", false);
      await scene.write("c", "notes", "still me");
      await scene.cycle();
      assert.equal(scene.stored("c", "notes"), "still me");
    },
  },
  {
    name: "ID edited: restored by the anchor, the rest is imported",
    async play(scene) {
      const order = await scene.ownIds();
      await scene.fill(await scene.place("c"), { id: "my-own-id", notes: "mine" });
      assert.deepEqual(await scene.cycle(), ["c MIRROR-ID-EDITED"]);
      assert.deepEqual(await scene.ownIds(), order);
      assert.equal(scene.stored("c", "notes"), "mine");
    },
  },
  {
    name: "ID and anchor name different rows: nothing is imported, texts go to the audit",
    async play(scene) {
      const order = await scene.ownIds();
      await scene.fill(await scene.place("c"), { id: "d", notes: "whose?" });
      assert.ok((await scene.cycle()).includes("c MIRROR-SCRAMBLED"));
      assert.deepEqual(await scene.ownIds(), order);
      assert.equal(scene.stored("c", "notes"), "");
      assert.equal(scene.stored("d", "notes"), "");
      const texts = scene.world.history("c").flatMap((entry) => [entry.oldValue, entry.newValue]);
      assert.ok(texts.includes("whose?"), JSON.stringify(texts));
    },
  },
  {
    name: "unknown ID: left alone, reported once, never imported, never deleted",
    async play(scene) {
      await scene.fill(12, { id: "who-knows", notes: "mine" });
      assert.deepEqual(await scene.cycle(), ["who-knows MIRROR-UNKNOWN-ID"]);
      assert.deepEqual(await scene.cycle(), []);
      assert.equal(await scene.shown("who-knows", "notes"), "mine");
      assert.equal(
        scene.world.db.get(`SELECT id FROM ${scene.tab.table} WHERE id = 'who-knows'`),
        undefined,
      );
    },
  },
  {
    name: "empty ID with scratch text: ignored",
    async play(scene) {
      await scene.fill(12, { notes: "remember the milk" });
      assert.deepEqual(await scene.cycle(), []);
      const [, ...rows] = await scene.world.owner.read(scene.tab.title);
      assert.equal(rows[10]?.[scene.columnOf("notes")], "remember the milk");
    },
  },
  {
    name: "same ID twice: the copy's text is appended, the copy removed, humans are told",
    async play(scene) {
      const { world, tab: { title } } = scene;
      await scene.write("c", "notes", "mine");
      await world.owner.copyRow(title, await scene.place("c"), 12);
      await scene.fill(12, { notes: "yours" });
      assert.deepEqual(await scene.cycle(), ["c MIRROR-DUPLICATE-ID"]);
      assert.deepEqual((await scene.ids()).filter((id) => id === "c"), ["c"]);
      assert.equal(scene.stored("c", "notes"), "mine\nyours");
      assert.equal(await scene.shown("c", "notes"), "mine\nyours");
    },
  },
  {
    name: "ID edited while a copy bears it: the anchored row counts, the copy is removed",
    async play(scene) {
      const { world, tab: { title } } = scene;
      const order = await scene.ownIds();
      const place = await scene.place("c");
      await world.owner.copyRow(title, place, 12);
      await scene.fill(12, { notes: "yours" });
      await scene.fill(place, { id: "my-own-id" });
      assert.deepEqual(await scene.cycle(), ["c MIRROR-DUPLICATE-ID", "c MIRROR-ID-EDITED"]);
      assert.deepEqual(await scene.ownIds(), order);
      assert.equal(scene.stored("c", "notes"), "yours");
    },
  },
  {
    name: "same ID twice with two decisions: the anchored row counts, the other is in the audit",
    tabs: ["Pending_Approvals"],
    async play(scene) {
      const { world, tab: { title } } = scene;
      await world.owner.copyRow(title, await scene.place("c"), 12);
      await scene.write("c", "status", "rejected");
      await scene.fill(await scene.place("c") === 12 ? 4 : 12, { status: "approved" });
      await scene.cycle();
      const texts = world.history("c").map(({ newValue }) => newValue);
      assert.ok(texts.includes("approved") && texts.includes("rejected"), JSON.stringify(texts));
      assert.deepEqual((await scene.ids()).filter((id) => id === "c"), ["c"]);
    },
  },
  {
    name: "columns to the right: left alone, reported once, in the audit when their row leaves",
    async play(scene) {
      const { world, tab: { title } } = scene;
      await putCells(world, title, [{
        row: await scene.place("c"),
        column: 9,
        value: "my column",
      }]);
      // A quick look does not see that far: something else has to differ.
      scene.insert("new");
      assert.deepEqual(await scene.cycle(), [" MIRROR-EXTRA-COLUMNS"]);
      scene.change("c", { deleted_at: "2026-01-15T14:00:00Z" });
      assert.deepEqual(await scene.cycle(), []);
      assert.ok(world.history("c").some(({ newValue }) => newValue?.includes("my column")));
    },
  },
  {
    name: "standing rows are never moved",
    async play(scene) {
      const { world, tab: { title } } = scene;
      await world.owner.moveRow(title, await scene.place("f"), 3);
      const order = await scene.ids();
      scene.change("d", { [scene.tab.order]: "2026-01-15T14:00:00Z" });
      await scene.cycle();
      assert.deepEqual(await scene.ids(), order);
    },
  },
  {
    name: "a row that does not meet the contract stays back until it does, and is told once",
    async play(scene) {
      const field = must(
        scene.tab.columns.find(({ required, type }) => required && type === "datetime"),
        "a time",
      ).field;
      scene.insert("bad", { [field]: "yesterday" });
      assert.deepEqual(await scene.cycle(), ["bad MIRROR-INVALID-ROW"]);
      assert.equal(await scene.shown("bad", "id"), undefined);
      scene.change("bad", { [field]: "2026-01-15T12:00:00Z" });
      await scene.cycle();
      assert.equal(await scene.shown("bad", field), "2026-01-15 12:00");
    },
  },
  {
    name: "a shown row that no longer meets the contract does not move, its notes do",
    async play(scene) {
      const field = must(
        scene.tab.columns.find(({ required, type }) => required && type === "datetime"),
        "a time",
      ).field;
      scene.change("c", { [field]: "yesterday" });
      await scene.write("c", "notes", "what is this?");
      await scene.cycle();
      assert.equal(await scene.shown("c", field), "2026-01-15 09:00");
      assert.equal(scene.stored("c", "notes"), "what is this?");
    },
  },
  {
    name: "the agent was quicker: the row waits for the next cycle, and nothing is lost",
    async play(scene) {
      await scene.write("c", "notes", "human");
      const report = await scene.wire.during(async (call, handle) => {
        const answer = await handle();
        if (call.path.includes("rowMetadata")) scene.change("c", { notes: "agent" });
        return answer;
      }, () => scene.world.cycle());
      assert.equal(report.status, "ok");
      await settle(scene.world);
      assert.deepEqual(String(scene.stored("c", "notes")).split("\n").toSorted(), [
        "agent",
        "human",
      ]);
    },
  },
];
