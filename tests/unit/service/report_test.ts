import assert from "node:assert/strict";
import { must } from "../../../src/base/assert.ts";
import { isoTime } from "../../../src/base/clock.ts";
import { chartSvg, escapeHtml } from "../../../src/service/chart.ts";
import { reportMessage } from "../../../src/service/daily.ts";
import { recordCycle } from "../../../src/service/metrics.ts";
import { type DailyReport, gatherReport, REPORT_DAYS } from "../../../src/service/report.ts";
import { reportHtml } from "../../../src/service/report_html.ts";
import { reportSections, reportText } from "../../../src/service/report_text.ts";
import { openAlert } from "../../../src/store/alerts.ts";
import { quickCheck } from "../../../src/store/integrity.ts";
import { addSamples } from "../../../src/store/metrics.ts";
import { approval, error, World } from "../../helpers/world.ts";

const DAY = 86_400_000;

async function sync(world: World): Promise<void> {
  const report = await world.cycle();
  world.db.transaction(() => recordCycle(world.db, world.contract, report, world.clock.now()));
}

function reportOf({ db, contract, clock }: World): DailyReport {
  return gatherReport(db, contract, {
    now: clock.now(),
    sides: null,
    sharing: { kind: "not-checked", reason: "nobody asked" },
  });
}

/** The lines of one section, those that want a look with an exclamation mark. */
function section(report: DailyReport, title: string): string[] {
  return must(reportSections(report).find((one) => one.title === title), title)
    .lines.map(({ look, text }) => `${look ? "!" : "·"} ${text}`);
}

Deno.test("the report of a mirror that has done nothing says so in every section", async () => {
  await using world = await World.start();
  const report = reportOf(world);
  assert.match(section(report, "Integrity")[0] ?? "", /^! .*never checked/);
  assert.match(section(report, "Targets")[0] ?? "", /none in the last 24 hours/);
  assert.deepEqual(section(report, "Alerts"), ["· none"]);
  assert.match(section(report, "Sharing")[0] ?? "", /^· not checked: /);
  assert.match(reportText(report), /^Atlas mirror, daily report of 2026-01-15 14:30 UTC\n/);
});

Deno.test("the report names decisions made outside of the sheet, and only those", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("approval-1"));
  world.insert("approvals", approval("approval-2"));
  await sync(world);
  world.change("approvals", "approval-1", { status: "approved" });
  await world.editor.type("Pending_Approvals", "E3", "rejected");
  await sync(world);
  const report = reportOf(world);
  const outside = section(report, "Decisions made outside of the sheet");
  assert.equal(outside.length, 1, outside.join("\n"));
  assert.match(outside[0] ?? "", /^! Pending_Approvals approval-1: approved, seen at /);
  assert.match(
    section(report, "Pending_Approvals: decisions").join("\n"),
    /closed within a week: 1 × rejected/,
  );
});

Deno.test("the report counts errors that come back, without the mirror's own reports", async () => {
  await using world = await World.start();
  for (const id of ["error-1", "error-2", "error-3"]) {
    world.insert("errors", error(id, { error: id === "error-3" ? "Disk full" : "Timeout" }));
  }
  world.insert("errors", error("mirror-1", { error: "Timeout" }));
  world.change("errors", "error-1", { resolved: "true", resolved_at: "2026-01-15T10:00:00Z" });
  assert.deepEqual(
    section(reportOf(world), "Errors_Hotlist: resolutions").at(-1),
    [
      '· 2 times within 30 days: "Timeout", 1 resolved, the last at 2026-01-15T09:00:00Z',
    ][0],
  );
});

Deno.test("the report holds the figures against the targets of the contract", async () => {
  await using world = await World.start();
  world.insert("approvals", approval("approval-1"));
  await sync(world);
  await world.editor.type("Pending_Approvals", "E2", "approved");
  await sync(world);
  const targets = section(reportOf(world), "Targets");
  assert.match(targets[0] ?? "", /^· syncs completed: 6 of 6 .* 100\.0 % \(target 99\.0 %\)$/);
  // Requested at 9:00, decided at 14:30.
  assert.match(targets[2] ?? "", /^! people decided within 5 h on average \(target 4 h\)/);
});

