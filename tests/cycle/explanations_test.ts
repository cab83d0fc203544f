/** What people see where they look: notes on cells, rows in the report tab, and that both come down again. @module */

import assert from "node:assert/strict";
import { must } from "../../src/base/assert.ts";
import { loadFindings } from "../../src/store/findings.ts";
import { approval, error, run, tabOf, World } from "../helpers/world.ts";

const APPROVALS = "Pending_Approvals";
const ERRORS = "Errors_Hotlist";
const QUIET = { read: 1, write: 0, retried: 0 };

async function edit(world: World, title: string, id: string, column: string, text: string) {
  const row = must(await world.owner.findRow(title, id), `row ${id}`);
  await world.owner.type(title, `${column}${row}`, text);
}

async function callAsOwner(world: World, requests: readonly object[]): Promise<void> {
  const { url, spreadsheetId } = world.sheet;
  const answer = await fetch(`${url}v4/spreadsheets/${spreadsheetId}:batchUpdate`, {
    method: "POST",
    headers: { "authorization": "Bearer owner", "content-type": "application/json" },
    body: JSON.stringify({ requests }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** Pins a note to a cell as a person would; columns count from 0. */
async function pin(world: World, title: string, id: string, column: number, note: string) {
  const { sheetId } = must(
    world.sheet.book.sheets.find(({ properties }) => properties.title === title),
    title,
  ).properties;
  const rowIndex = must(await world.owner.findRow(title, id), `row ${id}`) - 1;
  await callAsOwner(world, [{
    updateCells: {
      start: { sheetId, rowIndex, columnIndex: column },
      rows: [{ values: [{ note }] }],
      fields: "note",
    },
  }]);
}

/** The notes on a row's cells, by the column's letter. */
async function notesOf(world: World, title: string, id: string): Promise<Record<string, string>> {
  const { url, spreadsheetId } = world.sheet;
  const range = encodeURIComponent(`'${title}'!A1:H1000`);
  const fields = "sheets(data(rowData(values(note))))";
  const answer = await fetch(
    `${url}v4/spreadsheets/${spreadsheetId}?ranges=${range}&fields=${fields}`,
    { headers: { "authorization": "Bearer owner" } },
  );
  const { sheets } = await answer.json();
  const row = must(await world.owner.findRow(title, id), `row ${id}`);
  const cells: { note?: string }[] = sheets[0].data[0].rowData[row - 1]?.values ?? [];
  return Object.fromEntries(
    cells.flatMap(({ note }, index) =>
      note === undefined ? [] : [[String.fromCharCode(65 + index), note]]
    ),
  );
}

interface Report {
  readonly id: string;
  readonly error: string;
  readonly severity: string;
  readonly resolved: string;
  readonly resolution: string;
}

function reportsOf(world: World): Report[] {
  return world.db.all("SELECT * FROM errors WHERE id LIKE 'mirror-%' ORDER BY occurred_at, id").map(
    (
      row,
    ) => ({
      id: String(row["id"]),
      error: String(row["error"]),
      severity: String(row["severity"]),
      resolved: String(row["resolved"]),
      resolution: String(row["resolution"]),
    }),
  );
}

const STALE = "2026-01-16T14:30:00Z";

Deno.test("a refused cell gets a note with reason and remedy, which the next accepted edit takes away", async () => {
  await using world = await World.start();
  for (const id of ["a", "b"]) world.insert("approvals", approval(id));
  await world.cycle();
  await edit(world, APPROVALS, "b", "E", "aproved");
  const report = await world.cycle();
  assert.deepEqual(report.requests, { read: 2, write: 2, retried: 0 });
  const notes = await notesOf(world, APPROVALS, "b");
  assert.deepEqual(Object.keys(notes), ["E"]);
  assert.match(
    notes["E"] ?? "",
    /^atlas-mirror: refused: not one of .*did you mean "approved"\? Choose the word from the dropdown\.$/,
  );
  assert.deepEqual(await notesOf(world, APPROVALS, "a"), {});
  assert.deepEqual((await world.cycle()).requests, QUIET);
  await edit(world, APPROVALS, "b", "E", "approved");
  await world.cycle();
  assert.deepEqual(await notesOf(world, APPROVALS, "b"), {});
  assert.deepEqual((await world.cycle()).requests, QUIET);
});

Deno.test("a note of the mirror's stands among those of humans and leaves them as they were", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a"));
  await world.cycle();
  await pin(world, APPROVALS, "a", 4, "ask Ada first");
  await edit(world, APPROVALS, "a", "E", "maybe");
  await world.cycle();
  const both = (await notesOf(world, APPROVALS, "a"))["E"] ?? "";
  assert.match(both, /^ask Ada first\natlas-mirror: refused: .*$/);
  await pin(world, APPROVALS, "a", 4, `${both}\nasked her`);
  await edit(world, APPROVALS, "a", "E", "rejected");
  await world.cycle();
  assert.deepEqual(await notesOf(world, APPROVALS, "a"), { E: "ask Ada first\nasked her" });
});

Deno.test("a note goes when the database changes the cell, and does not come back when a human took it away", async () => {
  await using world = await World.start();
  for (const id of ["a", "b"]) world.insert("approvals", approval(id));
  await world.cycle();
  for (const id of ["a", "b"]) await edit(world, APPROVALS, id, "E", "maybe");
  await world.cycle();
  await pin(world, APPROVALS, "b", 4, "");
  world.change("approvals", "a", { status: "approved" });
  await world.cycle();
  assert.deepEqual(await notesOf(world, APPROVALS, "a"), {});
  assert.deepEqual(await notesOf(world, APPROVALS, "b"), {});
  assert.deepEqual(
    loadFindings(world.db, APPROVALS).open.map(({ row, code }) => [row, code]),
    [["b", "MIRROR-TRANSITION"]],
  );
});

Deno.test("a conflict says on the cell that the human's text was not taken, whatever direction the next cycles have", async () => {
  await using world = await World.start();
  world.insert("errors", error("e"));
  await world.cycle();
  await edit(world, ERRORS, "e", "G", "rebooted");
  world.change("errors", "e", { resolution: "patched" });
  await world.cycle();
  const noted = async () => (await notesOf(world, ERRORS, "e"))["G"] ?? "";
  assert.match(await noted(), /^atlas-mirror: not taken: both sides changed it; .* in the audit\./);
  await edit(world, ERRORS, "e", "G", "rebooted and patched");
  await world.cycle({ direction: "export" });
  assert.match(await noted(), /not taken/);
  await world.cycle({ direction: "import" });
  assert.match(await noted(), /not taken/);
  assert.deepEqual(world.values("errors", "e", "resolution"), ["rebooted and patched"]);
  world.insert("errors", error("another"));
  await world.cycle();
  assert.equal(await noted(), "");
  assert.deepEqual((await world.cycle()).requests, QUIET);
});

Deno.test("a row that was put back says so on its ID until the mirror answers an edit in it", async () => {
  await using world = await World.start();
  for (const id of ["a", "b", "c"]) world.insert("approvals", approval(id));
  await world.cycle();
  await world.owner.deleteRow(APPROVALS, must(await world.owner.findRow(APPROVALS, "b"), "b"));
  await world.cycle();
  assert.match((await notesOf(world, APPROVALS, "b"))["A"] ?? "", /^atlas-mirror: put back: /);
  await edit(world, APPROVALS, "a", "G", "elsewhere");
  await world.cycle();
  assert.equal(Object.keys(await notesOf(world, APPROVALS, "b")).length, 1);
  await edit(world, APPROVALS, "b", "G", "sorry");
  await world.cycle();
  assert.deepEqual(await notesOf(world, APPROVALS, "b"), {});
  assert.deepEqual((await world.cycle()).requests, QUIET);
});

Deno.test("a note still goes up when the cycle that refused the edit did not come to write", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a"));
  await world.cycle();
  await edit(world, APPROVALS, "a", "E", "maybe");
  await world.cycle({ direction: "import" });
  assert.deepEqual(await notesOf(world, APPROVALS, "a"), {});
  await world.cycle();
  assert.match((await notesOf(world, APPROVALS, "a"))["E"] ?? "", /^atlas-mirror: refused: /);
});

Deno.test("a refused edit is a row in the report tab within the cycle, closed when the edit is mended", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a"));
  await world.cycle();
  await edit(world, APPROVALS, "a", "E", "aproved");
  const told = await world.cycle();
  assert.deepEqual(told.fresh.map(({ tab, row, code }) => [tab, row, code]), [
    [APPROVALS, "a", "MIRROR-NEAR-MISS"],
  ]);
  const [report] = reportsOf(world);
  assert.match(report?.error ?? "", /^Pending_Approvals, row a, Status: .*\(MIRROR-NEAR-MISS\)$/);
  assert.deepEqual([report?.severity, report?.resolved], ["medium", "false"]);
  assert.equal(await world.owner.findRow(ERRORS, report?.id ?? ""), 2);
  assert.deepEqual(tabOf(told, ERRORS).added, 1);
  const quiet = await world.cycle();
  assert.deepEqual([quiet.requests, quiet.fresh], [QUIET, []]);

  await edit(world, APPROVALS, "a", "E", "approved");
  await world.cycle();
  const [closed] = reportsOf(world);
  assert.deepEqual([closed?.resolved, reportsOf(world).length], ["true", 1]);
  assert.match(closed?.resolution ?? "", /does not find this any more/);
  assert.ok(world.values("errors", report?.id ?? "", "resolved_at")[0]);
  assert.equal((await world.owner.read(ERRORS))[1]?.[5], "true");
  assert.deepEqual((await world.cycle()).requests, QUIET);
  assert.deepEqual(loadFindings(world.db, APPROVALS).open, []);
});

Deno.test("a report is opened again when the same comes back, and one a human ticked off stays so until then", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a"));
  world.insert("runs", run("r"));
  await world.cycle();
  await edit(world, APPROVALS, "a", "E", "maybe");
  await world.cycle();
  const { id } = must(reportsOf(world)[0], "the report");
  await edit(world, ERRORS, id, "F", "true");
  await edit(world, ERRORS, id, "G", "talked to Erik");
  await world.cycle();
  await edit(world, "Runs", "r", "H", "something else");
  await world.cycle();
  assert.equal(reportsOf(world)[0]?.resolved, "true");
  await edit(world, APPROVALS, "a", "E", "maybe");
  await world.cycle();
  assert.deepEqual(
    reportsOf(world).map(({ resolved, resolution }) => [resolved, resolution]),
    [["false", "talked to Erik"]],
  );
  assert.equal((await world.owner.read(ERRORS))[1]?.[5], "false");
});

