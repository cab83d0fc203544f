/**
 * The pure core alone: match, diff, rules and plan of a tab that is in memory already. Beside it
 * stands a bare loop that compares the same cells three ways and can do nothing about them.
 *
 * @module
 */

import { must } from "../../src/base/assert.ts";
import { atlas } from "../../src/contract/atlas.ts";
import { anchor, type CellValue, type RowId, rowId } from "../../src/contract/cell.ts";
import type { Tab } from "../../src/contract/schema.ts";
import { parseTimestamp, serialFromTime } from "../../src/contract/timestamp.ts";
import type { DatabaseRow, TabInput } from "../../src/mirror/input.ts";
import { planTab } from "../../src/mirror/plan_tab.ts";
import { NO_NOTES, plainValue, type SheetRow } from "../../src/sheets/snapshot.ts";
import type { BaseRow } from "../../src/store/records.ts";
import type { Measurement } from "../figure.ts";
import { inTurns } from "../measure.ts";
import { errorId, ERRORS, errorValues } from "../rig.ts";
import type { Extent } from "../topic.ts";

const NOW = "2026-01-15T14:30:00.000Z";
/** Texts repeat after so many rows, so that a million of them fit into memory. */
const DIFFERENT = 1_000;

/** Measures rows where nothing differs, at three sizes, and rows of which a tenth differs. */
export async function* core(extent: Extent): AsyncIterable<Measurement> {
  const cases = extent.quick ? [{ rows: 1_000, changed: 0 }] : [
    { rows: 10_000, changed: 0 },
    { rows: 10_000, changed: 10 },
    { rows: 100_000, changed: 0 },
    { rows: 100_000, changed: 10 },
    { rows: 1_000_000, changed: 0 },
  ];
  for (const { rows, changed } of cases) {
    const input = inputOf(rows, changed);
    const cells = rows * input.tab.columns.length;
    const [own = [], bare = []] = await inTurns(extent.rounds, [
      { work: () => void planTab(input) },
      { work: () => void compare(input) },
    ]);
    const perSecond = (times: readonly number[]) => times.map((ms) => cells / ms * 1_000);
    yield {
      name: changed === 0 ? "diff, rules, plan" : `diff, rules, plan, ${changed} % of rows differ`,
      size: `${rows.toLocaleString("en-US")} rows`,
      unit: "cells/s",
      values: perSecond(own),
      rival: { name: "bare comparison", values: perSecond(bare) },
      ...(changed === 0 ? { target: { of: "value", bound: "at least", value: 5e6 } } : {}),
    };
  }
}

/** How many cells differ between any two of the three sides. */
function compare({ sheet, base, rows }: TabInput): number {
  let different = 0;
  for (const { cells } of sheet.rows) {
    const id = rowId(String(plainValue(cells[0] ?? "")));
    const [old, now] = [base.get(id)?.cells, rows.get(id)?.cells];
    cells.forEach((cell, index) => {
      const shown = plainValue(cell);
      if (shown !== old?.[index] || shown !== now?.[index]) different++;
    });
  }
  return different;
}

function inputOf(count: number, changed: number): TabInput {
  const tab = must(atlas.tabs.find(({ title }) => title === ERRORS), ERRORS);
  const base = new Map<RowId, BaseRow>();
  const rows = new Map<RowId, DatabaseRow>();
  const sheet: SheetRow[] = [];
  // The sheet and the base have texts of their own, as they come from the network and from the database.
  const [shown, kept] = [pool(tab), pool(tab)];
  for (let index = 0; index < count; index++) {
    const isChanged = index % 100 < changed;
    const id = rowId(errorId(index));
    const values = errorValues(index % DIFFERENT);
    const agreed = cellsOf(kept, index);
    base.set(id, {
      id,
      anchor: anchor(index + 1),
      cells: agreed,
      state: "confirmed",
      source: null,
    });
    rows.set(id, {
      id,
      values: index < DIFFERENT ? valuesOf(tab, values) : SHARED,
      scope: "shown",
      // By its digest a row is known to be as it was: then it comes with the base's cells (`load.ts`).
      cells: isChanged ? cellsOf(kept, index).with(1, `Round ${index}`) : agreed,
      problem: null,
      order: index,
      source: "",
    });
    sheet.push({
      index: index + 1,
      anchors: [anchor(index + 1)],
      cells: cellsOf(shown, index),
      extra: NO_EXTRA,
      notes: NO_NOTES,
    });
  }
  return {
    tab,
    base,
    rows,
    intents: new Map(),
    sheet: {
      depth: "full",
      sheetId: 7,
      title: ERRORS,
      header: tab.columns.map(({ header }) => header),
      rows: sheet,
      rowCount: count + 1,
    },
    contractChanged: false,
    rezone: (serial) => serial,
    reported: [],
    told: new Set(),
    hasMet: true,
    anchorsHold: true,
    undated: { fresh: [], cured: [] },
    now: NOW,
  };
}

/** One for all rows, as where they are read. */
const NO_EXTRA: readonly CellValue[] = [];

const SHARED: Readonly<Record<string, string | null>> = {
  severity: "high",
  resolved: "false",
  resolved_at: null,
  deleted_at: null,
  archived_at: null,
};

function valuesOf(tab: Tab, values: readonly string[]): Readonly<Record<string, string | null>> {
  const shown = tab.columns.slice(1).map(({ field }, at) => [field, values[at] ?? ""]);
  return { ...SHARED, ...Object.fromEntries(shown) };
}

/** The cells of so many rows, without the key. */
function pool(tab: Tab): readonly (readonly CellValue[])[] {
  return Array.from(
    { length: DIFFERENT },
    (_, index) =>
      errorValues(index).map((text, at): CellValue => {
        const time = tab.columns[at + 1]?.type === "datetime" ? parseTimestamp(text) : null;
        return time === null ? text : serialFromTime(time, "Etc/GMT");
      }),
  );
}

function cellsOf(cells: readonly (readonly CellValue[])[], index: number): CellValue[] {
  return [errorId(index), ...cells[index % DIFFERENT] ?? []];
}