Deno.test("the report tells a rise over days from a level", async () => {
  await using world = await World.start();
  const now = world.clock.now();
  const day = (back: number, seconds: number) =>
    addSamples(world.db, [{
      at: isoTime(now - back * DAY),
      name: "cycle_seconds",
      tab: "",
      label: "",
      value: seconds,
    }]);
  const trend = () => section(reportOf(world), "Trends")[0];
  for (let back = 1; back < 6; back++) day(back, 2);
  assert.equal(trend(), "· sync latency: too few days to tell");
  for (let back = 6; back < REPORT_DAYS; back++) day(back, 2);
  assert.equal(trend(), "· sync latency: no rise");
  world.db.run("DELETE FROM mirror_metric");
  for (let back = 1; back < REPORT_DAYS; back++) day(back, 400 - 20 * back);
  assert.equal(trend(), "! sync latency: going up");
});

Deno.test("reportMessage() holds what wants a look, for channels that want everything", async () => {
  await using world = await World.start();
  quickCheck(world.db, world.clock.now());
  assert.deepEqual(reportMessage(reportOf(world)).what, ["Nothing wants a look"]);
  openAlert(
    world.db,
    { rule: "sync-failing", tab: "Runs", severity: "critical", message: "it fails", count: 1 },
    isoTime(world.clock.now()),
  );
  const message = reportMessage(reportOf(world));
  assert.equal(message.severity, "info");
  assert.equal(message.title, "Daily report of 2026-01-15");
  assert.deepEqual(message.what, ["Alerts: open, critical: sync-failing (Runs): it fails"]);
});

Deno.test("reportHtml() is one file that loads nothing and escapes every text", async () => {
  await using world = await World.start();
  const nasty = `<img src=x onerror=alert(1)>"'&`;
  for (const id of ["error-1", "error-2"]) world.insert("errors", error(id, { error: nasty }));
  await sync(world);
  const html = reportHtml(reportOf(world));
  assert.match(html, /^<!doctype html>/);
  assert(!html.includes("<img"), "markup from the database");
  assert(html.includes(escapeHtml(nasty)));
  assert(!/<script|<link|https?:\/\/|@import|url\(/i.test(html), "it loads something");
  assert.match(html, /prefers-color-scheme: dark/);
  assert.match(html, /name="viewport"/);
  assert.equal(html.match(/<svg /g)?.length, 6);
  const open = [...html.matchAll(/<(section|figure|svg|ul|li|h2|text|title)[ >]/g)].length;
  const closed = [...html.matchAll(/<\/(section|figure|svg|ul|li|h2|text|title)>/g)].length;
  assert.equal(open, closed, "a tag is not closed");
});

Deno.test("chartSvg() keeps every point inside and breaks the line where nothing was measured", () => {
  const values = [1, null, 30, 2];
  const svg = chartSvg({
    title: "t",
    say: String,
    points: values.map((value, index) => ({ day: `2026-01-0${index + 1}`, value })),
    target: 4,
  });
  const dots = [...svg.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)];
  assert.equal(dots.length, 3);
  for (const [, x, y] of dots) {
    assert(Number(x) >= 0 && Number(x) <= 320);
    assert(Number(y) >= 0 && Number(y) <= 120);
  }
  assert.match(svg, /<path class="line" d="M[\d.]+ [\d.]+M[\d.]+ [\d.]+L[\d.]+ [\d.]+"/);
  assert(!/NaN|Infinity/.test(svg));
});

Deno.test("chartSvg() draws a chart without a single value", () => {
  const svg = chartSvg({ title: "t", say: String, points: [], target: null });
  assert(!/NaN|Infinity/.test(svg), svg);
  assert.match(svg, /nothing was measured/);
});
