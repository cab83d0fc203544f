/** The words that the modules of the page share. @module */

import type { CellView } from "../protocol.ts";

/** Who the page acts as. */
export type Identity = "owner" | "editor" | "service-account";

/** A row of the grid. The same object stays while the row does. */
export interface GridRow {
  /** The row's key; negative for a row without anything, which is known by its place alone. */
  id: number;
  /** Counted from 0. */
  index: number;
  cells: readonly (CellView | null)[];
  hidden: boolean;
}

/** A cell, wherever its row is now. */
export interface Place {
  readonly id: number;
  readonly column: number;
}

/** Cells in grid coordinates, counted from 0, ends excluded. */
export interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** What a message changed. */
export interface Change {
  readonly frame: boolean;
  readonly order: boolean;
  readonly rows: readonly GridRow[];
  /** Cells that show something else than before. */
  readonly cells: readonly Place[];
  readonly added: number;
  readonly removed: number;
}