Deno.test("over twenty findings of a kind become one report, and findings on reports make none", async () => {
  await using world = await World.start();
  for (let index = 0; index < 30; index++) world.insert("approvals", approval(`a${index}`));
  await world.cycle();
  for (let index = 0; index < 21; index++) await edit(world, APPROVALS, `a${index}`, "E", "maybe");
  await world.cycle();
  const [one, ...others] = reportsOf(world);
  assert.match(one?.error ?? "", /MIRROR-TRANSITION in 21 places/);
  assert.deepEqual(others, []);
  await edit(world, ERRORS, one?.id ?? "", "F", "perhaps");
  const report = await world.cycle();
  assert.equal(tabOf(report, ERRORS).refused, 1);
  assert.equal(reportsOf(world).length, 1);

  for (let index = 0; index < 20; index++) {
    await edit(world, APPROVALS, `a${index}`, "E", index % 2 === 0 ? "approved" : "rejected");
  }
  await world.cycle();
  assert.equal(reportsOf(world)[0]?.resolved, "false");
  await edit(world, APPROVALS, "a20", "E", "approved");
  await world.cycle();
  assert.equal(reportsOf(world)[0]?.resolved, "true");
});

Deno.test("a finding on an ordinary row of the report tab is reported in that same cycle", async () => {
  await using world = await World.start();
  world.insert("errors", error("e"));
  await world.cycle();
  await edit(world, ERRORS, "e", "F", "perhaps");
  const report = await world.cycle();
  assert.equal(report.status, "ok");
  assert.deepEqual((await world.owner.read(ERRORS)).slice(1).map(([id]) => id?.slice(0, 7)), [
    "mirror-",
    "e",
  ]);
  assert.deepEqual(report.requests, { read: 2, write: 2, retried: 0 });
  assert.deepEqual((await world.cycle()).requests, QUIET);
});

