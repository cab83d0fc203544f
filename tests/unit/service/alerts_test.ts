import assert from "node:assert/strict";
import { isoTime } from "../../../src/base/clock.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { rowId } from "../../../src/contract/cell.ts";
import { ALERT_RULES, DEFAULT_THRESHOLDS } from "../../../src/service/alert_rules.ts";
import { evaluateAlerts, type ToldEvent } from "../../../src/service/alerts.ts";
import { alertMessage, plainText } from "../../../src/service/messages.ts";
import { openAlerts } from "../../../src/store/alerts.ts";
import { appendAudit } from "../../../src/store/audit.ts";
import { finishCycle, startCycle } from "../../../src/store/cycles.ts";
import type { Database } from "../../../src/store/database.ts";
import { recordFindings } from "../../../src/store/findings.ts";
import { writeMeta } from "../../../src/store/meta.ts";
import { addSamples } from "../../../src/store/metrics.ts";
import { pauseTab, resumeTab } from "../../../src/store/pauses.ts";
import { insertSource, updateSource } from "../../../src/store/source.ts";
import { markTabSuccess, putTabState } from "../../../src/store/tabs.ts";
import { addError, addRun, freshDatabase, NOW, tabOf } from "../store/_fixtures.ts";
import { DAY_MS, HOUR_MS } from "./_fixtures.ts";

const MINUTE_MS = 60_000;
const TITLES = atlas.tabs.map(({ title }) => title);

/** Asks the alerts and says in short what became of them. */
function ask(db: Database, now: number): string[] {
  return evaluateAlerts(db, atlas, now).map(told);
}

function told({ change, alert }: ToldEvent): string {
  return [change, alert.rule, alert.tab, alert.count].filter((part) => part !== "").join(" ");
}

/** A cycle that left every tab as said; those that are not named succeed. */
function cycle(
  db: Database,
  at: number,
  bad: Readonly<Record<string, "failed" | "guarded">> = {},
): void {
  const id = startCycle(db, { at: isoTime(at), direction: "both" });
  const tabs = TITLES.map((tab, index) => {
    const status = bad[tab] ?? "ok";
    if (status === "ok") {
      putTabState(db, { tab, sheetId: index, title: tab, zone: "UTC", fingerprint: "" });
      markTabSuccess(db, tab, isoTime(at));
    }
    const guards = status === "guarded"
      ? [{ guard: "tab-empty", message: "no row is left", hint: "Look at the plan." }]
      : [];
    return { tab, status, guards, error: status === "failed" ? "no answer" : null };
  });
  const report = JSON.stringify({ tabs });
  const status = Object.keys(bad).length === 0 ? "ok" : "partial";
  finishCycle(db, id, { at: isoTime(at), status, report });
}

Deno.test("every rule of the contract stands in the table once, with words and a way out", () => {
  assert.deepEqual(ALERT_RULES.map(({ rule, severity, asked }) => `${asked} ${severity} ${rule}`), [
    "every-cycle critical sync-failing",
    "every-cycle critical guard-stopped",
    "every-cycle critical database-damaged",
    "every-cycle critical security-finding",
    "every-cycle critical critical-unacknowledged",
    "daily warning approval-pending",
    "daily warning validation-failures",
    "daily warning errors-rising",
    "daily warning latency-rising",
  ]);
  for (const { title, todo } of ALERT_RULES) {
    assert.match(title, /^[A-Z].*[^.]$/);
    assert.match(todo, /^[A-Z].*[^.]$/);
  }
});

