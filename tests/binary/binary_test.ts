/** The compiled program, as an operator meets it. @module */

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import { person } from "../../src/embedded/people.ts";
import { startEmbedded } from "../../src/embedded/server.ts";
import { openDatabase } from "../../src/store/database.ts";
import { DaemonSite, holdUp, SYNCED } from "../cli/daemon_site.ts";
import { runExecutable, testFolder } from "../cli/program.ts";
import { parsePluginOutput } from "../helpers/plugin_grammar.ts";
import { binaryTest } from "./with_binary.ts";

async function configure(folder: string, config: Record<string, unknown>): Promise<string> {
  const path = join(folder, "mirror.json");
  const whole = { database: "atlas.db", spreadsheetId: "embedded", ...config };
  await Deno.writeTextFile(path, JSON.stringify(whole));
  return path;
}

binaryTest("the binary says its version and help", async (binary) => {
  const version = await runExecutable(binary, ["--version"]);
  assert.match(version.stdout, /^atlas-mirror \d+\.\d+\.\d+\n$/);
  assert.match((await runExecutable(binary, ["--help"])).stdout, /^Usage: /m);
});

binaryTest("the binary plays the demo without touching a file", async (binary) => {
  const told = await runExecutable(binary, ["--demo", "--once"]);
  assert.equal(told.code, 0, told.stdout + told.stderr);
  assert.match(told.stdout, /^All \d+ hold\.$/m);
});

binaryTest(
  "the binary carries a decision from the sheet into the database",
  async (binary, folder) => {
    await using sheets = await startEmbedded({
      storage: ":memory:",
      clock: systemClock,
      random: systemRandom,
    });
    const config = await configure(folder, { sheetsEndpoint: sheets.url });
    const run = async (...args: string[]) => {
      const told = await runExecutable(binary, [...args, "--config", config]);
      assert.equal(told.code, 0, told.stdout + told.stderr);
      return told.stdout;
    };
    await run("--init");
    await run("--setup");
    {
      using db = openDatabase(join(folder, "atlas.db"), { mode: "write" });
      db.run(
        `INSERT INTO approvals (id, type, action, item, status, requested_at)
        VALUES ('a-1', 'task', 'create', 'Add OAuth', 'pending', '2026-01-15T14:30:00Z')`,
      );
    }
    assert.match(await run("--once"), /1 added/);
    await person(sheets.url, sheets.spreadsheetId, "editor")
      .type("Pending_Approvals", "E2", "rejected");
    assert.match(await run("--once"), /1 imported/);
    using db = openDatabase(join(folder, "atlas.db"), { mode: "read" });
    assert.equal(db.get("SELECT status FROM approvals")?.["status"], "rejected");
    assert.equal(await run("--plan"), "No changes. The sheet and the database agree.\n");
  },
);

binaryTest("the binary reads nothing outside of its root", async (binary, folder) => {
  await using outside = await testFolder();
  const foreign = await configure(outside.path, {});
  const told = await runExecutable(binary, ["--init", "--config", foreign]);
  assert.equal(told.code, 78);
  assert.match(told.stderr, /it lies outside of what this program may read/);

  const path = join(outside.path, "atlas.db");
  openDatabase(path, { mode: "write", create: true }).close();
  const config = await configure(folder, { database: path });
  const opened = await runExecutable(binary, ["--init", "--config", config]);
  assert.equal(opened.code, 78, opened.stderr);
  assert(opened.stderr.includes(path), opened.stderr);
});

binaryTest("the binary follows no link out of its root", async (binary, folder) => {
  await using outside = await testFolder();
  const target = join(outside.path, "atlas.db");
  openDatabase(target, { mode: "write", create: true }).close();
  await Deno.symlink(target, join(folder, "atlas.db"));
  const told = await runExecutable(binary, ["--init", "--config", await configure(folder, {})]);
  assert.equal(told.code, 78);
  assert.match(told.stderr, /it leads to ".*atlas\.db", which this program may not read/);
  using db = openDatabase(target, { mode: "read" });
  assert.deepEqual(db.all("SELECT name FROM sqlite_schema"), []);
});

binaryTest(
  "the binary connects to no host but those that were baked in",
  async (binary, folder) => {
    // 192.0.2.0/24 is for documentation (RFC 5737): nobody answers there.
    const key = join(folder, "key.json");
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    await Deno.writeTextFile(
      key,
      JSON.stringify({
        type: "service_account",
        client_email: "mirror@example.org",
        private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
        token_uri: "https://192.0.2.1/token",
      }),
    );
    const config = await configure(folder, {
      sheetsEndpoint: "https://192.0.2.1/",
      credentials: "key.json",
    });
    assert.equal((await runExecutable(binary, ["--init", "--config", config])).code, 0);
    const told = await runExecutable(binary, ["--once", "--config", config]);
    assert.equal(told.code, 78);
    assert.match(told.stderr, /this program may not connect/);
  },
);

