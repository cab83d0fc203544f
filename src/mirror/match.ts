/**
 * Which row of the sheet is which row of the database. A row has two names that must agree: its ID
 * cell and its anchor. Where they do not, the difference is told, never guessed away.
 *
 * @module
 */

import { type Anchor, type RowId, rowId } from "../contract/cell.ts";
import type { Tab } from "../contract/schema.ts";
import type { BaseRow, Intent } from "../store/records.ts";
import type { SheetCell, SheetRow, TabSnapshot } from "../sheets/snapshot.ts";

/** How far the contents of a row that stands in the sheet may be trusted. */
export type Trust =
  /** ID and anchor agree, or the row has no anchor and its ID is the only one of its kind. */
  | "sound"
  /** The anchor is right and the ID is empty or unknown: somebody edited the ID. */
  | "id-edited"
  /** The anchor names this row, the ID another known one: the contents may be anybody's. */
  | "scrambled"
  /** The anchor is right and every cell of the contract is empty: the contents were cleared or cut. */
  | "emptied";

/** A row of the database that stands in the sheet. */
export interface Standing {
  readonly row: SheetRow;
  /** What was agreed on about it; null: the two sides meet for the first time. */
  readonly base: BaseRow | null;
  /** The anchor it has; null: none yet. */
  readonly anchor: Anchor | null;
  readonly trust: Trust;
  /** Anchors of ours that stand for this row, or on it, and point to nothing any more. */
  readonly orphans: readonly Anchor[];
}

/** A second row with the ID of a row that stands. */
export interface Copy {
  readonly id: RowId;
  readonly row: SheetRow;
}

/** The pairing of one tab. */
export interface Match {
  readonly standing: ReadonlyMap<RowId, Standing>;
  /** Rows of the base that do not stand in the sheet. */
  readonly absent: readonly BaseRow[];
  readonly copies: readonly Copy[];
  /** Rows with an ID that nobody knows and without an anchor: left alone. */
  readonly unknown: readonly SheetRow[];
}

const NO_ORPHANS: readonly Anchor[] = [];

/** What a person sees in a cell. */
export function cellText(cell: SheetCell): string {
  if (typeof cell === "object") return cell.formatted;
  if (typeof cell === "boolean") return cell ? "TRUE" : "FALSE";
  return String(cell);
}

/** The text in the key column, which is always the first. */
export function keyText(row: SheetRow): string {
  const key = row.cells[0];
  return key === undefined ? "" : cellText(key);
}

/** The rows of a tab by their IDs. What has none is no row of ours, and one such row is not another. */
export function rowsByKey({ rows }: TabSnapshot): ReadonlyMap<string, SheetRow> {
  return new Map(rows.flatMap((row) => keyText(row) === "" ? [] : [[keyText(row), row]]));
}

/**
 * Pairs the rows of a tab with the known IDs (those of the base and of the database). In a quick
 * snapshot no anchors are known, so the IDs alone decide; a plan that is not quiet is made again from
 * a full one.
 */
export function matchRows(
  snapshot: TabSnapshot,
  base: ReadonlyMap<RowId, BaseRow>,
  isKnown: (id: RowId) => boolean,
): Match {
  if (snapshot.depth === "quick") return matchByKey(snapshot, base, isKnown);
  const { standing, contested, loose } = pairByAnchor(snapshot, base);
  const copies: Copy[] = [];
  const unknown: SheetRow[] = [];
  const settleByKey = (row: SheetRow, usable: readonly Anchor[]) => {
    const id = rowId(keyText(row));
    if (id === "") return;
    if (!isKnown(id)) unknown.push(row);
    else if (standing.has(id)) copies.push({ id, row });
    else {
      const [anchor = null, ...orphans] = usable;
      standing.set(id, { row, base: base.get(id) ?? null, anchor, trust: "sound", orphans });
    }
  };
  for (const { row, foreign } of loose) settleByKey(row, foreign);
  const adrift: SheetRow[] = [];
  for (const { row, owner, anchor, others } of contested) {
    const known = base.get(owner) ?? null;
    const trust = trustOf(row, isKnown);
    const elsewhere = standing.get(owner);
    if (elsewhere === undefined) {
      standing.set(owner, { row, base: known, anchor, trust, orphans: others });
    } else if (elsewhere.anchor === null && trust === "id-edited" && hasAgreedCells(row, known)) {
      // Nothing but its ID was edited, so what bears the ID now is a copy of it.
      standing.set(owner, { row, base: known, anchor, trust, orphans: others });
      copies.push({ id: owner, row: elsewhere.row });
    } else {
      // The row was cut and pasted: its ID stands elsewhere, and this anchor stayed behind.
      standing.set(owner, { ...elsewhere, orphans: [...elsewhere.orphans, anchor, ...others] });
      adrift.push(row);
    }
  }
  for (const row of adrift) settleByKey(row, []);
  return { standing, absent: absentOf(base, standing), copies, unknown };
}

