/**
 * The sheet's half of a plan. Two requests for all tabs together: one that writes standing rows by their
 * anchors, wherever they are by then, right behind the read they were planned from, so that people have
 * next to no time to edit the same cells; and one batch that adds rows, anchors and notes by index. The
 * batch comes behind, for it carries the mark (`marked.ts`): who sees the mark sees the rows as well. Only
 * rows that stood without an anchor are written after it. Nothing is believed before it was seen in the
 * answer.
 *
 * @module
 */

import type { Anchor, CellValue } from "../contract/cell.ts";
import type { Tab } from "../contract/schema.ts";
import type { AnchoredValues, SheetsClient } from "../sheets/client.ts";
import { plainValue, type SheetRow, type TabSnapshot } from "../sheets/snapshot.ts";
import { type Mover, moverFor } from "../sheets/touched.ts";
import {
  changeTouched,
  type NewRow,
  type RowChange,
  splitBySize,
  splitUpdates,
} from "../sheets/write.ts";
import { withOurs } from "../sheets/notes.ts";
import { type DueRow, isDue, isWritten } from "./commit.ts";
import { keyText, rowsByKey } from "./match.ts";

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

/**
 * Writes what the tabs are due and looks at what came of it. Removals are not in here: they want a
 * read of their own.
 */
export async function publish(
  client: SheetsClient,
  tabs: readonly DueTab[],
  signal?: AbortSignal,
): Promise<readonly PublishedTab[]> {
  const anchored = tabs.map(({ rows }) => rows.filter(isAnchored));
  const written = await update(client, anchored.flat(), signal);
  const after = await changeInBatches(client, tabs, signal);
  const late = tabs.map((due) => findLate(due, after.get(due)));
  const writtenLate = await update(client, late.flatMap(({ ready }) => ready), signal);
  return tabs.map((due, index) => {
    const { ready = [], isLost = false } = late[index] ?? {};
    const added = seeAdded(due, after.get(due));
    const updated = seeUpdated(
      [...anchored[index] ?? [], ...ready],
      new Map([...written, ...writtenLate]),
    );
    return {
      due,
      seen: [...added.seen, ...updated.seen],
      misses: updated.misses,
      noteMisses: findNoteMisses(due, after.get(due)),
      isShaken: isLost || added.isShaken || updated.isShaken,
    };
  });
}

/** Rows of a tab as they were seen, by their index. */
type SeenRows = ReadonlyMap<number, SheetRow>;

/** Sends the changes of whole rows and returns what they touched, where it stands after the last batch. */
async function changeInBatches(
  client: SheetsClient,
  tabs: readonly DueTab[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<DueTab, SeenRows>> {
  const sizes = new Map<number, number>();
  const seen = new Map<number, SeenRows>();
  const changes = tabs.flatMap((due) => {
    const list = changesOf(due);
    const { sheetId, rowCount } = due.snapshot;
    if (list.length > 0) sizes.set(sheetId, rowCount);
    return list;
  });
  for (const batch of splitBySize(changes)) {
    const places = tabs.flatMap(({ tab, snapshot: { sheetId, title } }) => {
      const rowCount = sizes.get(sheetId);
      return rowCount === undefined ? [] : [{ tab, sheetId, title, rowCount }];
    });
    const answer = await changeTouched(client, batch, places, signal);
    for (const [sheetId, { rowCount }] of answer.tabs) sizes.set(sheetId, rowCount);
    for (const { sheetId } of places) {
      const rows = answer.tabs.get(sheetId)?.rows ?? [];
      seen.set(sheetId, addSeen(seen.get(sheetId), moverFor(batch, sheetId), rows));
    }
  }
  return new Map(tabs.flatMap((due) => {
    const rows = seen.get(due.snapshot.sheetId);
    return rows === undefined ? [] : [[due, rows] as const];
  }));
}

/** What was seen before a batch, where it stands after it, and what the batch shows. */
function addSeen(before: SeenRows = new Map(), move: Mover, rows: readonly SheetRow[]): SeenRows {
  const after = new Map<number, SheetRow>();
  for (const row of before.values()) {
    const index = move(row.index);
    after.set(index, { ...row, index });
  }
  for (const row of rows) after.set(row.index, row);
  return after;
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

/** Writes the rows by their anchors and returns what each of them showed afterwards. */
async function update(
  client: SheetsClient,
  rows: readonly DueRow[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<Anchor, readonly CellValue[]>> {
  const written = new Map<Anchor, readonly CellValue[]>();
  for (const batch of splitUpdates(rows.flatMap(valuesOf))) {
    const answer = await client.updateByAnchor(batch, signal);
    for (const [anchor, cells] of answer) written.set(anchor, cells);
  }
  return written;
}

/** Whether a row that is due had its anchor before. */
function isAnchored(row: DueRow): boolean {
  const { action } = row.plan;
  return action.kind === "standing" && action.anchor !== null && row.anchor !== null && isDue(row);
}

/**
 * The standing rows that got their anchor by index with the batch. Such a row counts only where the
 * answer shows the anchor on the row with the right ID, and nobody has touched it since the plan was made.
 */
function findLate(
  { rows, snapshot }: DueTab,
  after: SeenRows | undefined,
): { ready: readonly DueRow[]; isLost: boolean } {
  const late = rows.filter((row) =>
    row.plan.action.kind === "standing" && row.plan.action.anchor === null && isDue(row)
  );
  if (late.length === 0) return { ready: [], isLost: false };
  const seen = rowsByAnchor(after);
  const planned = new Set(snapshot.rows.map(({ cells }) => JSON.stringify(cells)));
  const ready = late.filter(({ plan, anchor }) => {
    const row = anchor === null ? undefined : seen.get(anchor);
    return row !== undefined && keyText(row) === plan.id && planned.has(JSON.stringify(row.cells));
  });
  return { ready, isLost: ready.length < late.length };
}

function rowsByAnchor(rows: SeenRows | undefined): ReadonlyMap<Anchor, SheetRow> {
  const byAnchor = new Map<Anchor, SheetRow>();
  for (const row of rows?.values() ?? []) {
    for (const anchor of row.anchors) byAnchor.set(anchor, row);
  }
  return byAnchor;
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
function findNoteMisses({ rows, snapshot }: DueTab, after: SeenRows | undefined): NoteMiss[] {
  if (after === undefined) return [];
  const noted = rows.filter(({ plan }) => plan.notes.length > 0);
  if (noted.length === 0) return [];
  const now = new Map([...after.values()].map((row) => [keyText(row), row]));
  const earlier = rowsByKey(snapshot);
  return noted.flatMap(({ plan }) =>
    plan.notes.flatMap(({ column, text }) => {
      const noteOf = (row: SheetRow | undefined) => row?.notes.get(column) ?? "";
      const own = now.get(plan.id);
      if (own !== undefined && noteOf(own) === text) return [];
      return [...after.values()].flatMap((row): NoteMiss[] => {
        const before = noteOf(earlier.get(keyText(row)));
        if (keyText(row) === plan.id || noteOf(row) !== text || before === text) return [];
        const { sheetId } = snapshot;
        return [{ kind: "note", sheetId, index: row.index, column, text: before }];
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
function seeAdded({ rows }: DueTab, after: SeenRows | undefined): Omit<Seen, "misses"> {
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
