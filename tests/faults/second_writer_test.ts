/**
 * Another process that holds the database's write lock longer than the mirror waits, at any moment of
 * a cycle on a real file: what it hits fails alone or as a whole, and the next cycle ends the day.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { AtlasError } from "../../src/base/errors.ts";
import type { CycleReport } from "../../src/mirror/report.ts";
import { openDatabase } from "../../src/store/database.ts";
import { DaemonSite } from "../cli/daemon_site.ts";
import { databaseDigest, testFolder } from "../cli/program.ts";
import { type Evening, eveningBefore, eveningOf, everythingHappens } from "../helpers/busy_day.ts";
import { settle, Wire } from "../helpers/hands.ts";

/** A second connection to the file, and its lock. */
class OtherWriter implements Disposable {
  readonly #db;
  #holds = false;

  constructor(path: string) {
    this.#db = openDatabase(path, { mode: "write" });
  }

  lock(): void {
    this.#db.run("BEGIN IMMEDIATE");
    this.#holds = true;
  }

  unlock(): void {
    if (this.#holds) this.#db.run("ROLLBACK");
    this.#holds = false;
  }

  [Symbol.dispose](): void {
    this.unlock();
    this.#db.close();
  }
}

interface Day {
  readonly outcome: CycleReport | AtlasError;
  readonly requests: number;
  readonly evening: Evening;
}

/** Plays the day; the lock is taken when request `from` is answered and held for `span` requests. */
async function playDay(from: number, span: number): Promise<Day> {
  await using folder = await testFolder();
  const path = join(folder.path, "atlas.db");
  const wire = new Wire();
  await using world = await eveningBefore(wire.intercept, path);
  await everythingHappens(world);
  using other = new OtherWriter(path);
  let requests = 0;
  if (from < 0) other.lock();
  const outcome = await wire.during(async (_call, handle) => {
    const number = requests++;
    if (number === from + span) other.unlock();
    const answer = await handle();
    if (number === from) other.lock();
    return answer;
  }, () => world.cycle()).catch((thrown: unknown) => {
    assert.ok(thrown instanceof AtlasError, `a defect: ${thrown}`);
    return thrown;
  });
  other.unlock();
  await settle(world);
  return { outcome, requests, evening: await eveningOf(world) };
}

const undisturbed = await playDay(Infinity, 0);

Deno.test("faults: a lock that is held when the cycle begins is told before anything is read or written", async () => {
  const { outcome, requests, evening } = await playDay(-1, Infinity);
  assert.ok(outcome instanceof AtlasError);
  assert.equal(outcome.kind, "database-busy");
  assert.ok(outcome.retryable);
  assert.match(
    outcome.message,
    /^Cannot write database ".*atlas\.db": another process holds the write lock$/,
  );
  assert.equal(outcome.hint, "Let the other writer finish, and keep its transactions short.");
  assert.equal(requests, 0);
  assert.deepEqual(evening, undisturbed.evening);
});

for (const [name, span] of [["until the next request", 1], ["until the end", Infinity]] as const) {
  Deno.test(`faults: a lock that is taken behind any request and held ${name} undoes nothing`, async () => {
    assert.ok(undisturbed.requests >= 5, `the day had only ${undisturbed.requests} requests`);
    for (let from = 0; from < undisturbed.requests; from++) {
      const { outcome, evening } = await playDay(from, span);
      assert.deepEqual(evening, undisturbed.evening, `taken behind request ${from}`);
      if (span === Infinity) {
        assert.ok(outcome instanceof AtlasError, "the cycle cannot even be written down");
        assert.equal(outcome.kind, "database-busy");
      }
    }
  });
}

Deno.test("faults: --once beside a writer that does not let go says so, exits with 1, and works afterwards", async () => {
  await using site = await DaemonSite.open();
  site.insert("approval-1");
  using other = new OtherWriter(site.database);
  const before = databaseDigest(site.database);
  other.lock();
  const told = await site.run("--once");
  other.unlock();
  assert.equal(told.code, 1);
  assert.equal(told.stdout, "");
  assert.equal(
    told.stderr.replaceAll(site.folder, "…"),
    'atlas-mirror: cannot write database "…/atlas.db": another process holds the write lock\n' +
      "  what to do: Let the other writer finish, and keep its transactions short.\n",
  );
  assert.equal(databaseDigest(site.database), before);
  assert.deepEqual(await site.shown(), []);
  const again = await site.run("--once");
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(await site.shown(), ["approval-1"]);
});