/** An installation that the binary may touch, in the test's folder. */
function site(path: string, folder: string): Promise<DaemonSite> {
  return DaemonSite.open({ binary: { path, root: folder }, folder });
}

/** What `--check-health` says, read by the grammar of the Monitoring Plugins. */
async function healthOf(
  site: DaemonSite,
): Promise<{ readonly code: number; readonly text: string }> {
  const { code, stdout, stderr } = await site.run("--check-health");
  assert.equal(stderr, "");
  const { status } = parsePluginOutput(stdout);
  assert.equal(["OK", "WARNING", "CRITICAL", "UNKNOWN"].indexOf(status), code, stdout);
  return { code, text: stdout };
}

binaryTest(
  "monitoring sees the binary's daemon lose the spreadsheet and find it again",
  async (binary, folder) => {
    await using mirror = await site(binary, folder);
    mirror.insert("approval-1");
    await using daemon = mirror.daemon();
    await daemon.says(SYNCED);
    await daemon.says(/Next is/);
    const well = await healthOf(mirror);
    assert.equal(well.code, 0, well.text);
    assert.match(well.text, /daemon: process \d+ \(\w+\) is alive/);

    await mirror.stopSheets();
    const gone = await healthOf(mirror);
    assert.equal(gone.code, 1, gone.text);
    assert.match(gone.text, /^ATLAS-MIRROR WARNING: connectivity: Cannot read .*the connection/);

    mirror.letHoursPass(3);
    let from = daemon.said.length;
    daemon.signal("SIGUSR1");
    await daemon.says(/Sync fails: Pending_Approvals/, from);
    await daemon.says(/Next is/, from);
    const late = await healthOf(mirror);
    assert.equal(late.code, 2, late.text);
    assert.match(late.text, /last-sync Pending_Approvals: synced 3 h ago; the last failure: /);
    assert.match(late.text, /critical-alerts: open: .*sync-failing \(Pending_Approvals\)/);

    await mirror.serveSheets();
    mirror.insert("approval-2");
    from = daemon.said.length;
    daemon.signal("SIGUSR1");
    await daemon.says(/Over: Sync fails: Pending_Approvals/, from);
    await daemon.says(/Next is/, from);
    assert.deepEqual(await mirror.shown(), ["approval-1", "approval-2"]);
    const back = await healthOf(mirror);
    assert.equal(back.code, 1, back.text);
    assert.match(back.text, /^ATLAS-MIRROR WARNING: completion: \d+ of \d+ syncs of the last hour/);

    // An hour without a failure later, nothing is left of it.
    mirror.letHoursPass(1);
    from = daemon.said.length;
    daemon.signal("SIGUSR1");
    await daemon.says(SYNCED, from);
    const again = await healthOf(mirror);
    assert.equal(again.code, 0, again.text);
    daemon.signal("SIGTERM");
    assert.equal(await daemon.ends(), 0, daemon.said);
  },
);

binaryTest(
  "SIGTERM in mid-cycle ends the binary's daemon with 0 and loses nothing",
  async (binary, folder) => {
    await using mirror = await site(binary, folder);
    mirror.insert("approval-1");
    const { reached, letGo } = holdUp(mirror);
    await using daemon = mirror.daemon();
    await reached;
    daemon.signal("SIGTERM");
    await daemon.says(/Asked to stop/);
    letGo();
    assert.equal(await daemon.ends(), 0, daemon.said);
    assert.deepEqual(await mirror.shown(), ["approval-1"]);
    const plan = await mirror.run("--plan");
    assert.equal(plan.stdout, "No changes. The sheet and the database agree.\n", plan.stderr);
  },
);

binaryTest(
  "a daemon of the binary that was killed in mid-cycle is followed by the next",
  async (binary, folder) => {
    await using mirror = await site(binary, folder);
    mirror.insert("approval-1");
    const { reached, letGo } = holdUp(mirror);
    await using first = mirror.daemon();
    await reached;
    first.signal("SIGKILL");
    await first.ends();
    letGo();
    await using second = mirror.daemon("--wait");
    await second.says(new RegExp(`Waiting for .*process ${first.pid} `));
    mirror.letLeasesRunOut();
    await second.says(SYNCED);
    assert.deepEqual(await mirror.shown(), ["approval-1"]);
    assert.equal((await mirror.run("--plan")).code, 0);
    second.signal("SIGTERM");
    assert.equal(await second.ends(), 0, second.said);
  },
);
