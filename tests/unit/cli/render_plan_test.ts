import assert from "node:assert/strict";
import { AtlasError } from "../../../src/base/errors.ts";
import { coloured, plain } from "../../../src/cli/paint.ts";
import { type PlannedTab, renderPlan } from "../../../src/cli/render_plan.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { anchor, rowId } from "../../../src/contract/cell.ts";
import type { GuardTrip } from "../../../src/mirror/findings.ts";
import type { CellPlan, RowPlan, SealedPlan, SealedShow } from "../../../src/mirror/plan.ts";
import { must } from "../../../src/base/assert.ts";

const tab = must(atlas.tabs[0], "Pending_Approvals");
const options = { paint: plain, width: 100, mask: (text: string) => text };

function planned(plan: Partial<SealedPlan>, guards: readonly GuardTrip[] = []): PlannedTab {
  return {
    tab: tab.title,
    plan: { tab, guards, rows: [], strays: [], held: [], cured: [], ...plan },
    guards,
    error: null,
  };
}

function row(id: string, parts: Partial<RowPlan<SealedShow>>): RowPlan<SealedShow> {
  return {
    id: rowId(id),
    action: { kind: "standing", index: 6, anchor: anchor(1), orphans: [] },
    copies: [],
    cells: [],
    notes: [],
    update: null,
    explanations: [],
    findings: [],
    rescued: [],
    ...parts,
  };
}

function cell(
  header: string,
  parts: Partial<CellPlan<SealedShow>> & Pick<CellPlan<SealedShow>, "verdict">,
): CellPlan<SealedShow> {
  const column = tab.columns.findIndex((candidate) => candidate.header === header);
  return {
    field: must(tab.columns[column], header).field,
    header,
    column,
    code: null,
    reason: "",
    found: null,
    before: "",
    show: { kind: "keep" },
    store: null,
    ...parts,
  };
}

function rendered(tabs: readonly PlannedTab[], changed: Partial<typeof options> = {}): string {
  return renderPlan(tabs, { ...options, ...changed });
}

const CELLS = ["a-2", "task", "create", "Add OAuth", "pending", 45306.604166667, "", "{}"];

Deno.test("renderPlan says when there is nothing to do", () => {
  assert.equal(rendered([planned({})]), "No changes. The sheet and the database agree.\n");
});

Deno.test("renderPlan shows each row, each cell, what it becomes and why", () => {
  const plan = planned({
    rows: [
      row("approval-123", {
        cells: [
          cell("Status", {
            verdict: "accepted",
            reason: "decided in the sheet",
            found: "approved",
            before: "approved",
            store: { from: "pending", to: "approved" },
          }),
          cell("Notes", {
            verdict: "merged",
            reason: "both sides added text",
            found: "old\nfine by me\nship it",
            before: "old\nfine by me\nship it",
            store: { from: "old", to: "old\nfine by me\nship it" },
          }),
        ],
      }),
      row("approval-7", {
        cells: [
          cell("Status", {
            verdict: "refused",
            code: "MIRROR-NEAR-MISS",
            reason: '"aproved" is not a status; did you mean "approved"?',
            found: "aproved",
            before: "aproved",
            show: { kind: "value", value: "pending" },
          }),
          cell("Requested", {
            verdict: "restored",
            code: "MIRROR-TIMESTAMP",
            reason: "a timestamp is not edited",
            found: "tomorrow",
            before: "tomorrow",
            show: { kind: "value", value: 45306.604166667 },
          }),
        ],
        explanations: ['[mirror 2026-01-15 14:30Z] "aproved" refused'],
      }),
      row("approval-200", {
        action: { kind: "add", why: "new", anchor: null, cells: CELLS, note: null },
      }),
      row("approval-9", {
        action: { kind: "add", why: "put-back", anchor: null, cells: CELLS, note: "x" },
      }),
      row("approval-1", {
        action: {
          kind: "remove",
          why: "expired",
          row: { index: 3, anchor: anchor(3), cells: [], extra: [] },
        },
      }),
    ],
    held: [{ id: rowId("approval-8"), reason: "Item is empty" }],
    strays: [{ row: "x", code: "MIRROR-UNKNOWN-ID", value: "x", reason: "no such row" }],
  });
  assert.equal(
    rendered([plan]),
    `Pending_Approvals

  · approval-123  row 7
      ~ Status  pending → approved       accepted: decided in the sheet
      ~ Notes   + fine by me ⏎ ship it   merged: both sides added text
  · approval-7  row 7
      ! Status     aproved → pending
          refused: "aproved" is not a status; did you mean "approved"? [MIRROR-NEAR-MISS]
      ↺ Requested  tomorrow → 2024-01-15 14:30
          restored: a timestamp is not edited [MIRROR-TIMESTAMP]
      → said in the sheet: [mirror 2026-01-15 14:30Z] "aproved" refused
  + approval-200  new: task · create · Add OAuth · pending · 2024-01-15 14:30 · {}
  ↺ approval-9  put back: task · create · Add OAuth · pending · 2024-01-15 14:30 · {}
  - approval-1  row 4: past its retention
  ! approval-8 stays back: Item is empty
  ! x is left alone: no such row

  Pending_Approvals: 1 to add, 1 to remove, 2 to import, 1 refused, 2 to restore, 1 held back

Plan: 1 to add, 1 to remove, 2 to import, 1 refused, 2 to restore, 1 held back.
`,
  );
});