Deno.test("evaluateAlerts() fires once, reminds at its interval, and tells when it is over", () => {
  using db = freshDatabase();
  cycle(db, NOW);
  const steps: readonly (readonly [minute: number, failing: boolean, expected: string[]])[] = [
    [10, true, []],
    [70, true, []],
    [71, true, ["fired sync-failing Runs 3"]],
    [90, true, []],
    [71 + 6 * 60 - 1, true, []],
    [71 + 6 * 60, true, ["reminded sync-failing Runs 6"]],
    [71 + 6 * 60 + 15, true, []],
    [71 + 12 * 60, true, ["reminded sync-failing Runs 8"]],
    [71 + 12 * 60 + 15, false, ["over sync-failing Runs 8"]],
    [71 + 12 * 60 + 30, false, []],
    [71 + 12 * 60 + 45, true, []],
    [71 + 14 * 60, true, ["fired sync-failing Runs 2"]],
  ];
  for (const [minute, failing, expected] of steps) {
    const now = NOW + minute * MINUTE_MS;
    cycle(db, now, failing ? { Runs: "failed" } : {});
    assert.deepEqual(ask(db, now), expected, `minute ${minute}`);
  }
  assert.equal(openAlerts(db).length, 1);
  assert.equal(db.get("SELECT count(*) AS n FROM mirror_alert")?.["n"], 2);
});

Deno.test("evaluateAlerts() tells of a tab that is not synced at all, unless it is paused", () => {
  using db = freshDatabase();
  assert.deepEqual(ask(db, NOW), [], "nothing ever ran");
  cycle(db, NOW);
  const later = NOW + 2 * HOUR_MS;
  assert.deepEqual(ask(db, later), [], "twice the cadence is not yet over");
  pauseTab(db, { tab: "Runs", since: isoTime(NOW), reason: "test" });
  const expected = TITLES.filter((title) => title !== "Runs")
    .map((title) => `fired sync-failing ${title} 1`);
  assert.deepEqual(ask(db, later + 1), expected);
  resumeTab(db, "Runs");
  assert.deepEqual(ask(db, later + 2), ["fired sync-failing Runs 1"]);
  cycle(db, later + 3);
  assert.deepEqual(
    ask(db, later + 3),
    TITLES.map((title) => `over sync-failing ${title} 1`).sort(
      (a, b) => Number(a.includes("Runs")) - Number(b.includes("Runs")),
    ),
  );
});

Deno.test("evaluateAlerts() tells of a tab that never succeeded", () => {
  using db = freshDatabase();
  cycle(db, NOW, { Runs: "failed" });
  cycle(db, NOW + 61 * MINUTE_MS, { Runs: "failed" });
  const [event] = evaluateAlerts(db, atlas, NOW + 61 * MINUTE_MS);
  assert.ok(event);
  assert.match(event.alert.message, /^"Runs" has failed for 61 min, 2 times; .*: no answer$/);
});

Deno.test("evaluateAlerts() names the guard that stopped a tab, and not as a failure", () => {
  using db = freshDatabase();
  for (let hour = 0; hour < 4; hour++) cycle(db, NOW + hour * HOUR_MS, { Runs: "guarded" });
  const now = NOW + 3 * HOUR_MS;
  const [event, ...rest] = evaluateAlerts(db, atlas, now);
  assert.deepEqual(rest, []);
  assert.ok(event?.change === "fired");
  assert.equal(
    plainText(alertMessage(event, now)),
    '[critical] A guard stopped a tab: Runs\n"Runs" is not synced: no row is left\n' +
      "To do: Look at the plan.",
  );
  cycle(db, now + 1);
  assert.deepEqual(ask(db, now + 1), ["over guard-stopped Runs 1"]);
});

Deno.test("evaluateAlerts() tells of damage until a check finds none", () => {
  using db = freshDatabase();
  const integrity = (ok: boolean) =>
    writeMeta(db, "quick_check", JSON.stringify({ ok, message: "page 7", at: isoTime(NOW) }));
  integrity(false);
  assert.deepEqual(ask(db, NOW), ["fired database-damaged 1"]);
  integrity(true);
  assert.deepEqual(ask(db, NOW + 1), ["over database-damaged 1"]);
});

