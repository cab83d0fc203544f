/**
 * Removing rows: the one thing this API offers only by index, and cannot be taken back by it. So it
 * happens right behind a fresh read, only to rows that are as they were when the plan was made, and the
 * answer is looked through for rows that should still be there.
 *
 * Calls that address rows by index: this one, and in `publish.ts` the inserting of rows and the
 * attaching of anchors and
 * notes.
 *
 * @module
 */

import { type Anchor, type RowId, rowId, sameCell } from "../contract/cell.ts";
import type { Tab } from "../contract/schema.ts";
import type { SheetsClient } from "../sheets/client.ts";
import {
  plainValue,
  type SheetRow,
  type SpreadsheetSnapshot,
  type TabSnapshot,
} from "../sheets/snapshot.ts";
import { changeRows, type RowChange } from "../sheets/write.ts";
import { withOurs } from "../sheets/notes.ts";
import { checkHeader } from "./guards.ts";
import { keyText } from "./match.ts";
import { MISTAKE_NOTE } from "./notes.ts";
import type { Leaving, LeavingRow } from "./plan.ts";

/** A row that is due to leave. */
export interface RemovedRow {
  readonly id: RowId;
  readonly why: Leaving | "copy";
  readonly row: LeavingRow;
}

/** The rows of one tab that are due to leave. */
export interface Removal {
  readonly tab: Tab;
  readonly sheetId: number;
  readonly title: string;
  readonly rows: readonly RemovedRow[];
}

/** What became of a removal. */
export interface RemovalOutcome {
  readonly tab: Tab;
  readonly removed: readonly RemovedRow[];
  /** Rows that vanished although they were not meant, and were put back. */
  readonly putBack: readonly RowId[];
}

/**
 * Removes the rows in one write for all tabs; a second only puts something back. `fresh`: the tabs as
 * they were read a moment ago, for this and nothing else.
 */
export async function removeRows(
  client: SheetsClient,
  removals: readonly Removal[],
  fresh: SpreadsheetSnapshot,
  signal?: AbortSignal,
): Promise<readonly RemovalOutcome[]> {
  const found = removals.flatMap((removal) => {
    const before = fresh.tabs.get(removal.sheetId);
    // A column that was moved or renamed since is for the guards of the next look.
    if (before === undefined || checkHeader(removal.tab, before) !== null) return [];
    const rows = findUnchanged(removal, before);
    return rows.length === 0 ? [] : [{ removal, before, rows }];
  });
  if (found.length === 0) {
    return removals.map(({ tab }) => ({ tab, removed: [], putBack: [] }));
  }
  const changes = found.flatMap(({ before: { sheetId }, rows }) =>
    rows.map(({ index }): RowChange => ({ kind: "remove", sheetId, index }))
  );
  const places = found.map(({ removal: { tab }, before: { sheetId, title, rowCount } }) => ({
    tab,
    sheetId,
    title,
    rowCount,
  }));
  const after = await changeRows(client, changes, places, signal);
  const outcomes: RemovalOutcome[] = [];
  for (const { removal: { tab }, before, rows } of found) {
    const left = after.tabs.get(before.sheetId);
    if (left === undefined) continue;
    const meant = new Set(rows.map(({ index }) => index));
    const stands = standingIn(left);
    const vanished = before.rows.filter((row) =>
      !meant.has(row.index) && holdsText(row) && !stands(row)
    );
    if (vanished.length > 0) await putBack(client, tab, left, vanished, signal);
    outcomes.push({
      tab,
      removed: rows.filter(({ fresh }) => !stands(fresh)).map(({ removed }) => removed),
      putBack: vanished.flatMap((row) => keyText(row) === "" ? [] : [rowId(keyText(row))]),
    });
  }
  return outcomes;
}

/** Whether anything would be missed of the row; what stands below the table is people's, and has no ID. */
function holdsText({ cells, extra }: SheetRow): boolean {
  return [...cells, ...extra].some((cell) => cell !== "");
}

interface FoundRow {
  readonly removed: RemovedRow;
  readonly index: number;
  readonly fresh: SheetRow;
}

/** The rows that are still as they were when the plan was made, wherever they are by now. */
function findUnchanged({ rows }: Removal, before: TabSnapshot): FoundRow[] {
  const byAnchor = new Map<Anchor, SheetRow>();
  for (const row of before.rows) for (const anchor of row.anchors) byAnchor.set(anchor, row);
  // Our own insertions may have moved a row without an anchor, so it is known by its contents.
  const loose = before.rows.filter(({ anchors }) => anchors.length === 0);
  return rows.flatMap((removed) => {
    const { anchor } = removed.row;
    const at = anchor === null ? loose.findIndex((row) => isSame(removed.row, row)) : -1;
    const fresh = anchor === null ? loose.splice(at, at < 0 ? 0 : 1)[0] : byAnchor.get(anchor);
    return fresh !== undefined && isSame(removed.row, fresh)
      ? [{ removed, index: fresh.index, fresh }]
      : [];
  });
}

function isSame({ cells, extra }: LeavingRow, row: SheetRow): boolean {
  return JSON.stringify(extra) === JSON.stringify(row.extra) &&
    cells.every((cell, column) => sameCell(cell, plainValue(row.cells[column] ?? "")));
}

/** Tells whether a row of the read before is still there, by its anchor or else by its contents. */
function standingIn(after: TabSnapshot): (row: SheetRow) => boolean {
  const anchors = new Set(after.rows.flatMap((row) => row.anchors));
  const contents = new Set(
    after.rows.filter((row) => row.anchors.length === 0).map(contentsOf),
  );
  return (row) =>
    row.anchors.length > 0
      ? row.anchors.some((anchor) => anchors.has(anchor))
      : contents.has(contentsOf(row));
}

function contentsOf({ cells, extra }: SheetRow): string {
  return JSON.stringify([cells.map(plainValue), extra]);
}

/** Puts rows back as they were read a moment ago, at the end of the tab. */
async function putBack(
  client: SheetsClient,
  tab: Tab,
  left: TabSnapshot,
  rows: readonly SheetRow[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { sheetId, title, rowCount } = left;
  const index = left.rows.reduce((last, row) => Math.max(last, row.index), 0) + 1;
  const change: RowChange = {
    kind: "insert",
    sheetId,
    tab,
    index,
    rows: rows.map((row) => ({
      id: rowId(keyText(row)),
      anchor: row.anchors[0] ?? null,
      cells: row.cells.map(plainValue),
      extra: row.extra,
      notes: new Map([...row.notes, [0, withOurs(row.notes.get(0) ?? "", MISTAKE_NOTE)]]),
    })),
  };
  await changeRows(client, [change], [{ tab, sheetId, title, rowCount }], signal);
}
