import assert from "node:assert/strict";
import { AtlasError } from "../../../src/base/errors.ts";
import { configureLogging } from "../../../src/base/log.ts";
import { logCycle } from "../../../src/service/cycle_log.ts";
import { createMasker } from "../../../src/text/secrets.ts";
import { z } from "zod";
import { approval, World } from "../../helpers/world.ts";

const masker = createMasker();
const recordSchema = z.object({
  level: z.string(),
  logger: z.string(),
  message: z.string(),
  properties: z.record(z.string(), z.unknown()),
});

/** What a cycle of the world leaves in the log of one logger. */
async function logged(world: World, logger: string) {
  const lines: string[] = [];
  await configureLogging({ level: "info", json: true, write: (line) => lines.push(line) });
  try {
    await logCycle({ db: world.db, contract: world.contract, masker }, await world.cycle());
  } finally {
    await configureLogging({ level: "fatal", json: false, write: () => {} });
  }
  return lines.map((line) => recordSchema.parse(JSON.parse(line)))
    .filter((record) => record.logger === `atlas-mirror·${logger}`);
}

Deno.test("logCycle() writes an edit that was refused with tab, row, column, value and reason, once", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("approval-1"));
  await world.cycle();
  await world.editor.type("Pending_Approvals", "E2", "aproved");
  const [record, ...more] = await logged(world, "import");
  assert.equal(more.length, 0);
  const { tab, row, column, value, reason } = record?.properties ?? {};
  assert.deepEqual([tab, row, column, value], [
    "Pending_Approvals",
    "approval-1",
    "Status",
    "aproved",
  ]);
  assert.match(String(reason), /approved/);
  assert.match(
    record?.message ?? "",
    /"Pending_Approvals" "approval-1" "Status": .*found "aproved"/,
  );
  assert.deepEqual(await logged(world, "import"), []);
});

Deno.test("logCycle() writes a row that stays back to the log of exports, once", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("approval-1", { type: "nonsense" }));
  const [record] = await logged(world, "export");
  assert.match(record?.message ?? "", /approval-1.* stays back: .*nonsense.*MIRROR-INVALID-ROW/);
  assert.deepEqual(await logged(world, "export"), []);
});

Deno.test("logCycle() writes a tab that was stopped or failed, with what to do", async () => {
  await using world = await World.start();
  await world.owner.renameHeader("Runs", "Status", "State");
  const [stopped] = await logged(world, "export");
  assert.match(stopped?.message ?? "", /Runs.* was stopped by the guard .*structure.*--repair/);

  const lines: string[] = [];
  await configureLogging({ level: "info", json: false, write: (line) => lines.push(line) });
  const report = await world.cycle();
  const error = new AtlasError("unreachable", "Cannot read: no route", { hint: "Look at it." });
  await logCycle({ db: world.db, contract: world.contract, masker }, {
    ...report,
    tabs: report.tabs.map((tab) => ({ ...tab, guards: [], error })),
  });
  await configureLogging({ level: "fatal", json: false, write: () => {} });
  assert.equal(
    lines.filter((line) => /export: .*was not synced: .*no route.*Look/.test(line)).length,
    3,
  );
});

Deno.test("logCycle() masks secrets in what people typed", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("approval-1"));
  await world.cycle();
  const secret = ["ghp", "_", "a1B2".repeat(9)].join("");
  await world.editor.type("Pending_Approvals", "E2", secret);
  const text = JSON.stringify(await logged(world, "import"));
  assert(text.includes("«redacted"), text);
  assert(!text.includes(secret));
});

Deno.test("logCycle() tells of suspicious text in an edit that was taken, once and masked", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("approval-1"));
  await world.cycle();
  const secret = ["ghp", "_", "a1B2".repeat(9)].join("");
  await world.editor.type("Pending_Approvals", "G2", `<script>\u202e${secret}</script>`);
  const [record, ...more] = await logged(world, "import");
  assert.equal(more.length, 0);
  assert.equal(world.values("approvals", "approval-1", "notes")[0], `<script>${secret}</script>`);
  const { tab, row, column, value, reason } = record?.properties ?? {};
  assert.deepEqual([tab, row, column], ["Pending_Approvals", "approval-1", "Notes"]);
  assert.match(String(reason), /direction of reading, markup/);
  assert.match(String(value), /^<script>«redacted: GitHub token»/);
  assert(!JSON.stringify(record).includes(secret));

  await world.owner.type("Pending_Approvals", "D2", "<script>alert(1)</script>");
  const [restored, suspicious] = await logged(world, "import");
  assert.match(restored?.message ?? "", /belongs to the database/);
  assert.match(suspicious?.message ?? "", /"approval-1" "Item": suspicious/);
  assert.deepEqual(await logged(world, "import"), []);
});