Deno.test("evaluateAlerts() tells of edited IDs and timestamps, and forgets them after a day", () => {
  using db = freshDatabase();
  const seen = (code: string, row: string, at: number) =>
    recordFindings(db, [{ tab: "Runs", row, column: "", code, value: row, reason: "edited" }], {
      at: isoTime(at),
    });
  seen("MIRROR-EXTRA-COLUMNS", "run-1", NOW);
  assert.deepEqual(ask(db, NOW), []);
  seen("MIRROR-TIMESTAMP", "run-2", NOW);
  seen("MIRROR-ID-EDITED", "run-3", NOW + 1);
  const [event] = evaluateAlerts(db, atlas, NOW + 1);
  assert.ok(event?.change === "fired");
  assert.deepEqual([event.alert.count, event.alert.rows], [2, ["run-3", "run-2"]]);
  assert.deepEqual(ask(db, NOW + 1 + DAY_MS), ["reminded security-finding Runs 1"]);
  assert.deepEqual(ask(db, NOW + 2 + DAY_MS), ["over security-finding Runs 1"]);
});

Deno.test("evaluateAlerts() tells of critical errors until a human wrote Notes or set Resolved", () => {
  const audits: readonly (readonly [
    what: string,
    entry: { actor: "human" | "agent"; column: string; verdict: "accepted" | "merged" | "refused" },
    acknowledged: boolean,
  ])[] = [
    ["Notes", { actor: "human", column: "notes", verdict: "accepted" }, true],
    ["Notes beside the agent's", { actor: "human", column: "notes", verdict: "merged" }, true],
    ["Resolved", { actor: "human", column: "resolved", verdict: "accepted" }, true],
    ["refused Notes", { actor: "human", column: "notes", verdict: "refused" }, false],
    ["an agent's Notes", { actor: "agent", column: "notes", verdict: "accepted" }, false],
    ["Resolution alone", { actor: "human", column: "resolution", verdict: "accepted" }, false],
  ];
  for (const [what, entry, acknowledged] of audits) {
    using db = freshDatabase();
    addError(db, "err-1", { severity: "critical" });
    addError(db, "err-2", { severity: "high" });
    addError(db, "mirror-1", { severity: "critical" });
    addError(db, "err-3", { severity: "critical", deleted_at: isoTime(NOW) });
    addError(db, "err-4", { severity: "critical", resolved: "true" });
    const late = NOW + 2 * HOUR_MS;
    assert.deepEqual(ask(db, late), [], "two hours are not yet over");
    assert.deepEqual(ask(db, late + 1), ["fired critical-unacknowledged Errors_Hotlist 1"]);
    appendAudit(db, [{
      ...entry,
      tab: "Errors_Hotlist",
      rowId: rowId("err-1"),
      direction: "import",
      reason: "",
      oldValue: null,
      newValue: null,
    }], { at: isoTime(late), cycle: 1 });
    const expected = acknowledged ? ["over critical-unacknowledged Errors_Hotlist 1"] : [];
    assert.deepEqual(ask(db, late + 2), expected, what);
  }
});

Deno.test("evaluateAlerts() asks the daily rules at the first call of a UTC day only", () => {
  using db = freshDatabase();
  const approvals = tabOf("approvals");
  const request = (id: string, requested_at: string) =>
    insertSource(db, approvals, { id, status: "pending", requested_at });
  request("approval-1", isoTime(NOW - DAY_MS));
  assert.deepEqual(ask(db, NOW), [], "24 hours are not yet over");
  request("approval-2", isoTime(NOW - 3 * DAY_MS));
  assert.deepEqual(ask(db, NOW + HOUR_MS), [], "asked today already");

  const midnight = Date.parse("2026-01-16T00:00:00Z");
  const [event] = evaluateAlerts(db, atlas, midnight);
  assert.ok(event?.change === "fired");
  assert.deepEqual(event.alert.rows, ["approval-2", "approval-1"]);
  assert.match(event.alert.message, /nobody decided 2 requests in .*"approval-2", is 3 days old/);
  assert.deepEqual(ask(db, midnight + HOUR_MS), [], "an alert that nobody asks for stays");
  assert.equal(openAlerts(db).length, 1);

  assert.deepEqual(ask(db, midnight + DAY_MS), ["reminded approval-pending Pending_Approvals 2"]);
  for (const id of ["approval-1", "approval-2"]) {
    updateSource(db, approvals, rowId(id), { set: { status: "approved" }, expect: {} });
  }
  assert.deepEqual(ask(db, midnight + 2 * DAY_MS), ["over approval-pending Pending_Approvals 2"]);
});

