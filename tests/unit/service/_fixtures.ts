/** What the tests of alerts, metrics and messages share. @module */

import { must } from "../../../src/base/assert.ts";
import { columnLetter } from "../../../src/contract/column.ts";
import type { Message } from "../../../src/service/messages.ts";
import { tabOf } from "../store/_fixtures.ts";
import type { World } from "../../helpers/world.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Types into a cell as a person in the sheet would; the tab is named by its table. */
export async function edit(
  world: World,
  table: string,
  id: string,
  field: string,
  text: string,
): Promise<void> {
  const { title, columns } = tabOf(table);
  const row = must(await world.editor.findRow(title, id), `row ${id}`);
  const letter = columnLetter(columns.findIndex((column) => column.field === field));
  await world.editor.type(title, `${letter}${row}`, text);
}

/** A message that is complete but for what the test is about. */
export function message(more: Partial<Message> = {}): Message {
  return {
    kind: "alert",
    severity: "critical",
    rule: "sync-failing",
    tab: "Runs",
    rows: [],
    title: "Sync fails: Runs",
    what: ['"Runs" has failed for 61 min'],
    todo: "Run atlas-mirror --check-health",
    at: "2026-01-15T14:30:00.000Z",
    ...more,
  };
}
