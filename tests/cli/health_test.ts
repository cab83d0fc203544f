/** `--check-health` and `--install-check` as a monitoring system and an operator call them. @module */

import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import { type EmbeddedSpreadsheet, startEmbedded } from "../../src/embedded/server.ts";
import { openDatabase } from "../../src/store/database.ts";
import { parsePluginOutput } from "../helpers/plugin_grammar.ts";
import { program, testFolder, type Told } from "./program.ts";

interface Site extends AsyncDisposable {
  readonly folder: string;
  readonly sheets: EmbeddedSpreadsheet;
  run(...args: string[]): Promise<Told>;
}

/** A folder in which a timer has run one cycle. */
async function openSite(): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const { path: folder } = stack.use(await testFolder());
  const sheets = stack.use(
    await startEmbedded({ storage: ":memory:", clock: systemClock, random: systemRandom }),
  );
  const config = join(folder, "mirror.json");
  await Deno.writeTextFile(
    config,
    JSON.stringify({
      database: "atlas.db",
      spreadsheetId: sheets.spreadsheetId,
      sheetsEndpoint: sheets.url,
      mode: "timer",
    }),
  );
  const run = (...args: string[]) => program([...args, "--config", config]);
  for (const command of ["--init", "--setup", "--once"]) {
    const told = await run(command);
    assert.equal(told.code, 0, told.stderr);
  }
  const opened = stack.move();
  return { folder, sheets, run, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Every byte of every file in the folder, but for the shared memory of readers. */
async function bytesOf(folder: string): Promise<string> {
  const files: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile || name.endsWith("-shm")) continue;
    files.push(`${name} ${(await Deno.readFile(join(folder, name))).toBase64()}`);
  }
  return files.sort().join("\n");
}

const healthSchema = z.strictObject({
  status: z.enum(["OK", "WARNING", "CRITICAL", "UNKNOWN"]),
  checks: z.array(z.strictObject({
    name: z.string(),
    tab: z.string().optional(),
    status: z.enum(["OK", "WARNING", "CRITICAL", "UNKNOWN"]),
    message: z.string(),
    value: z.number().optional(),
    unit: z.string().optional(),
    warn: z.number().optional(),
    crit: z.number().optional(),
  })),
});

Deno.test("--check-health is OK after a cycle, and warns when Google does not answer", async () => {
  await using site = await openSite();
  const before = await bytesOf(site.folder);
  const well = await site.run("--check-health");
  assert.equal(well.code, 0, well.stdout + well.stderr);
  assert.equal(well.stderr, "");
  const read = parsePluginOutput(well.stdout);
  assert.equal(read.status, "OK");
  assert(read.perfdata.some(({ label }) => label === "last-sync Runs"));

  const json = await site.run("--check-health", "--json");
  assert.equal(json.code, 0);
  const { status, checks } = healthSchema.parse(JSON.parse(json.stdout));
  assert.equal(status, "OK");
  const names = new Set(checks.map(({ name }) => name));
  for (const name of ["database", "integrity", "last-cycle", "last-sync", "connectivity"]) {
    assert(names.has(name), name);
  }

  const gone = { ATLAS_SHEETS_ENDPOINT: "http://127.0.0.1:9/" };
  const config = join(site.folder, "mirror.json");
  const alone = await program(["--check-health", "--config", config], gone);
  assert.equal(alone.code, 1, alone.stdout);
  assert.match(alone.stdout, /^ATLAS-MIRROR WARNING: connectivity: /);
  const offline = await program(["--check-health", "--offline", "--config", config], gone);
  assert.equal(offline.code, 0, offline.stdout);
  assert.equal(await bytesOf(site.folder), before, "the check changed something");
});

Deno.test("--check-health is UNKNOWN where it is called or configured wrongly", async () => {
  await using folder = await testFolder();
  const config = join(folder.path, "mirror.json");
  const check = (...args: string[]) => program(["--check-health", "--config", config, ...args]);
  const unknown = async (said: RegExp, ...args: string[]) => {
    const told = await check(...args);
    assert.equal(told.code, 3, told.stdout + told.stderr);
    assert.equal(parsePluginOutput(told.stdout).status, "UNKNOWN");
    assert.match(told.stdout, said);
  };
  await unknown(/no such file/);
  await unknown(/"--bogus": no such flag/, "--bogus");
  const entries = { database: "atlas.db", spreadsheetId: "x" };
  await Deno.writeTextFile(config, JSON.stringify(entries));
  await unknown(/cannot open database|Cannot open database/, "--offline");
  const json = await check("--offline", "--json");
  assert.equal(json.code, 3);
  assert.equal(healthSchema.parse(JSON.parse(json.stdout)).status, "UNKNOWN");
});

Deno.test("--check-health is CRITICAL where the database is damaged", async () => {
  await using site = await openSite();
  {
    using db = openDatabase(join(site.folder, "atlas.db"), { mode: "write" });
    db.run(
      "UPDATE mirror_meta SET value = ? WHERE key = 'quick_check'",
      JSON.stringify({
        ok: false,
        message: "page 7 is never used",
        at: new Date().toISOString(),
      }),
    );
  }
  const told = await site.run("--check-health", "--offline");
  assert.equal(told.code, 2);
  assert.match(told.stdout, /^ATLAS-MIRROR CRITICAL: integrity: .*restore it from a backup/);
});

