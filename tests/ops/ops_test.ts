/** The files for operators: they say what the program does, and the tools they are for can read them. @module */

import assert from "node:assert/strict";
import { join } from "node:path";
import { parseCommand } from "../../src/cli/options.ts";
import { atlas } from "../../src/contract/atlas.ts";
import { ALERT_RULES } from "../../src/service/alert_rules.ts";
import { recordCycle } from "../../src/service/metrics.ts";
import { openAlert } from "../../src/store/alerts.ts";
import { writeHeartbeat } from "../../src/store/heartbeat.ts";
import { quickCheck } from "../../src/store/integrity.ts";
import { addSamples } from "../../src/store/metrics.ts";
import type { Message } from "../../src/service/messages.ts";
import { enqueue } from "../../src/service/notify.ts";
import { metricsPage } from "../../src/web/metrics_page.ts";
import { World } from "../helpers/world.ts";

const root = join(import.meta.dirname ?? ".", "..", "..");

function read(path: string): string {
  return Deno.readTextFileSync(join(root, path));
}

/** Runs a tool; null where this machine does not have it. */
async function tool(name: string, ...args: string[]): Promise<Deno.CommandOutput | null> {
  try {
    return await new Deno.Command(name, { args, stdout: "piped", stderr: "piped" }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log(`skipped: ${name} is not installed`);
    return null;
  }
}

const UNITS = ["atlas-mirror.service", "atlas-mirror-once.service", "atlas-mirror-once.timer"];

Deno.test("systemd can read the units and finds nothing wrong", async () => {
  const folder = await Deno.makeTempDir({ prefix: "atlas-mirror-units-" });
  try {
    for (const unit of UNITS) {
      // The program is not installed on this machine.
      const text = read(`ops/systemd/${unit}`).replace(/^(ExecStart=)\S+/m, "$1/bin/true");
      Deno.writeTextFileSync(join(folder, unit), text);
    }
    const paths = UNITS.map((unit) => join(folder, unit));
    const verified = await tool("systemd-analyze", "--man=no", "verify", ...paths);
    if (verified === null) return;
    const said = new TextDecoder().decode(verified.stderr)
      .split("\n").filter((line) => line.includes("atlas-mirror")).join("\n");
    assert.equal(said, "");
    assert.equal(verified.code, 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the units harden the process, and leave V8 what it needs", () => {
  for (const unit of ["atlas-mirror.service", "atlas-mirror-once.service"]) {
    const text = read(`ops/systemd/${unit}`);
    for (const line of ["PrivateTmp=yes", "ProtectSystem=strict", "NoNewPrivileges=yes"]) {
      assert(text.includes(`\n${line}\n`), `${unit}: ${line}`);
    }
    assert.match(text, /^ReadWritePaths=\/opt\/atlas$/m);
    assert.doesNotMatch(text, /^MemoryDenyWriteExecute=/m);
  }
  assert.match(
    read("ops/systemd/atlas-mirror.service"),
    /^ExecReload=\/bin\/kill -HUP \$MAINPID$/m,
  );
});

Deno.test("every command line in the files for operators is one the program takes", () => {
  const files = [
    ...UNITS.map((unit) => `ops/systemd/${unit}`),
    "ops/nagios/atlas-mirror.cfg",
    "docs/operating.md",
  ];
  let seen = 0;
  for (const file of files) {
    for (
      const [, line = ""] of read(file).matchAll(
        /atlas-mirror((?: +--?[\w-]+(?: +[^\s`|>#-][^\s`|>#]*)?)+)/g,
      )
    ) {
      const args = line.trim().split(/ +/).map((arg) => arg.replace(/[.,;:)]+$/, ""));
      assert.doesNotThrow(() => parseCommand(args), `${file}: atlas-mirror ${args.join(" ")}`);
      seen++;
    }
  }
  assert(seen > 10, `only ${seen} command lines found`);
});

Deno.test("every alert of the program has its place in docs/operating.md", () => {
  const text = read("docs/operating.md");
  for (const { rule } of ALERT_RULES) assert(text.includes(`\`${rule}\``), rule);
});

Deno.test("every metric in the Prometheus rules is one that /metrics has", async () => {
  await using world = await World.start();
  const { db, clock, contract, random } = world;
  const at = new Date(clock.now()).toISOString();
  const report = await world.cycle();
  db.transaction(() => recordCycle(db, contract, report, clock.now()));
  const sample = (name: string, label: string) => ({ at, name, tab: "Runs", label, value: 1 });
  addSamples(db, [
    sample("valid", ""),
    sample("response_seconds", ""),
    sample("resolution_seconds", "critical"),
  ]);
  writeHeartbeat(db, { at, startedAt: at, holder: "process 7" });
  quickCheck(db, clock.now());
  const message: Message = {
    kind: "report",
    severity: "info",
    rule: null,
    tab: null,
    rows: [],
    title: "",
    what: [],
    todo: null,
    at,
  };
  enqueue(db, [{ type: "log", name: "log", minSeverity: "info" }], message, random);
  openAlert(
    db,
    { rule: "sync-failing", tab: "Runs", severity: "critical", message: "", count: 1 },
    at,
  );
  const page = await metricsPage(db, atlas, clock.now());
  const known = new Set([...page.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const used = new Set(read("ops/prometheus/atlas-mirror.rules.yml").match(/\batlas_mirror_\w+/g));
  assert(used.size > 5);
  for (const name of used) assert(known.has(name), `${name} is not among ${[...known].join(", ")}`);
});

Deno.test("promtool finds nothing wrong with the Prometheus rules", async () => {
  const checked = await tool(
    "promtool",
    "check",
    "rules",
    join(root, "ops/prometheus/atlas-mirror.rules.yml"),
  );
  if (checked === null) return;
  assert.equal(checked.code, 0, new TextDecoder().decode(checked.stdout));
});