Deno.test("an unknown ID is reported once with the ID it resembles, and closed when the row is gone", async () => {
  await using world = await World.start();
  world.insert("runs", run("run-7"));
  await world.cycle();
  await world.owner.type("Runs", "A3", "Run-7");
  await world.cycle();
  const [report] = reportsOf(world);
  assert.match(report?.error ?? "", /did you mean "run-7"\? It differs only in capital letters/);
  assert.deepEqual((await world.cycle()).requests, QUIET);
  await world.owner.deleteRow("Runs", must(await world.owner.findRow("Runs", "Run-7"), "the row"));
  await world.cycle();
  assert.equal(reportsOf(world)[0]?.resolved, "true");
  assert.deepEqual((await world.cycle()).requests, QUIET);
});

Deno.test("what was explained once is not explained again, even after it was cured and came back", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("a"));
  await world.cycle();
  await edit(world, APPROVALS, "a", "E", "maybe");
  await world.cycle();
  const notes = world.values("approvals", "a", "notes")[0];
  await edit(world, APPROVALS, "a", "E", "perhaps");
  await world.cycle();
  const both = world.values("approvals", "a", "notes")[0];
  assert.equal(String(both).split("\n").length, 2);
  assert.ok(String(both).startsWith(String(notes)));
  await edit(world, APPROVALS, "a", "E", "maybe");
  await world.cycle();
  assert.deepEqual(world.values("approvals", "a", "notes"), [both]);
});

