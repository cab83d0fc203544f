/** `--setup --probe`: the program tries the spreadsheet, tells what it found, and acts on it. @module */

import assert from "node:assert/strict";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import {
  type EmbeddedSpreadsheet,
  type Intercept,
  startEmbedded,
} from "../../src/embedded/server.ts";
import { openDatabase } from "../../src/store/database.ts";
import { readProbe } from "../../src/store/probe.ts";
import { program, testFolder, type Told } from "./program.ts";

interface Site extends AsyncDisposable {
  readonly sheets: EmbeddedSpreadsheet;
  readonly database: string;
  run(...args: string[]): Promise<Told>;
}

async function openSite(intercept?: Intercept): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await testFolder());
  const sheets = stack.use(
    await startEmbedded({
      storage: ":memory:",
      clock: systemClock,
      random: systemRandom,
      ...(intercept === undefined ? {} : { intercept }),
    }),
  );
  const config = join(folder.path, "mirror.json");
  const { spreadsheetId, url } = sheets;
  const settings = { database: "atlas.db", spreadsheetId, sheetsEndpoint: url };
  await Deno.writeTextFile(config, JSON.stringify(settings));
  const opened = stack.move();
  const run = (...args: string[]) => program([...args, "--config", config]);
  assert.equal((await run("--init")).code, 0);
  return {
    sheets,
    database: join(folder.path, "atlas.db"),
    run,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function probeOf({ database }: Site) {
  using db = openDatabase(database, { mode: "read" });
  return readProbe(db);
}

Deno.test("atlas-mirror --setup --probe says that all holds, and changes nothing", async () => {
  await using site = await openSite();
  const told = await site.run("--setup", "--probe");
  assert.equal(told.code, 0, told.stderr);
  assert.match(told.stdout, /^holds {3}Anchors follow their rows when the rows are sorted$/m);
  assert.match(told.stdout, /All that the mirror assumes of the Sheets API holds/);
  assert.match(told.stdout, /The scratch tab is gone again/);
  const { anchorsHold, broken } = probeOf(site) ?? {};
  assert.deepEqual([anchorsHold, broken], [true, []]);
  assert.deepEqual(site.sheets.book.sheets.map(({ properties }) => properties.title), ["Sheet1"]);
});

Deno.test("atlas-mirror --setup --probe finds anchors that do not hold, and cycles heed it", async () => {
  await using site = await openSite((call, handle) =>
    JSON.stringify(call.body ?? "").includes("sortRange")
      ? Promise.resolve(Response.json({
        error: { code: 400, message: "Rows with metadata stay", status: "INVALID_ARGUMENT" },
      }, { status: 400 }))
      : handle()
  );
  const told = await site.run("--setup", "--probe");
  assert.equal(told.code, 3, told.stderr);
  assert.match(told.stdout, /^BROKEN {2}Anchors follow their rows when the rows are sorted$/m);
  assert.match(told.stdout, /seen: .*Rows with metadata stay/);
  assert.match(told.stdout, /1 of \d+ assumptions do not hold/);
  assert.match(told.stdout, /from now on the mirror adds new rows/);
  assert.deepEqual(probeOf(site)?.broken.map(({ name }) => name), ["follows-sort"]);

  assert.equal((await site.run("--setup")).code, 0);
  const insert = (sql: string) => {
    using db = openDatabase(site.database, { mode: "write" });
    db.run(sql);
  };
  insert(
    "INSERT INTO runs (id, task, command, status, started_at) " +
      "VALUES ('run-1', 'Build', 'make', 'running', '2026-01-15T09:00:00Z')",
  );
  assert.match((await site.run("--once")).stdout, /1 added/);
  insert("UPDATE runs SET status = 'success'");
  const cycle = await site.run("--once");
  assert.equal(cycle.code, 0, cycle.stderr);
  assert.match(cycle.stdout, /run-1.*does not write Status.*MIRROR-UNANCHORED/s);
});
