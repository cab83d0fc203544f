/** The life of a row as people read it. @module */

import assert from "node:assert/strict";
import { atlas } from "../../../src/contract/atlas.ts";
import { rowId } from "../../../src/contract/cell.ts";
import { plain } from "../../../src/cli/paint.ts";
import { renderHistory } from "../../../src/cli/render_history.ts";
import type { StoredAuditEntry } from "../../../src/store/records.ts";

function entry(more: Partial<StoredAuditEntry>): StoredAuditEntry {
  return {
    at: "2026-01-15T14:30:00.000Z",
    cycle: 7,
    tab: "Pending_Approvals",
    rowId: rowId("approval-1"),
    column: "status",
    direction: "import",
    actor: "human",
    verdict: "accepted",
    reason: "pending → approved",
    oldValue: "pending",
    newValue: "approved",
    ...more,
  };
}

const options = {
  paint: plain,
  width: 80,
  mask: (text: string) => text.replaceAll("hunter2", "«redacted»"),
};

Deno.test("renderHistory() tells who did what to which column, why, and from what to what", () => {
  const text = renderHistory("approval-1", [entry({})], atlas, options);
  assert.match(text, /2026-01-15T14:30:00\.000Z, cycle 7/);
  assert.match(text, /Status {2}accepted, by a person in the sheet: pending → approved/);
  assert.match(text, /^ {4}pending → approved$/m);
});

Deno.test("renderHistory() shows long texts whole, and no secret, no control character", () => {
  const text = renderHistory(
    "approval-1",
    [
      entry({
        column: "notes",
        oldValue: "a",
        newValue: "a\npassword hunter2\n\u001b[31mred",
        reason: "",
      }),
    ],
    atlas,
    options,
  );
  assert.match(text, /from │ a\n/);
  assert.match(text, /to {3}│ a\n {9}│ password «redacted»\n/);
  assert.ok(!text.includes("hunter2"));
  assert.ok(!text.includes("\u001b"));
});

Deno.test("renderHistory() says so where nothing is known of an ID", () => {
  const text = renderHistory("nobody", [], atlas, options);
  assert.match(text, /nobody/);
});
