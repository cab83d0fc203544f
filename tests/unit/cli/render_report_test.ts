import assert from "node:assert/strict";
import { AtlasError } from "../../../src/base/errors.ts";
import { plain } from "../../../src/cli/paint.ts";
import {
  exitCodeOfCycle,
  exitCodeOfPlan,
  renderReport,
  reportJson,
} from "../../../src/cli/render_report.ts";
import { stopsText } from "../../../src/cli/render_stop.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { must } from "../../../src/base/assert.ts";
import { type CycleReport, NO_COUNTS, type TabReport } from "../../../src/mirror/report.ts";

const options = { paint: plain, width: 100, mask: (text: string) => text };

function tab(title: string, parts: Partial<TabReport> = {}): TabReport {
  return {
    tab: title,
    status: "ok",
    ...NO_COUNTS,
    findings: [],
    waiting: 0,
    guards: [],
    error: null,
    plan: null,
    ...parts,
  };
}

function report(parts: Partial<CycleReport>): CycleReport {
  return {
    status: "ok",
    durationMs: 1_234,
    requests: { read: 1, write: 0, retried: 0 },
    fresh: [],
    suspicious: [],
    tabs: [],
    ...parts,
  };
}

const REFUSED = {
  row: "approval-7",
  column: "Status",
  code: "MIRROR-NEAR-MISS",
  verdict: "refused",
  reason: 'did you mean "approved"?',
};
const GUARD = { guard: "adopt", message: "Both have rows", hint: "Look." } as const;

Deno.test("renderReport sums up each tab, its findings and the requests", () => {
  const text = renderReport(
    report({
      requests: { read: 3, write: 2, retried: 1 },
      tabs: [
        tab("Pending_Approvals", { imported: 3, refused: 1, findings: [REFUSED] }),
        tab("Runs"),
      ],
    }),
    options,
  );
  assert.equal(
    text,
    `Pending_Approvals  3 imported, 1 refused
  ! approval-7 · Status  refused: did you mean "approved"? [MIRROR-NEAR-MISS]
Runs               nothing to do
Done in 1.2 s with 3 reads, 2 writes, 1 tried again.
`,
  );
});

Deno.test("renderReport says why a tab stopped and how to go on", () => {
  const error = new AtlasError("unreachable", "Cannot read", { hint: "Wait." });
  const text = renderReport(
    report({
      status: "guarded",
      tabs: [
        tab("Runs", { status: "guarded", guards: [GUARD] }),
        tab("Errors_Hotlist", { status: "failed", error, exported: 2 }),
      ],
    }),
    options,
  );
  assert.equal(
    text,
    `✋ Runs stopped by the guard adopt
    Both have rows
    what to do: Look.

✗ Errors_Hotlist
    Cannot read
    what to do: Wait.

Runs            stopped
Errors_Hotlist  failed, 2 exported
Stopped by a guard in 1.2 s with 1 read, 0 writes.
`,
  );
});

Deno.test("stopsText tells an outage once, with all the tabs it stopped", () => {
  const error = new AtlasError("unreachable", "Cannot read\nthe tabs", { hint: "Wait." });
  const tabs = [tab("Runs", { error }), tab("Errors_Hotlist", { error, guards: [GUARD] })];
  assert.equal(
    stopsText(tabs, (text) => text),
    "atlas-mirror: Runs, Errors_Hotlist: cannot read ⏎ the tabs\n" +
      "  what to do: Wait.\n" +
      "atlas-mirror: Errors_Hotlist: guard adopt: both have rows\n" +
      "  what to do: Look.\n",
  );
  assert.equal(stopsText([tab("Runs")], (text) => text), "");
});

Deno.test("reportJson has the documented keys and no plan unless asked", () => {
  const { tab: _tab, ...rest } = tab("Runs");
  const plan = {
    tab: must(atlas.tabs[1], "Runs"),
    guards: [],
    rows: [],
    strays: [],
    cured: [],
    held: [],
  };
  const full = report({ tabs: [{ tab: "Runs", ...rest, plan }] });
  const once = JSON.parse(JSON.stringify(reportJson(full, { plans: false })));
  assert.deepEqual(Object.keys(once), ["status", "durationMs", "requests", "tabs"]);
  assert.deepEqual(
    Object.keys(once.tabs[0]).slice(0, 12),
    (
      "tab status imported exported added removed archived refused restored conflicts invalid " +
      "findings"
    ).split(" "),
  );
  assert.equal("plan" in once.tabs[0], false);
  const planned = JSON.parse(JSON.stringify(reportJson(full, { plans: true })));
  assert.deepEqual(planned.tabs[0].plan, { guards: [], rows: [], strays: [], cured: [], held: [] });
});

Deno.test("reportJson tells an error by its kind, message and hint", () => {
  const error = new AtlasError("server", "Cannot", { cause: new Error("inner") });
  const json = JSON.stringify(
    reportJson(report({ tabs: [tab("Runs", { error })] }), { plans: false }),
  );
  assert(json.includes('"error":{"kind":"server","message":"Cannot","hint":null}'), json);
});

Deno.test("exitCodeOfCycle and exitCodeOfPlan give the highest code that applies", () => {
  const plan = {
    tab: must(atlas.tabs[1], "Runs"),
    guards: [],
    rows: [],
    strays: [{ row: "x", code: "MIRROR-UNKNOWN-ID", value: "x", reason: "" }],
    held: [],
    cured: [],
  } as const;
  const pending = [tab("Runs", { plan })];
  assert.equal(exitCodeOfCycle(report({ tabs: pending })), 0);
  assert.equal(exitCodeOfCycle(report({ status: "partial" })), 1);
  assert.equal(exitCodeOfCycle(report({ status: "guarded" })), 3);
  assert.equal(exitCodeOfPlan(report({ tabs: [tab("Runs")] })), 0);
  assert.equal(exitCodeOfPlan(report({ tabs: pending })), 2);
  assert.equal(exitCodeOfPlan(report({ status: "partial", tabs: pending })), 2);
  assert.equal(exitCodeOfPlan(report({ status: "guarded", tabs: pending })), 3);
});
