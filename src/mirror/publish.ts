/**
 * The sheet's half of a plan. Two requests at most for all tabs together: one batch that adds rows,
 * anchors and notes by index, right behind the read they were planned from, and one that writes
 * standing rows by their anchors, wherever they are by then. Nothing is believed before it was seen in
 * the answer.
 *
 * @module
 */

import type { Anchor, CellValue } from "../contract/cell.ts";
import type { Tab } from "../contract/schema.ts";
import type { AnchoredValues, SheetsClient } from "../sheets/client.ts";
import { type Mark, plainValue, type SheetRow, type TabSnapshot } from "../sheets/snapshot.ts";
import {
  changeRows,
  type NewRow,
  type RowChange,
  splitBySize,
  splitUpdates,
} from "../sheets/write.ts";
import { withOurs } from "../sheets/notes.ts";
import { type DueRow, isDue, isWritten } from "./commit.ts";
import { keyText } from "./match.ts";

/** What one tab is due, and the snapshot it was planned from. */
export interface DueTab {
  readonly tab: Tab;
  readonly snapshot: TabSnapshot;
  readonly rows: readonly DueRow[];
}

/** A row as the sheet was seen to hold it after the write. */
export interface SeenRow {
  readonly due: DueRow;
  /** One value a column of the contract. */
  readonly cells: readonly CellValue[];
}

/** A write by anchor that met a row with another ID: the row had been cut and pasted meanwhile. */
export interface Miss {
  readonly due: DueRow;
  readonly anchor: Anchor;
  readonly written: readonly (CellValue | null)[];
}

/** A note that landed on another row: what that row's cell had before, to be put back. */
export type NoteMiss = Extract<RowChange, { kind: "note" }>;

/** What was seen of one tab. */
export interface PublishedTab {
  readonly due: DueTab;
  readonly seen: readonly SeenRow[];
  readonly misses: readonly Miss[];
  readonly noteMisses: readonly NoteMiss[];
  /** Whether something that was written was not seen to stand as it was written. */
  readonly isShaken: boolean;
}

/** The mark to leave with the write. */
export interface Marking {
  readonly mark: Mark;
  /** Whether the spreadsheet carries it already. */
  readonly known: boolean;
  /** Marks of other databases that a human has let us replace. */
  readonly stale: readonly string[];
}

function marksOf({ mark, known, stale }: Marking): RowChange[] {
  return [
    ...stale.map((uuid): RowChange => ({ kind: "drop-mark", uuid })),
    { kind: "mark", mark, known },
  ];
}

/**
 * Writes what the tabs are due and looks at what came of it. Removals are not in here: they want a
 * read of their own.
 */
export async function publish(
  client: SheetsClient,
  tabs: readonly DueTab[],
  marking: Marking,
  signal?: AbortSignal,
): Promise<readonly PublishedTab[]> {
  const after = await changeInBatches(client, tabs, marksOf(marking), signal);
  const standing = tabs.map((due) => ({ due, ...findStanding(due, after.get(due)) }));
  const written = new Map<Anchor, readonly CellValue[]>();
  for (const batch of splitUpdates(standing.flatMap(({ ready }) => ready.flatMap(valuesOf)))) {
    const answer = await client.updateByAnchor(batch, signal);
    for (const [anchor, cells] of answer) written.set(anchor, cells);
  }
  return standing.map(({ due, ready, isLost }) => {
    const added = seeAdded(due, after.get(due));
    const updated = seeUpdated(ready, written);
    return {
      due,
      seen: [...added.seen, ...updated.seen],
      misses: updated.misses,
      noteMisses: findNoteMisses(due, after.get(due)),
      isShaken: isLost || added.isShaken || updated.isShaken,
    };
  });
}

