/**
 * A network that is not there: the name does not resolve, nobody listens, there is no route, or no
 * answer ever comes. The mirror says which, waits no longer than it has to, and goes on by itself.
 *
 * @module
 */

import assert from "node:assert/strict";
import { AtlasError } from "../../src/base/errors.ts";
import type { CycleReport } from "../../src/mirror/report.ts";
import { createSheetsClient, type SheetsClient } from "../../src/sheets/client.ts";
import { DaemonSite, SYNCED } from "../cli/daemon_site.ts";
import { eveningBefore, eveningOf, everythingHappens } from "../helpers/busy_day.ts";
import { settle, Wire } from "../helpers/hands.ts";
import { approval, World } from "../helpers/world.ts";

/** What Deno's fetch throws, word for word, and what is made of it. */
const FAULTS = [
  [
    "a name that does not resolve",
    "(Connect): dns error: failed to lookup address information: Name or service not known",
    "the host name cannot be resolved",
  ],
  [
    "a port where nobody listens",
    "(Connect): tcp connect error: Connection refused (os error 111)",
    "the connection was refused",
  ],
  [
    "a network without a route",
    "(Connect): tcp connect error: Network is unreachable (os error 101)",
    "there is no route to the host",
  ],
] as const;

function thrownBy(text: string): TypeError {
  const url = "https://sheets.googleapis.com/v4/spreadsheets/s?fields=x";
  return new TypeError("fetch failed", {
    cause: new Error(`error sending request for url (${url}): client error ${text}`),
  });
}

/** A client of the world whose requests fail from number `from` (counted from 0) on. */
function cutOff(world: World, from: number, text: string): SheetsClient {
  const { clock, random, sheet: { url, spreadsheetId } } = world;
  let requests = 0;
  return createSheetsClient({
    endpoint: url,
    spreadsheetId,
    credentials: null,
    clock,
    random,
    fetch: (...call) => requests++ < from ? fetch(...call) : Promise.reject(thrownBy(text)),
  });
}

function onlyError(report: CycleReport): AtlasError {
  const [error, ...others] = new Set(report.tabs.map(({ error }) => error));
  assert.ok(error instanceof AtlasError && others.length === 0, "one reason for all tabs");
  return error;
}

async function usualEvening() {
  await using world = await eveningBefore();
  await everythingHappens(world);
  await settle(world);
  return await eveningOf(world);
}

for (const [name, text, why] of FAULTS) {
  Deno.test(`faults: ${name} fails every tab with its reason, and leaves nothing undone`, async () => {
    const expected = await usualEvening();
    await using world = await eveningBefore();
    await everythingHappens(world);
    const started = world.clock.now();
    const report = await world.cycle({}, { client: cutOff(world, 0, text) });
    assert.equal(report.status, "failed");
    const { kind, message, hint } = onlyError(report);
    assert.equal(kind, "unreachable");
    assert.match(message, new RegExp(`^Cannot read 'Pending_Approvals'!.*: ${why}$`));
    assert.equal(hint, "Check the network of this host and its way to Google.");
    assert.doesNotMatch(message, /https?:/);
    assert.deepEqual(report.requests, { read: 3, write: 0, retried: 2 });
    assert.ok(world.clock.now() - started < 10_000, "three attempts, then the next cycle");
    await settle(world);
    assert.deepEqual(await eveningOf(world), expected);
  });
}

Deno.test("faults: a network that goes away at any request of a busy day costs nothing but time", async () => {
  const expected = await usualEvening();
  const [, text] = FAULTS[0];
  let failed = 0;
  for (let from = 0;; from++) {
    await using world = await eveningBefore();
    await everythingHappens(world);
    const report = await world.cycle({}, { client: cutOff(world, from, text) });
    await settle(world);
    assert.deepEqual(await eveningOf(world), expected, `from request ${from} on`);
    if (report.status === "ok") break;
    failed++;
  }
  assert.ok(failed >= 4, `the day had only ${failed} requests`);
});

Deno.test("faults: a long outage opens the circuit, and the first cycle after it does everything", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("approvals", approval("a"));
  let asked = 0;
  const told: string[] = [];
  await wire.during(() => {
    asked++;
    return Promise.resolve(new Response("", { status: 502 }));
  }, async () => {
    for (let cycle = 0; cycle < 5; cycle++) told.push(onlyError(await world.cycle()).message);
  });
  assert.equal(asked, 11, "three cycles with three attempts each; the others ask once");
  assert.match(told[2] ?? "", /Google answered 502$/);
  assert.match(told[4] ?? "", /Google answered 502$/);
  const report = await world.cycle();
  assert.equal(report.status, "ok");
  assert.equal(report.tabs[0]?.added, 1);
});

Deno.test("faults: a server that asks for a day of patience does not hold a cycle up for a day", async () => {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  world.insert("approvals", approval("a"));
  const started = world.clock.now();
  const report = await wire.during(
    (call, handle) =>
      call.kind === "read" ? handle() : Promise.resolve(
        Response.json({ error: { code: 429, message: "Quota exceeded" } }, {
          status: 429,
          headers: { "retry-after": "86400" },
        }),
      ),
    () => world.cycle(),
  );
  assert.deepEqual([report.status, report.requests.write], ["partial", 1]);
  assert.ok(world.clock.now() - started < 60_000, "the cycle waited");
  world.clock.advance(3_600_000);
  await settle(world);
});

Deno.test("faults: --once without a network exits with 1 and says so once for all tabs; then it catches up", async () => {
  await using site = await DaemonSite.open();
  site.insert("approval-1");
  await site.stopSheets();
  const told = await site.run("--once");
  assert.equal(told.code, 1);
  assert.equal(
    told.stderr,
    "atlas-mirror: Pending_Approvals, Runs, Errors_Hotlist: cannot read 'Pending_Approvals'!A:H, " +
      "'Runs'!A:H, 'Errors_Hotlist'!A:H: the connection was refused\n" +
      "  what to do: Check the network of this host and its way to Google.\n",
  );
  await site.serveSheets();
  assert.equal((await site.run("--once")).code, 0);
  assert.deepEqual(await site.shown(), ["approval-1"]);
});

Deno.test("faults: a daemon syncs when it is asked to, also where the network just came back", async () => {
  await using site = await DaemonSite.open();
  await using daemon = site.daemon();
  await daemon.says(SYNCED);
  await daemon.says(/Next is/);
  await site.stopSheets();
  for (let outage = 0; outage < 3; outage++) {
    const from = daemon.said.length;
    daemon.signal("SIGUSR2");
    await daemon.says(/Synced .*: "?failed/, from);
    await daemon.says(/Next is/, from);
  }
  await site.serveSheets();
  site.insert("approval-1");
  const from = daemon.said.length;
  daemon.signal("SIGUSR2");
  await daemon.says(SYNCED, from);
  daemon.signal("SIGTERM");
  assert.equal(await daemon.ends(), 0, daemon.said);
});
