/** What goes out: only rows that meet the contract, no secret, no formula, every time exact. @module */

import assert from "node:assert/strict";
import { must } from "../../src/base/assert.ts";
import { atlas } from "../../src/contract/atlas.ts";
import { callAsOwner, idsOf, putCells, screenOf, settle } from "../helpers/hands.ts";
import { approval, error, run, tabOf, World } from "../helpers/world.ts";
import { presetSamples, surroundedSamples } from "../unit/text/fake_secrets.ts";
import { sampleRow } from "./cell_cases.ts";

const TAB = "Pending_Approvals";

Deno.test("export: a row without a required value, with an unknown word or a time that is none stays back", async () => {
  await using world = await World.start();
  const expected = new Map<string, string>();
  for (const tab of atlas.tabs) {
    world.insert(tab.table, sampleRow(tab, "fine"));
    for (const { field, header, required, type } of tab.columns) {
      if (field === "id") continue;
      const bad = [
        ...(required ? [null, "", "  ", "\u200B"] : []),
        ...(type === "enum" ? ["nonsense", "Pending "] : []),
        ...(type === "datetime" ? ["yesterday", "15/01/2026 14:30", "2026-02-30T00:00Z"] : []),
      ];
      for (const [index, value] of bad.entries()) {
        const id = `${field}-${index}`;
        // A table of ours refuses NULL in some fields; then nothing can go out at all.
        try {
          world.insert(tab.table, sampleRow(tab, id, { [field]: value }));
        } catch {
          continue;
        }
        expected.set(`${tab.title} ${id}`, header);
      }
    }
  }
  const report = await world.cycle();
  assert.equal(report.status, "ok");
  const held = report.tabs.flatMap(({ tab, findings }) =>
    findings.filter(({ code }) => code === "MIRROR-INVALID-ROW")
      .map(({ row, reason }) => [`${tab} ${row}`, reason] as const)
  );
  assert.deepEqual(held.map(([row]) => row).toSorted(), [...expected.keys()].toSorted());
  for (const [row, reason] of held) {
    assert.ok(reason.startsWith(must(expected.get(row), row)), reason);
  }
  for (const { title } of atlas.tabs) {
    const ids = (await idsOf(world, title)).filter((id) => !id.startsWith("mirror-"));
    assert.deepEqual(ids, ["fine"]);
  }
});

Deno.test("export: every accepted form of a time shows the same moment", async () => {
  await using world = await World.start();
  const forms = [
    "2026-01-15 14:30",
    "2026-01-15T14:30",
    "2026-01-15 14:30:00",
    "2026-01-15T14:30:00.123",
    "2026-01-15T14:30Z",
    "2026-01-15T14:30:00.123456Z",
    "2026-01-15T16:00:00+01:30",
    "2026-01-15 09:30:00-05:00",
  ];
  forms.forEach((started_at, index) => world.insert("runs", run(`r${index}`, { started_at })));
  await settle(world);
  const shown = [...(await screenOf(world, "Runs")).values()].map(({ cells }) => cells[4]);
  assert.deepEqual(shown, forms.map(() => "2026-01-15 14:30"));
});

Deno.test("export: JSON that is none is marked and shown, JSON that is some is shown as it is", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("bad", { payload: "{'single': 1}" }));
  world.insert("approvals", approval("good", { payload: '{"a": [1, 2]}' }));
  world.insert("approvals", approval("none", { payload: null }));
  await settle(world);
  const screen = await screenOf(world, TAB);
  const payload = (id: string) => screen.get(id)?.cells[7] ?? "";
  assert.deepEqual(["bad", "good", "none"].map(payload), [
    "[invalid JSON] {'single': 1}",
    '{"a": [1, 2]}',
    "",
  ]);
});

Deno.test("export: no secret of any kind is in any cell, note or format of the whole book", async () => {
  await using world = await World.start();
  const secrets = [
    ...Object.values(presetSamples).map((text) => [text, text] as const),
    ...surroundedSamples,
  ];
  for (const [index, [text]] of secrets.entries()) {
    world.insert("approvals", approval(`a${index}`, { item: text, notes: text, payload: text }));
    world.insert(
      "errors",
      error(`e${index}`, { task: text, error: text, resolution: text, notes: text }),
    );
    if (index < 90) {
      world.insert(
        "runs",
        run(`r${index}`, { task: text, command: text, output: text, notes: text }),
      );
    }
  }
  await settle(world);
  // A human writes one too: it goes into the database, and the sheet shows it masked.
  const [typed] = surroundedSamples;
  const [text, secret] = must(typed, "a sample");
  world.insert("approvals", approval("human"));
  await settle(world);
  const row = must((await screenOf(world, TAB)).get("human"), "row").row;
  await putCells(world, TAB, [{ row, column: 6, value: `new: ${text}` }]);
  await world.cycle();
  assert.match(String(world.row("approvals", "human")["notes"]), new RegExp(secret));

  const book = JSON.stringify(
    world.sheet.book.sheets.map(({ rows }) => rows.map((row) => row?.cells)),
  );
  assert.match(book, /«redacted: /);
  for (const [whole, part] of secrets) {
    // Short samples are ordinary words elsewhere; the whole sample never is.
    for (const needle of part.length >= 12 ? [whole, part] : [whole]) {
      assert.ok(
        !book.includes(JSON.stringify(needle).slice(1, -1)),
        `${needle.slice(0, 12)}… is shown`,
      );
    }
  }
});