/** Sends the changes of whole rows and returns each changed tab as it was after its last batch. */
async function changeInBatches(
  client: SheetsClient,
  tabs: readonly DueTab[],
  marks: readonly RowChange[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<DueTab, TabSnapshot>> {
  const states = new Map<number, TabSnapshot>();
  const changes = tabs.flatMap((due) => {
    const list = changesOf(due);
    if (list.length > 0) states.set(due.snapshot.sheetId, due.snapshot);
    return list;
  });
  for (const batch of splitBySize([...marks, ...changes])) {
    const places = tabs.flatMap(({ tab, snapshot: { sheetId, title } }) => {
      const state = states.get(sheetId);
      return state === undefined ? [] : [{ tab, sheetId, title, rowCount: state.rowCount }];
    });
    const answer = await changeRows(client, batch, places, signal);
    for (const [sheetId, state] of answer.tabs) states.set(sheetId, state);
  }
  return new Map(tabs.flatMap((due) => {
    const state = states.get(due.snapshot.sheetId);
    return state === undefined ? [] : [[due, state] as const];
  }));
}

/** The part of the batch that belongs to one tab. Indexes are those of the snapshot. */
function changesOf({ tab, snapshot, rows }: DueTab): RowChange[] {
  const { sheetId } = snapshot;
  const changes: RowChange[] = [];
  const added: NewRow[] = [];
  for (const { plan, anchor } of rows) {
    const { action } = plan;
    if (action.kind === "add" && anchor !== null) {
      const note = action.note === null ? [] : [[0, withOurs("", action.note)]] as const;
      added.push({ id: plan.id, anchor, cells: action.cells, extra: [], notes: new Map(note) });
    }
    if (action.kind !== "standing") continue;
    if (action.anchor === null && anchor !== null) {
      changes.push({ kind: "anchor", sheetId, index: action.index, anchor });
    }
    for (const orphan of action.orphans) changes.push({ kind: "drop-anchor", anchor: orphan });
    for (const { column, text } of plan.notes) {
      changes.push({ kind: "note", sheetId, index: action.index, column, text });
    }
  }
  if (added.length > 0) {
    // The plan lists new rows oldest first; at the top the newest comes first.
    const isTop = tab.newest === "top";
    const index = isTop ? 1 : lastRow(snapshot) + 1;
    changes.push({ kind: "insert", sheetId, tab, index, rows: isTop ? added.reverse() : added });
  }
  return changes;
}

function lastRow({ rows }: TabSnapshot): number {
  return rows.reduce((last, { index }) => Math.max(last, index), 0);
}

/**
 * The standing rows whose cells may be written now. A row that just got its anchor by index counts
 * only if the answer shows the anchor on the row with the right ID.
 */
function findStanding(
  { rows }: DueTab,
  after: TabSnapshot | undefined,
): { ready: readonly DueRow[]; isLost: boolean } {
  const seen = rowsByAnchor(after);
  const standing = rows.filter((row) => row.plan.action.kind === "standing" && isDue(row));
  const ready = standing.filter(({ plan, anchor }) => {
    if (plan.action.kind !== "standing" || anchor === null) return false;
    if (plan.action.anchor !== null) return true;
    const row = seen.get(anchor);
    return row !== undefined && keyText(row) === plan.id;
  });
  return { ready, isLost: ready.length < standing.length };
}

function rowsByAnchor(tab: TabSnapshot | undefined): ReadonlyMap<Anchor, SheetRow> {
  return new Map(tab?.rows.flatMap((row) => row.anchors.map((anchor) => [anchor, row] as const)));
}

function valuesOf({ plan, anchor, cells }: DueRow): AnchoredValues[] {
  const values: (CellValue | null)[] = cells.map(() => null);
  for (const cell of plan.cells) if (isWritten(cell)) values[cell.column] = cell.show.value;
  return anchor === null || values.every((value) => value === null) ? [] : [{ anchor, values }];
}

/**
 * Notes are written by index. Where the answer does not show one on its row, a row that has got it
 * instead gets back what it had; the refusal itself stands in the explaining column all the same.
 */
function findNoteMisses({ rows, snapshot }: DueTab, after: TabSnapshot | undefined): NoteMiss[] {
  if (after === undefined) return [];
  const noted = rows.filter(({ plan }) => plan.notes.length > 0);
  if (noted.length === 0) return [];
  const now = new Map(after.rows.map((row) => [keyText(row), row]));
  const earlier = new Map(snapshot.rows.map((row) => [keyText(row), row]));
  return noted.flatMap(({ plan }) =>
    plan.notes.flatMap(({ column, text }) => {
      const noteOf = (row: SheetRow | undefined) => row?.notes.get(column) ?? "";
      if (noteOf(now.get(plan.id)) === text) return [];
      return after.rows.flatMap((row): NoteMiss[] => {
        const before = noteOf(earlier.get(keyText(row)));
        if (keyText(row) === plan.id || noteOf(row) !== text || before === text) return [];
        return [{ kind: "note", sheetId: after.sheetId, index: row.index, column, text: before }];
      });
    })
  );
}

interface Seen {
  readonly seen: readonly SeenRow[];
  readonly misses: readonly Miss[];
  readonly isShaken: boolean;
}

/** New rows are seen where the answer shows their anchor and the cells that were sent. */
function seeAdded({ rows }: DueTab, after: TabSnapshot | undefined): Omit<Seen, "misses"> {
  const added = rows.filter(({ plan }) => plan.action.kind === "add");
  const standing = rowsByAnchor(after);
  const seen = added.flatMap((due): SeenRow[] => {
    const row = due.anchor === null ? undefined : standing.get(due.anchor);
    if (row === undefined || keyText(row) !== due.plan.id) return [];
    return [{ due, cells: row.cells.map(plainValue) }];
  });
  return { seen, isShaken: seen.length < added.length };
}

/** Standing rows are seen where the row behind the anchor has the ID it should have. */
function seeUpdated(
  ready: readonly DueRow[],
  written: ReadonlyMap<Anchor, readonly CellValue[]>,
): Seen {
  const seen: SeenRow[] = [];
  const misses: Miss[] = [];
  let isShaken = false;
  for (const due of ready) {
    const [update] = valuesOf(due);
    if (update === undefined) {
      seen.push({ due, cells: due.cells });
      continue;
    }
    const cells = written.get(update.anchor);
    // An anchor that is nowhere any more: the row was removed meanwhile, and the next look shows it.
    if (cells === undefined) isShaken = true;
    else if (cells[0] !== due.plan.id) misses.push({ due, ...update, written: update.values });
    else seen.push({ due, cells: cells.slice(0, due.cells.length) });
  }
  return { seen, misses, isShaken: isShaken || misses.length > 0 };
}
