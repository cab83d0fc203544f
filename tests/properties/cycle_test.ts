/** Laws of the whole cycle, on a few days that chance makes up. @module */

import assert from "node:assert/strict";
import fc from "fast-check";
import { must } from "../../src/base/assert.ts";
import type { Row } from "../../src/embedded/book.ts";
import { putCells, screenOf, settle, type Typed } from "../helpers/hands.ts";
import { approval, error, World } from "../helpers/world.ts";

const IDS = ["a", "b", "c", "d", "e"];
const SECRET = ["gh", "p_", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join("");

/** One thing that somebody does. `mark` is a word that nobody else writes. */
type Deed =
  | { readonly kind: "type"; readonly id: string; readonly column: number; readonly text: string }
  | { readonly kind: "add-line"; readonly id: string; readonly before: boolean }
  | { readonly kind: "agent"; readonly id: string; readonly field: string; readonly text: string }
  | { readonly kind: "sort"; readonly column: string }
  | {
    readonly kind: "delete" | "copy" | "cut" | "soft-delete" | "hard-delete";
    readonly id: string;
  };

const id = fc.constantFrom(...IDS);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({
    kind: fc.constant("type" as const),
    id,
    column: fc.integer({ min: 0, max: 7 }),
    text: fc.constantFrom("approved", "true", "aproved", "MARK", "", "=1+1", SECRET),
  }),
  fc.record({ kind: fc.constant("add-line" as const), id, before: fc.boolean() }),
  fc.record({
    kind: fc.constant("agent" as const),
    id,
    field: fc.constantFrom("notes", "note-line"),
    text: fc.constantFrom("agent", SECRET),
  }),
  fc.record({ kind: fc.constant("sort" as const), column: fc.constantFrom("A", "D", "G") }),
  fc.record({
    kind: fc.constantFrom(
      "delete" as const,
      "copy" as const,
      "cut" as const,
      "soft-delete" as const,
      "hard-delete" as const,
    ),
    id,
  }),
);

const TABS = [
  { title: "Pending_Approvals", table: "approvals", sample: approval, notes: 6 },
  { title: "Errors_Hotlist", table: "errors", sample: error, notes: 7 },
] as const;

type TabCase = typeof TABS[number];

/** Does the deed; returns the word that must not be lost, where one was typed. */
async function play(
  world: World,
  { title, table, notes }: TabCase,
  deed: Deed,
  number: number,
): Promise<string | null> {
  const mark = `mark-${number}`;
  if (deed.kind === "sort") {
    await world.owner.sort(title, deed.column);
    return null;
  }
  if (deed.kind === "agent") {
    world.db.run(
      deed.field === "notes"
        ? `UPDATE ${table} SET notes = ? WHERE id = ?`
        : `UPDATE ${table} SET notes = notes || char(10) || ? WHERE id = ?`,
      deed.text,
      deed.id,
    );
    return null;
  }
  if (deed.kind === "soft-delete") {
    world.db.run(`UPDATE ${table} SET deleted_at = '2026-01-15T14:00:00Z' WHERE id = ?`, deed.id);
    return null;
  }
  if (deed.kind === "hard-delete") {
    world.db.run(`DELETE FROM ${table} WHERE id = ?`, deed.id);
    return null;
  }
  const found = (await screenOf(world, title)).get(deed.id);
  if (found === undefined) return null;
  const { row, cells } = found;
  const free = 20 + number;
  switch (deed.kind) {
    case "delete":
      await world.owner.deleteRow(title, row);
      return null;
    case "copy":
      await world.owner.copyRow(title, row, free);
      return null;
    case "cut":
      await world.owner.cutRow(title, row, free);
      return null;
    case "add-line": {
      const old = cells[notes] ?? "";
      const text = deed.before ? `${mark}\n${old}` : `${old}\n${mark}`;
      await putCells(world, title, [{ row, column: notes, value: text }]);
      return mark;
    }
    case "type": {
      const value: Typed = deed.text === "MARK"
        ? mark
        : deed.text === "=1+1"
        ? { formula: deed.text }
        : deed.text;
      await putCells(world, title, [{ row, column: deed.column, value }]);
      return deed.text === "MARK" && deed.column > 0 ? mark : null;
    }
  }
}

/** What of the marks is still to be seen by a reader of the sheet at the end of the day. */
async function visible(world: World, title: string, marks: readonly string[]): Promise<string[]> {
  const text = JSON.stringify(await world.owner.read(title));
  return marks.filter((mark) => new RegExp(`${mark}\\b`).test(text));
}

/** A row without an anchor, under an ID that nobody knows: it is left alone, whatever people put there. */
function isTheirOwn(row: Row | undefined): boolean {
  const isAnchored = (row?.metadata ?? []).length > 0;
  return !isAnchored && !IDS.includes(String(row?.cells[0]?.entry));
}

/** The columns that only the agent writes, row by row. */
function agentsColumns(world: World, { title, table }: TabCase): string {
  const tab = must(world.contract.tabs.find((known) => known.title === title), title);
  const fields = tab.columns.filter(({ edit }) => edit === null).map(({ field }) => field);
  return JSON.stringify(world.db.all(
    `SELECT ${fields.join(", ")}, deleted_at FROM ${table}
      WHERE id NOT LIKE 'mirror-%' ORDER BY id`,
  ));
}

for (const tab of TABS) {
  Deno.test(`cycle: in ${tab.title} one cycle converges, loses nothing, and shows no secret`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 8 }), async (deeds) => {
        await using world = await World.start();
        for (const id of IDS) world.insert(tab.table, tab.sample(id, { notes: `note of ${id}` }));
        await settle(world);
        const typed: string[] = [];
        for (const [number, deed] of deeds.entries()) {
          const mark = await play(world, tab, deed, number);
          if (mark !== null) typed.push(mark);
        }
        const marks = await visible(world, tab.title, typed);
        const columns = agentsColumns(world, tab);
        const report = await world.cycle();
        if (report.status === "guarded") return;
        assert.equal(report.status, "ok");
        const touched = (await settle(world)).filter((id) => !id.startsWith("mirror-"));
        assert.deepEqual(touched, [], "converges in one cycle");
        assert.equal(agentsColumns(world, tab), columns, "the agent's columns are immune");
        const kept = JSON.stringify([
          world.db.all(`SELECT * FROM ${tab.table}`),
          world.db.all("SELECT * FROM mirror_audit"),
          await world.owner.read(tab.title),
        ]);
        for (const mark of marks) assert.match(kept, new RegExp(`${mark}\\b`));
        const book = JSON.stringify(world.sheet.book.sheets.map((sheet) => ({
          ...sheet,
          rows: sheet.rows.filter((row, index) => index === 0 || !isTheirOwn(row)),
        })));
        assert.ok(!book.includes(SECRET), "the secret is in the sheet");
      }),
      {
        numRuns: 12,
        // Left alone, and told of without the secret.
        examples: [[[{ kind: "cut", id: "a" }, {
          kind: "type",
          id: "a",
          column: 0,
          text: SECRET,
        }]]],
      },
    );
  });
}