Deno.test("export: nothing that goes out is a formula or hides anything, and none of it comes back", async () => {
  await using world = await World.start();
  const texts: Readonly<Record<string, string>> = {
    "=1+1": "'=1+1",
    "+49 1": "'+49 1",
    "-5": "-5",
    "- item": "- item",
    "-rf": "'-rf",
    "@import": "'@import",
    "\tx": "'\tx",
    "\rx": "x",
    "pay\u202Elapyap": "paylapyap",
    "a\u200Bb\u0007c": "abc",
    "می\u200Cخواهم": "می\u200Cخواهم",
    "👨\u200D👩\u200D👧": "👨\u200D👩\u200D👧",
  };
  Object.keys(texts).forEach((item, index) =>
    world.insert("approvals", approval(`a${index}`, { item }))
  );
  await settle(world);
  const screen = await screenOf(world, TAB);
  const shown = Object.keys(texts).map((_, index) =>
    screen.get(`a${index}`)?.cells[3]?.replace(/^\n/, "")
  );
  assert.deepEqual(shown, Object.values(texts));
  const edits = [...screen.values()].map(({ row }) => ({ row, column: 6, value: "seen" }));
  await putCells(world, TAB, edits);
  await settle(world);
  Object.keys(texts).forEach((item, index) =>
    assert.deepEqual(world.values("approvals", `a${index}`, "item", "notes"), [item, "seen"])
  );
});

Deno.test("export: a text that is cut never flows back, and a decision on it holds", async () => {
  await using world = await World.start();
  const item = "😀 long ".repeat(1_000);
  world.insert("approvals", approval("a", { item, payload: JSON.stringify({ item }) }));
  await settle(world);
  const { row, cells } = must((await screenOf(world, TAB)).get("a"), "the row");
  assert.match(cells[3] ?? "", /… \[\+[\d,]+ characters, sha256 [0-9a-f]{8}\]$/);
  assert.ok((cells[3] ?? "").isWellFormed());
  await putCells(world, TAB, [{ row, column: 4, value: "approved" }]);
  await settle(world);
  assert.deepEqual(world.values("approvals", "a", "item", "status"), [item, "approved"]);
  await world.owner.copyRow(TAB, row, 12);
  await settle(world);
  assert.equal(world.values("approvals", "a", "item")[0], item);
});

const ZONES = [
  "Etc/GMT",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "Pacific/Apia",
];

/** Moments around changes of the clock, to the minute. */
const MOMENTS = [
  "2026-03-29T00:59Z",
  "2026-03-29T01:00Z",
  "2026-03-29T01:30Z",
  "2026-10-25T00:30Z",
  "2026-10-25T01:30Z",
  "2026-03-08T06:59Z",
  "2026-03-08T07:00Z",
  "2026-11-01T05:30Z",
  "2026-11-01T06:30Z",
  "2026-04-04T14:45Z",
  "2026-04-04T15:15Z",
  "2026-10-03T15:45Z",
];

/** The wall clock of a zone at a moment, as the sheet shows it. */
function wallTime(moment: string, zone: string): string {
  const time = Temporal.Instant.from(moment).toZonedDateTimeISO(zone).toPlainDateTime();
  return time.toString({ smallestUnit: "minute" }).replace("T", " ");
}

for (const zone of ZONES) {
  Deno.test(`export: times are exact around every change of the clock in ${zone}, and no echo comes back`, async () => {
    await using world = await World.start({ timeZone: zone });
    MOMENTS.forEach((started_at, index) =>
      world.insert("runs", run(`r${index}`, { started_at, completed_at: started_at }))
    );
    await settle(world);
    const screen = await screenOf(world, "Runs");
    MOMENTS.forEach((moment, index) => {
      const cells = screen.get(`r${index}`)?.cells.slice(4, 6);
      assert.deepEqual(cells, [wallTime(moment, zone), wallTime(moment, zone)]);
    });
    const edits = [...screen.values()].map(({ row }) => ({ row, column: 7, value: "seen" }));
    await putCells(world, "Runs", edits);
    const report = tabOf(await world.cycle(), "Runs");
    assert.deepEqual([report.restored, report.exported, report.imported], [0, 0, MOMENTS.length]);
    MOMENTS.forEach((moment, index) =>
      assert.equal(world.values("runs", `r${index}`, "started_at")[0], moment)
    );
    await settle(world);
  });
}

Deno.test("export: another time zone of the spreadsheet is one audited rewrite without findings", async () => {
  await using world = await World.start({ timeZone: "Etc/GMT" });
  MOMENTS.forEach((started_at, index) => world.insert("runs", run(`r${index}`, { started_at })));
  await settle(world);
  await callAsOwner(world, ":batchUpdate", {
    requests: [{
      updateSpreadsheetProperties: {
        properties: { timeZone: "Europe/Berlin" },
        fields: "timeZone",
      },
    }],
  });
  // A quick look does not show the zone: it is seen as soon as anything differs.
  world.change("runs", "r0", { output: "more" });
  const report = tabOf(await world.cycle(), "Runs");
  assert.deepEqual([report.restored, report.refused, report.findings], [0, 0, []]);
  const screen = await screenOf(world, "Runs");
  MOMENTS.forEach((moment, index) =>
    assert.equal(screen.get(`r${index}`)?.cells[4], wallTime(moment, "Europe/Berlin"))
  );
  const audit = world.history("r1").filter(({ verdict }) => verdict === "exported");
  assert.deepEqual(audit.map(({ column }) => column).toSorted(), ["completed_at", "started_at"]);
  await settle(world);
});