Deno.test("--check-health works as another user, and says what is wrong where it cannot", async () => {
  await using site = await openSite();
  if (Deno.build.os !== "linux" || (await Deno.stat(site.folder)).uid !== 0) {
    console.log("skipped: only root can run the check as another user");
    return;
  }
  const { folder } = site;
  const bundle = join(folder, "atlas-mirror.js");
  const built = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--platform=deno", `--output=${bundle}`, "main.ts"],
    cwd: join(import.meta.dirname ?? ".", "..", ".."),
    stdout: "null",
    stderr: "piped",
  }).output();
  assert.equal(built.code, 0, new TextDecoder().decode(built.stderr));
  await Deno.chmod(folder, 0o755);
  const nobody = async (...args: string[]): Promise<Told | null> => {
    const home = await Deno.makeTempDir({ prefix: "atlas-mirror-nobody-" });
    try {
      await Deno.chown(home, 65534, 65534);
      const text = new TextDecoder();
      const command = new Deno.Command(Deno.execPath(), {
        args: [
          ..."run --no-prompt --no-config --no-lock --allow-net=127.0.0.1 --ignore-env".split(" "),
          `--allow-read=${folder}`,
          `--allow-write=${folder}`,
          bundle,
          ...args,
          "--config",
          join(folder, "mirror.json"),
        ],
        uid: 65534,
        gid: 65534,
        cwd: home,
        clearEnv: true,
        env: { DENO_DIR: home, HOME: home },
        stdout: "piped",
        stderr: "piped",
      });
      const { code, stdout, stderr } = await command.output();
      return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
    } catch (error) {
      if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
      console.log("skipped: other users may not run this Deno");
      return null;
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  };
  const before = await bytesOf(folder);
  const well = await nobody("--check-health");
  if (well === null) return;
  assert.equal(well.code, 0, well.stdout + well.stderr);
  assert.equal(await bytesOf(folder), before, "the check changed something");
  {
    // Beside a process that has the database open, with changes in its log.
    using db = openDatabase(join(folder, "atlas.db"), { mode: "write" });
    db.run("UPDATE mirror_meta SET value = '1' WHERE key = 'logged_findings'");
    assert.equal((await nobody("--check-health", "--offline"))?.code, 0);
  }
  await Deno.remove(join(folder, "atlas.db-shm"));
  await Deno.remove(join(folder, "atlas.db-wal"));
  const logless = await nobody("--check-health", "--offline");
  assert.equal(logless?.code, 3, logless?.stdout);
  assert.match(logless?.stdout ?? "", /-wal and -shm files are missing.*as the user of the mirror/);

  await Deno.chmod(join(folder, "atlas.db"), 0o600);
  const hidden = await nobody("--check-health", "--offline");
  assert.equal(hidden?.code, 3, hidden?.stdout);
  assert.match(
    hidden?.stdout ?? "",
    /^ATLAS-MIRROR UNKNOWN: .*cannot be opened; Check .*user of the mirror/,
  );
});

Deno.test("--install-check names what is missing on this host", async () => {
  await using site = await openSite();
  const well = await site.run("--install-check");
  assert.equal(well.code, 0, well.stdout + well.stderr);
  assert.match(well.stdout, /^ok +clock +127\.0\.0\.1:\d+ answers, and the clock agrees with it$/m);
  assert.match(well.stdout, /^ok +database +it can be read and written/m);
  await Deno.chmod(join(site.folder, "mirror.json"), 0o666);
  const open = await site.run("--install-check");
  assert.equal(open.code, 78);
  assert.match(open.stdout, /^missing +configuration +anybody may change .*chmod o-w/m);
});

Deno.test("--once writes the log files, and --report tells and draws what happened", async () => {
  await using site = await openSite();
  {
    using db = openDatabase(join(site.folder, "atlas.db"), { mode: "write" });
    db.run(
      `INSERT INTO approvals (id, type, action, item, status, requested_at, payload)
        VALUES ('approval-1', 'nonsense', 'create', 'Item', 'pending', '2026-01-15', '{}')`,
    );
  }
  const told = await site.run("--once");
  assert.equal(told.stderr, "", "the result was told twice");
  const read = (file: string) => Deno.readTextFile(join(site.folder, "logs", file));
  const [line = ""] = (await read("export.log")).split("\n");
  assert.equal(JSON.parse(line).properties.row, "approval-1");
  assert.match(await read("mirror.log"), /A cycle ended/);
  const daily = `report-${new Date().toISOString().slice(0, 10)}.txt`;
  assert.match(await read(daily), /^Atlas mirror, daily report of /);

  const before = await bytesOf(site.folder);
  const printed = await site.run("--report");
  assert.equal(printed.code, 0, printed.stderr);
  assert.match(printed.stdout, /^Integrity\n {2}· the database file is sound/m);
  assert.equal(await bytesOf(site.folder), before, "the report changed something");
  const html = join(site.folder, "report.html");
  assert.equal((await site.run("--report", "--html", html)).code, 0);
  assert.match(await Deno.readTextFile(html), /<svg /);
  const refused = await site.run("--report", "--html", "/dev/null/report.html");
  assert.equal(refused.code, 78);
  assert.match(refused.stderr, /cannot write the report to "\/dev\/null\/report\.html"/);
});

Deno.test("--once goes on where the log folder cannot be written, and says so", async () => {
  await using site = await openSite();
  const config = join(site.folder, "mirror.json");
  const entries = JSON.parse(await Deno.readTextFile(config));
  await Deno.writeTextFile(config, JSON.stringify({ ...entries, logDir: "/dev/null/logs" }));
  const told = await site.run("--once");
  assert.equal(told.code, 0, told.stderr);
  assert.match(told.stderr, /warning: Cannot write the log files in "\/dev\/null\/logs"/);
});