/** A row whose anchor stands for another ID than the one it bears. */
interface ContestedRow {
  readonly row: SheetRow;
  /** Whom the anchor stands for. */
  readonly owner: RowId;
  readonly anchor: Anchor;
  readonly others: readonly Anchor[];
}

/** A row without an anchor of ours, or a second one with the ID and an anchor of a row. */
interface LooseRow {
  readonly row: SheetRow;
  readonly foreign: readonly Anchor[];
}

/** Finds the rows whose ID and anchor agree, and what is left beside them. */
function pairByAnchor(snapshot: TabSnapshot, base: ReadonlyMap<RowId, BaseRow>): {
  readonly standing: Map<RowId, Standing>;
  readonly contested: readonly ContestedRow[];
  readonly loose: readonly LooseRow[];
} {
  let found: ReadonlyMap<Anchor, RowId> | null = null;
  // Put together only for a tab in which some row is not as the mirror left it.
  const owners = () => found ??= ownersOf(base);
  const standing = new Map<RowId, Standing>();
  const contested: ContestedRow[] = [];
  const loose: LooseRow[] = [];
  for (const row of snapshot.rows) {
    const id = rowId(keyText(row));
    const known = base.get(id) ?? null;
    // Nearly every row of nearly every tab is like this. No two rows of the base have one anchor.
    if (
      known !== null && row.anchors.length === 1 && row.anchors[0] === known.anchor &&
      !standing.has(id)
    ) {
      standing.set(id, {
        row,
        base: known,
        anchor: known.anchor,
        trust: "sound",
        orphans: NO_ORPHANS,
      });
      continue;
    }
    const owned = row.anchors.filter((anchor) => owners().has(anchor));
    const own = owned.find((anchor) => owners().get(anchor) === id);
    const [first] = owned;
    if (own !== undefined && !standing.has(id)) {
      const orphans = row.anchors.filter((anchor) => anchor !== own);
      standing.set(id, { row, base: known, anchor: own, trust: "sound", orphans });
    } else if (own === undefined && first !== undefined) {
      const owner = owners().get(first) ?? id;
      const others = row.anchors.filter((anchor) => anchor !== first);
      contested.push({ row, owner, anchor: first, others });
    } else {
      loose.push({ row, foreign: row.anchors });
    }
  }
  return { standing, contested, loose };
}

function ownersOf(base: ReadonlyMap<RowId, BaseRow>): ReadonlyMap<Anchor, RowId> {
  const owners = new Map<Anchor, RowId>();
  for (const row of base.values()) owners.set(row.anchor, row.id);
  return owners;
}

function absentOf(
  base: ReadonlyMap<RowId, BaseRow>,
  standing: ReadonlyMap<RowId, Standing>,
): readonly BaseRow[] {
  let present = 0;
  for (const row of standing.values()) if (row.base !== null) present++;
  // Counting takes no lookups, and usually nothing is missing.
  return present === base.size ? [] : [...base.values()].filter(({ id }) => !standing.has(id));
}

/** Whether the row shows what was agreed on, whatever its ID. */
function hasAgreedCells({ cells }: SheetRow, base: BaseRow | null): boolean {
  return base?.cells.every((cell, index) => index === 0 || cell === cells[index]) === true;
}

/** What an anchored row is whose ID is not the one its anchor stands for. */
function trustOf(row: SheetRow, isKnown: (id: RowId) => boolean): Trust {
  const id = rowId(keyText(row));
  if (id !== "" && isKnown(id)) return "scrambled";
  return row.cells.every((cell) => cell === "") ? "emptied" : "id-edited";
}

/**
 * The row as people left it. Where they emptied it in the second of a write, it holds what the mirror wrote
 * and nothing else: that does not make it a row whose ID was edited.
 *
 * @param intents What the sheet still has to show of the row, by field.
 */
export function withoutOwnWrites(
  standing: Standing,
  { columns }: Tab,
  intents: ReadonlyMap<string, Intent> | undefined,
): Standing {
  if (standing.trust !== "id-edited" || intents === undefined) return standing;
  const isEmptied = columns.every(({ field }, index) => {
    const cell = standing.row.cells[index] ?? "";
    return cell === "" || cell === intents.get(field)?.target;
  });
  return isEmptied ? { ...standing, trust: "emptied" } : standing;
}

/** Pairs rows by their IDs alone, where no anchors are known or none can be relied on. */
export function matchByKey(
  snapshot: TabSnapshot,
  base: ReadonlyMap<RowId, BaseRow>,
  isKnown: (id: RowId) => boolean,
): Match {
  const standing = new Map<RowId, Standing>();
  const copies: Copy[] = [];
  const unknown: SheetRow[] = [];
  for (const row of snapshot.rows) {
    const id = rowId(keyText(row));
    if (id === "") continue;
    if (!isKnown(id)) unknown.push(row);
    else if (standing.has(id)) copies.push({ id, row });
    else {
      const known = base.get(id) ?? null;
      const anchor = known?.anchor ?? null;
      standing.set(id, { row, base: known, anchor, trust: "sound", orphans: NO_ORPHANS });
    }
  }
  return { standing, absent: absentOf(base, standing), copies, unknown };
}