Deno.test("security findings and duplicates are reported; what is mended without a loss is not", async () => {
  await using world = await World.start();
  for (const id of ["a", "b", "c", "d"]) world.insert("approvals", approval(id));
  await world.cycle();
  await edit(world, APPROVALS, "a", "F", "2030-01-01 00:00");
  await edit(world, APPROVALS, "b", "D", "another item");
  await world.owner.copyRow(APPROVALS, must(await world.owner.findRow(APPROVALS, "c"), "c"), 9);
  await world.cycle();
  assert.deepEqual(reportsOf(world).map(({ error }) => /MIRROR-[A-Z-]+/.exec(error)?.[0]).sort(), [
    "MIRROR-DUPLICATE-ID",
    "MIRROR-TIMESTAMP",
  ]);
  assert.deepEqual((await world.cycle()).requests, QUIET);
});

Deno.test("a report that was archived or deleted is shown again, or left alone", async () => {
  await using world = await World.start();
  for (const id of ["a", "b"]) world.insert("approvals", approval(id));
  await world.cycle();
  for (const id of ["a", "b"]) await edit(world, APPROVALS, id, "E", "maybe");
  await world.cycle();
  const [first, second] = reportsOf(world);
  const old = { resolved: "true", resolved_at: "2025-01-01T00:00:00Z" };
  world.change("errors", first?.id ?? "", { ...old, archived_at: STALE });
  world.change("errors", second?.id ?? "", { deleted_at: STALE });
  await world.cycle();
  assert.equal((await world.owner.read(ERRORS)).length, 1);
  for (const id of ["a", "b"]) await edit(world, APPROVALS, id, "E", "maybe");
  await world.cycle();
  assert.deepEqual((await world.owner.read(ERRORS)).slice(1).map(([id]) => id), [first?.id]);
});