Deno.test("renderPlan puts guards first, with the way on", () => {
  const trip = { message: "12 rows here, 9 there", hint: "Look at the rows." };
  const text = rendered([
    planned({}, [{ guard: "adopt", ...trip }, { guard: "structure", ...trip }]),
  ]);
  assert.equal(
    text,
    `✋ Pending_Approvals stopped by the guard adopt
    12 rows here, 9 there
    what to do: Look at the rows.

✋ Pending_Approvals stopped by the guard structure
    12 rows here, 9 there
    what to do: Look at the rows.

Plan: nothing that can be done now.
`,
  );
});

Deno.test("renderPlan tells why a tab could not be read, and never that all is well", () => {
  const error = new AtlasError("unreachable", "Cannot read Runs: no route", { hint: "Wait." });
  const text = rendered([{ tab: "Runs", plan: null, guards: [], error }]);
  assert.match(text, /^✗ Runs\n {4}Cannot read Runs: no route\n {4}what to do: Wait\.\n/);
  assert.doesNotMatch(text, /No changes/);
});

Deno.test("renderPlan shows twenty rows of a kind and counts the rest", () => {
  const rows = Array.from({ length: 300 }, (_, index) =>
    row(`a-${index}`, {
      action: { kind: "add", why: "new", anchor: null, cells: CELLS, note: null },
    }));
  const text = rendered([planned({ rows })]);
  assert.equal(text.match(/^ {2}\+ a-/gm)?.length, 20);
  assert.match(text, /^ {2}… and 280 more; --json shows all$/m);
  assert.match(text, /Plan: 300 to add\.$/m);
});

Deno.test("renderPlan keeps to the width, whatever the values hold", () => {
  const long = "word ".repeat(200);
  const text = rendered([planned({
    rows: [row("a-1", {
      cells: [
        cell("Item", {
          verdict: "exported",
          before: long,
          show: { kind: "value", value: long + 1 },
        }),
        cell("Notes", {
          verdict: "merged",
          reason: long,
          found: long,
          store: { from: "", to: long + "\n" + long },
        }),
      ],
      findings: [{ code: "MIRROR-ROW-REMOVED", value: "", reason: long }],
    })],
  })], { width: 60 });
  for (const line of text.split("\n")) assert(line.length <= 60, line);
});

Deno.test("renderPlan masks what it prints and lets no text command the terminal", () => {
  const secret = cell("Item", {
    verdict: "restored",
    found: "ghp_s3cr3t \u001b[31m",
    show: { kind: "value", value: "fine" },
  });
  const text = rendered([planned({ rows: [row("a-1", { cells: [secret] })] })], {
    mask: (text) => text.replace(/ghp_\w+/, "«redacted»"),
  });
  assert.match(text, /«redacted» \\u\{1b\}\[31m → fine/);
  assert(!text.includes("s3cr3t") && !text.includes("\u001b"));
});

Deno.test("renderPlan colours only when asked", () => {
  const rows = [row("a-1", { cells: [cell("Item", { verdict: "exported", before: "x" })] })];
  assert(!rendered([planned({ rows })]).includes("\u001b"));
  assert(rendered([planned({ rows })], { paint: coloured }).includes("\u001b[36m~\u001b[39m"));
});
