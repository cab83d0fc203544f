/** Builds the input of a plan from the few values a case is about. @module */

import { sha256Hex } from "../../src/base/digest.ts";
import { must } from "../../src/base/assert.ts";
import { atlas } from "../../src/contract/atlas.ts";
import { anchor, type CellValue, type RowId, rowId } from "../../src/contract/cell.ts";
import type { Tab } from "../../src/contract/schema.ts";
import { parseTimestamp, serialFromTime } from "../../src/contract/timestamp.ts";
import { type DatabaseRow, findingKey, type TabInput } from "../../src/mirror/input.ts";
import { NO_NOTES, type SheetCell, type SheetRow } from "../../src/sheets/snapshot.ts";
import type { BaseRow, Finding, Intent, Scope } from "../../src/store/records.ts";

export const NOW = "2026-01-15T14:30:00.000Z";
export const ZONE = "Etc/GMT";

export function tabOf(title: string): Tab {
  return must(atlas.tabs.find((tab) => tab.title === title), title);
}

/** Values by field; what is left out is that of {@linkcode APPROVAL}, {@linkcode RUN} or {@linkcode ERROR}. */
export type Values = Readonly<Record<string, string | null>>;

export const APPROVAL: Values = {
  type: "task",
  action: "create",
  item: "Add OAuth",
  status: "pending",
  requested_at: "2026-01-15T09:00:00Z",
  notes: "",
  payload: '{"a":1}',
  decided_at: null,
  deleted_at: null,
  archived_at: null,
};

export const ERROR: Values = {
  task: "Deploy",
  error: "Timeout",
  occurred_at: "2026-01-15T09:00:00Z",
  severity: "high",
  resolved: "false",
  resolution: "",
  notes: "",
  resolved_at: null,
  deleted_at: null,
  archived_at: null,
};

/** What the sheet shows for plain values: enough for cases that are not about encoding. */
export function plainCells(tab: Tab, id: string, values: Values): CellValue[] {
  return tab.columns.map(({ field, type }) => {
    const text = field === tab.key ? id : values[field] ?? "";
    const time = type === "datetime" ? parseTimestamp(text) : null;
    return time === null ? text : serialFromTime(time, ZONE);
  });
}

/** One row from all sides. What is left out agrees with the base. */
export interface RowCase {
  readonly id: string;
  /** Null: no base, the sides meet for the first time. */
  readonly base?: Values | null;
  readonly adding?: boolean;
  /** What the database has changed since the base; null: the row is gone. */
  readonly database?: Values | null;
  readonly scope?: Scope;
  readonly problem?: string;
  /** What humans changed in the sheet, by field; null: the row is gone. */
  readonly sheet?: Readonly<Record<string, SheetCell>> | null;
  /** The anchors on the row; left out: the one the base has. */
  readonly anchors?: readonly number[];
  readonly intents?: readonly Omit<Intent, "id">[];
  /** Further rows with these cells and without an anchor. */
  readonly copies?: readonly Readonly<Record<string, SheetCell>>[];
}

/** The number that {@linkcode inputOf} gives a row as its anchor. */
export function anchorOf(id: string): number {
  return 1 + Number.parseInt(sha256Hex(id, 6), 16);
}

/** The input of one tab. Rows stand in the sheet in the order of the cases, below the header. */
export function inputOf(
  title: string,
  defaults: Values,
  cases: readonly RowCase[],
  more: {
    readonly strays?: readonly (readonly SheetCell[])[];
    readonly reported?: readonly Finding[];
    readonly depth?: "quick" | "full";
    readonly contractChanged?: boolean;
    readonly hasMet?: boolean;
    readonly rezone?: (serial: number) => number;
  } = {},
): TabInput {
  const tab = tabOf(title);
  const depth = more.depth ?? "full";
  const base = new Map<RowId, BaseRow>();
  const rows = new Map<RowId, DatabaseRow>();
  const sheet: SheetRow[] = [];
  const intents = new Map<RowId, Map<string, Intent>>();
  const put = (cells: readonly SheetCell[], anchors: readonly number[]) =>
    sheet.push({
      index: sheet.length + 1,
      anchors: depth === "quick" ? [] : anchors.map(anchor),
      cells,
      extra: [],
      notes: NO_NOTES,
    });
  for (const entry of cases) {
    const id = rowId(entry.id);
    const old: Values = { ...defaults, ...entry.base };
    const values: Values = { ...old, [tab.key]: entry.id, ...entry.database };
    const cells = plainCells(tab, entry.id, old);
    if (entry.base !== null) {
      base.set(id, {
        id,
        anchor: anchor(anchorOf(entry.id)),
        cells,
        state: entry.adding ? "adding" : "confirmed",
        source: null,
      });
    }
    if (entry.database !== null) {
      rows.set(id, {
        id,
        values,
        scope: entry.scope ?? "shown",
        cells: plainCells(tab, entry.id, values),
        problem: entry.problem ?? null,
        order: parseTimestamp(values[tab.order] ?? "") ?? 0,
        source: "",
      });
    }
    const edited = (edits: Readonly<Record<string, SheetCell>>) =>
      tab.columns.map(({ field }, index) => edits[field] ?? cells[index] ?? "");
    if (entry.sheet !== null) {
      put(
        edited(entry.sheet ?? {}),
        entry.anchors ?? (entry.base === null ? [] : [anchorOf(entry.id)]),
      );
    }
    for (const copy of entry.copies ?? []) put(edited(copy), []);
    if (entry.intents !== undefined) {
      intents.set(id, new Map(entry.intents.map((intent) => [intent.field, { ...intent, id }])));
    }
  }
  for (const cells of more.strays ?? []) put(cells, []);
  return {
    tab,
    base,
    rows,
    intents,
    sheet: {
      depth,
      sheetId: 7,
      title,
      header: tab.columns.map(({ header }) => header),
      rows: sheet,
      rowCount: 1_000,
    },
    contractChanged: more.contractChanged ?? false,
    rezone: more.rezone ?? ((serial) => serial),
    reported: more.reported ?? [],
    told: new Set(more.reported?.map(findingKey)),
    hasMet: more.hasMet ?? false,
    anchorsHold: true,
    undated: { fresh: [], cured: [] },
    now: NOW,
  };
}