Deno.test("evaluateAlerts() tells of a validation failure rate over 5 %, but not of one typo", () => {
  const cases: readonly (readonly [valid: number, invalid: number, fires: boolean])[] = [
    [0, 0, false],
    [0, 1, false],
    [38, 2, false],
    [37, 2, true],
    [0, 2, true],
  ];
  for (const [valid, invalid, fires] of cases) {
    using db = freshDatabase();
    const at = isoTime(NOW - HOUR_MS);
    addSamples(db, [
      { at, name: "valid", tab: "Runs", label: "", value: valid },
      { at, name: "invalid", tab: "Runs", label: "", value: invalid },
      { at: isoTime(NOW - 25 * HOUR_MS), name: "invalid", tab: "Runs", label: "", value: 99 },
    ]);
    const expected = fires ? [`fired validation-failures Runs ${invalid}`] : [];
    assert.deepEqual(ask(db, NOW), expected, `${invalid} of ${valid + invalid}`);
  }
});

Deno.test("evaluateAlerts() tells of errors and latency that trend up, from whole days", () => {
  using db = freshDatabase();
  const today = Math.floor(NOW / DAY_MS) * DAY_MS;
  for (let day = 1; day <= 10; day++) {
    const at = isoTime(today - day * DAY_MS + HOUR_MS);
    addSamples(db, [
      { at, name: "waiting", tab: "Errors_Hotlist", label: "", value: 20 - day },
      { at, name: "waiting", tab: "Pending_Approvals", label: "", value: 20 - day },
      { at, name: "cycle_seconds", tab: "", label: "", value: 3 / day },
    ]);
  }
  // Today is not over yet, and what it brings so far would break the trend.
  const now = isoTime(NOW - 1);
  addSamples(db, [
    { at: now, name: "waiting", tab: "Errors_Hotlist", label: "", value: 0 },
    { at: now, name: "cycle_seconds", tab: "", label: "", value: 0 },
  ]);
  const events = evaluateAlerts(db, atlas, NOW);
  assert.deepEqual(events.map(told), [
    "fired errors-rising Errors_Hotlist 1",
    "fired latency-rising 1",
  ]);
  assert.match(
    events[0]?.alert.message ?? "",
    /^unresolved errors of "Errors_Hotlist" went from 10\.0 to 19\.0 within 10 days$/,
  );
});

Deno.test("evaluateAlerts() does not complain of a trend whose last day is no higher than its first", () => {
  const today = Math.floor(NOW / DAY_MS) * DAY_MS;
  for (const [last, fires] of [[11, true], [10, false]] as const) {
    using db = freshDatabase();
    addSamples(
      db,
      [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, last].map((value, day) => ({
        at: isoTime(today - (12 - day) * DAY_MS),
        name: "waiting",
        tab: "Errors_Hotlist",
        label: "",
        value,
      })),
    );
    assert.equal(evaluateAlerts(db, atlas, NOW).length, fires ? 1 : 0, `${last} on the last day`);
  }
});

Deno.test("evaluateAlerts() closes an alert whose rule is not known any more", () => {
  using db = freshDatabase();
  db.run(
    `INSERT INTO mirror_alert (rule, tab, severity, message, count, fired_at, last_seen, reminded_at)
      VALUES ('retired', '', 'warning', 'old', 1, ?1, ?1, ?1)`,
    isoTime(NOW),
  );
  assert.deepEqual(ask(db, NOW), ["over retired 1"]);
});

Deno.test("evaluateAlerts() takes other thresholds", () => {
  using db = freshDatabase();
  cycle(db, NOW);
  addRun(db, "run-1");
  cycle(db, NOW + MINUTE_MS, { Runs: "failed" });
  const now = NOW + 3 * MINUTE_MS;
  const thresholds = { ...DEFAULT_THRESHOLDS, failingMs: MINUTE_MS };
  assert.deepEqual(evaluateAlerts(db, atlas, now).map(told), []);
  assert.deepEqual(evaluateAlerts(db, atlas, now, thresholds).map(told), [
    "fired sync-failing Runs 1",
  ]);
});
