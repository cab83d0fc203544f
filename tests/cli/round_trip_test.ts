/** The program against the embedded spreadsheet: from an empty folder to a quiet cycle. @module */

import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import { systemClock } from "../../src/base/clock.ts";
import { sha256Hex } from "../../src/base/digest.ts";
import { systemRandom } from "../../src/base/random.ts";
import { person } from "../../src/embedded/people.ts";
import { type EmbeddedSpreadsheet, startEmbedded } from "../../src/embedded/server.ts";
import { openDatabase } from "../../src/store/database.ts";
import { databaseDigest, program, testFolder, type Told } from "./program.ts";

/** A folder with a configuration, a spreadsheet, and the program that knows both. */
interface Site extends AsyncDisposable {
  readonly sheets: EmbeddedSpreadsheet;
  readonly database: string;
  run(...args: string[]): Promise<Told>;
}

async function openSite(): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await testFolder());
  const sheets = stack.use(
    await startEmbedded({ storage: ":memory:", clock: systemClock, random: systemRandom }),
  );
  const config = join(folder.path, "mirror.json");
  await Deno.writeTextFile(
    config,
    JSON.stringify({
      database: "atlas.db",
      spreadsheetId: sheets.spreadsheetId,
      sheetsEndpoint: sheets.url,
    }),
  );
  const opened = stack.move();
  return {
    sheets,
    database: join(folder.path, "atlas.db"),
    run: (...args) => program([...args, "--config", config]),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** A site with its tables, its tabs, and one pending request in both. */
async function openRunningSite(): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const site = stack.use(await openSite());
  assert.equal((await site.run("--init")).code, 0);
  assert.equal((await site.run("--setup")).code, 0);
  insertApproval(site.database, "approval-1");
  assert.equal((await site.run("--once")).code, 0);
  const opened = stack.move();
  return { ...site, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

function insertApproval(path: string, id: string): void {
  using db = openDatabase(path, { mode: "write" });
  db.run(
    `INSERT INTO approvals (id, type, action, item, status, requested_at, payload)
      VALUES (?, 'task', 'create', 'Add OAuth', 'pending', '2026-01-15T14:30:00Z', '{}')`,
    id,
  );
}

function statusOf(path: string, id: string): unknown {
  using db = openDatabase(path, { mode: "read" });
  return db.get("SELECT status FROM approvals WHERE id = ?", id)?.["status"];
}

const APPROVALS = "Pending_Approvals";
const boss = ({ url, spreadsheetId }: EmbeddedSpreadsheet) => person(url, spreadsheetId, "owner");

const reportSchema = z.object({
  status: z.string(),
  requests: z.object({ read: z.number(), write: z.number(), retried: z.number() }),
  tabs: z.array(z.looseObject({ tab: z.string(), status: z.string(), imported: z.number() })),
});

Deno.test("atlas-mirror prepares, plans, exports, imports and then has nothing to do", async () => {
  await using site = await openSite();
  const { sheets, database, run } = site;
  assert.match((await run("--init")).stdout, /Created table "approvals"/);
  assert.match((await run("--init")).stdout, /nothing to do/);
  assert.match((await run("--setup")).stdout, /Created tab "Pending_Approvals"/);
  assert.match((await run("--setup")).stdout, /nothing to do/);
  insertApproval(database, "approval-1");

  const plan = await run("--plan");
  assert.equal(plan.code, 2, plan.stderr);
  assert.match(plan.stdout, /\+ approval-1 {2}new: task · create · Add OAuth · pending/);
  assert.equal((await boss(sheets).read(APPROVALS)).length, 1, "a plan wrote into the sheet");

  const first = await run("--once");
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /Pending_Approvals {2}1 added/);
  await boss(sheets).type(APPROVALS, "E2", "approved");

  const decided = await run("--plan");
  assert.equal(decided.code, 2);
  assert.match(decided.stdout, /~ Status {2}pending → approved/);
  const second = await run("--once", "--json");
  assert.equal(second.code, 0, second.stderr);
  const report = reportSchema.parse(JSON.parse(second.stdout));
  assert.equal(report.tabs.find(({ tab }) => tab === APPROVALS)?.imported, 1);
  assert.equal(statusOf(database, "approval-1"), "approved");

  const quiet = await run("--plan");
  assert.equal(quiet.code, 0);
  assert.equal(quiet.stdout, "No changes. The sheet and the database agree.\n");
  const third = reportSchema.parse(JSON.parse((await run("--once", "--json")).stdout));
  assert.deepEqual(third.requests, { read: 1, write: 0, retried: 0 });

  const history = await run("--history", "approval-1");
  assert.match(history.stdout, /^approval-1 in Pending_Approvals$/m);
  assert.match(history.stdout, /Status {2}accepted, by a person in the sheet/);
  const json = JSON.parse((await run("--history", "approval-1", "--json")).stdout);
  assert.equal(json.id, "approval-1");
  assert(json.entries.length >= 2);
});

Deno.test("atlas-mirror --once --import leaves the sheet as it is", async () => {
  await using site = await openRunningSite();
  await boss(site.sheets).type(APPROVALS, "E2", "approved");
  insertApproval(site.database, "approval-2");
  const { write } = site.sheets.requests;
  assert.equal((await site.run("--once", "--import")).code, 0);
  assert.equal(statusOf(site.database, "approval-1"), "approved");
  assert.equal(site.sheets.requests.write, write);
});

Deno.test("atlas-mirror --once --export imports nothing", async () => {
  await using site = await openRunningSite();
  await boss(site.sheets).type(APPROVALS, "E2", "approved");
  insertApproval(site.database, "approval-2");
  assert.equal((await site.run("--once", "--export")).code, 0);
  assert.equal(statusOf(site.database, "approval-1"), "pending");
  assert.equal((await boss(site.sheets).read(APPROVALS)).length, 3);
});

Deno.test("atlas-mirror --once --tab leaves the other tabs out", async () => {
  await using site = await openRunningSite();
  insertApproval(site.database, "approval-2");
  const told = await site.run("--once", "--tab", "Runs", "--json");
  const { tabs } = reportSchema.parse(JSON.parse(told.stdout));
  assert.deepEqual(tabs.map(({ tab }) => tab), ["Runs"]);
  assert.equal((await boss(site.sheets).read(APPROVALS)).length, 2);
});

Deno.test("atlas-mirror --accept lets through exactly the plan that was shown, and once", async () => {
  await using site = await openRunningSite();
  {
    using db = openDatabase(site.database, { mode: "write" });
    db.run("UPDATE mirror_meta SET value = 'another' WHERE key = 'database_uuid'");
  }
  insertApproval(site.database, "approval-2");
  const accept = ["--tab", APPROVALS, "--accept", "other-database"];
  assert.equal((await site.run("--once", ...accept)).code, 3, "accepted unseen");
  insertApproval(site.database, "approval-3");
  assert.equal((await site.run("--once", ...accept)).code, 3, "accepted another plan");
  const told = await site.run("--once", ...accept);
  assert.equal(told.code, 0, told.stderr);
  assert.match(told.stdout, /Pending_Approvals {2}2 added/);
});

/** What is wrong with the spreadsheet, and what must be said about it. */
const TROUBLES: readonly {
  readonly name: string;
  readonly make: (site: Site) => Promise<void> | void;
  readonly says: readonly RegExp[];
}[] = [
  {
    name: "a missing tab",
    async make({ sheets }) {
      const url = `${sheets.url}v4/spreadsheets/${sheets.spreadsheetId}`;
      const sheetId = sheets.book.sheets.find(({ title }) => title === APPROVALS)?.sheetId;
      const answer = await fetch(`${url}:batchUpdate`, {
        method: "POST",
        headers: { authorization: "Bearer owner" },
        body: JSON.stringify({ requests: [{ deleteSheet: { sheetId } }] }),
      });
      assert(answer.ok, await answer.text());
    },
    says: [/Pending_Approvals: guard structure: .*no tab "Pending_Approvals"/, /--setup/],
  },
  {
    name: "a changed header",
    make: ({ sheets }) => boss(sheets).renameHeader(APPROVALS, "Status", "State"),
    says: [/Pending_Approvals: guard structure: .*"State".*"Status"|"Status".*"State"/, /--repair/],
  },
  {
    name: "the mark of another database",
    make({ database }) {
      using db = openDatabase(database, { mode: "write" });
      db.run("UPDATE mirror_meta SET value = 'another' WHERE key = 'database_uuid'");
      insertApproval(database, "approval-2");
    },
    says: [/guard other-database/, /--accept other-database/],
  },
  {
    name: "the mark of a later state of this database",
    make({ database }) {
      using db = openDatabase(database, { mode: "write" });
      db.run("UPDATE mirror_meta SET value = '0' WHERE key = 'epoch'");
      insertApproval(database, "approval-2");
    },
    says: [/guard older-database/, /backup/],
  },
];

for (const { name, make, says } of TROUBLES) {
  Deno.test(`atlas-mirror --once stops at ${name} and changes nothing`, async () => {
    await using site = await openRunningSite();
    await make(site);
    const before = { database: databaseDigest(site.database), sheet: screens(site.sheets) };
    const told = await site.run("--once");
    assert.equal(told.code, 3, told.stderr);
    for (const pattern of says) assert.match(told.stderr, pattern);
    assert.deepEqual(
      { database: databaseDigest(site.database), sheet: screens(site.sheets) },
      before,
    );
  });
}

/** A digest of everything that stands in the spreadsheet. */
function screens({ book }: EmbeddedSpreadsheet): string {
  return sha256Hex(JSON.stringify(book.sheets.map(({ title, rows }) => [title, rows])), 64);
}

Deno.test("--teardown takes the mirror out, leaves the data, and stands alone on the command line", async () => {
  await using site = await openRunningSite();
  const together = await site.run("--setup", "--teardown");
  assert.equal(together.code, 64);
  assert.match(together.stderr, /--teardown with --setup: they do not go together/);
  const shown = await boss(site.sheets).read(APPROVALS);
  const told = await site.run("--teardown");
  assert.equal(told.code, 0, told.stderr);
  assert.match(told.stdout, /Took the mark off the spreadsheet\nDropped \d+ tables/);
  assert.deepEqual(await boss(site.sheets).read(APPROVALS), shown);
  assert.equal(statusOf(site.database, "approval-1"), "pending");
  const after = await site.run("--once");
  assert.equal(after.code, 78);
  assert.match(after.stderr, /it has no tables of the mirror/);
});
