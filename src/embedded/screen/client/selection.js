/**
 * Which cells are selected. A selection names its cells by row and column, so that it stays with them
 * when rows move; on the screen it is the box between two corners.
 *
 * @module
 */

/** @import { Box, GridRow, Place } from "./types.d.ts" */

/** The rows a page key moves by where the height of the window is not known. */
const PAGE_ROWS = 20;

/** The selected cells of a tab. */
export class Selection {
  /** The rows as they are shown; the header that stands in the column titles comes first.
   * @type {readonly GridRow[]} */
  #rows = [];
  /** @type {Map<number, number>} */
  #positions = new Map();
  #columns = 0;
  /** The cell that is edited. @type {Place} */
  #head = { id: 0, column: 0 };
  /** The opposite corner. @type {Place} */
  #tail = { id: 0, column: 0 };
  #isWholeRows = false;
  /** Where the head was when it was last seen; null: nothing was selected yet.
   * @type {number | null} */
  #lastPosition = null;

  /**
   * Tells which rows are shown now.
   *
   * @param {readonly GridRow[]} rows
   * @param {number} columns
   * @param {number} first the position at which a new selection begins
   */
  show(rows, columns, first) {
    this.#rows = rows;
    this.#columns = columns;
    this.#positions = new Map(rows.map((row, position) => [row.id, position]));
    if (!this.#positions.has(this.#head.id)) {
      // The row has got its first cell, which gave it an id, or it is gone.
      this.#move(this.#lastPosition ?? first, this.#head.column);
    }
    if (!this.#positions.has(this.#tail.id)) this.#tail = this.#head;
  }

  /** Begins anew, for another tab. */
  reset() {
    this.select({ id: 0, column: 0 });
    this.#lastPosition = null;
  }

  get head() {
    return this.#head;
  }

  /** Whether rows were selected as such, by their numbers. */
  get isWholeRows() {
    return this.#isWholeRows;
  }

  /** @returns {Box} positions among the shown rows */
  get box() {
    const a = this.#position(this.#head);
    const b = this.#position(this.#tail);
    const [left, right] = this.#isWholeRows
      ? [0, this.#columns - 1]
      : [this.#head.column, this.#tail.column].sort((one, other) => one - other);
    return {
      top: Math.min(a, b),
      bottom: Math.max(a, b) + 1,
      left: left ?? 0,
      right: (right ?? 0) + 1,
    };
  }

  /** The selected rows, from top to bottom. */
  get rows() {
    const { top, bottom } = this.box;
    return this.#rows.slice(top, bottom);
  }

  /**
   * @param {number} id
   * @param {number} column
   */
  includes(id, column) {
    const position = this.#positions.get(id);
    const { top, bottom, left, right } = this.box;
    return position !== undefined && position >= top && position < bottom && column >= left &&
      column < right;
  }

  /**
   * Selects one cell, or everything from the head to it.
   *
   * @param {Place} place
   * @param {boolean} extend
   */
  select(place, extend = false) {
    this.#isWholeRows = false;
    // The head is the corner that stays; it is the cell that is typed into.
    if (!extend) this.#head = place;
    this.#tail = place;
    this.#lastPosition = this.#position(this.#head);
  }

  /**
   * @param {number} id
   * @param {boolean} extend
   */
  selectRow(id, extend = false) {
    this.select({ id, column: 0 }, extend);
    if (!extend) this.#head = { id, column: 0 };
    this.#isWholeRows = true;
  }

  /** Makes the selection as wide as the grid. */
  widen() {
    this.#isWholeRows = true;
  }

  /**
   * Moves by rows and columns, as far as there are any.
   *
   * @param {number} rows
   * @param {number} columns
   * @param {boolean} extend
   */
  step(rows, columns, extend = false) {
    const from = extend ? this.#tail : this.#head;
    this.#move(this.#position(from) + rows, from.column + columns, extend);
  }

  /**
   * What a key does to the selection; false: nothing.
   *
   * @param {KeyboardEvent} event
   * @param {number} pageRows rows that fit on the screen
   */
  key(event, pageRows = PAGE_ROWS) {
    const { key, shiftKey: extend } = event;
    const jump = event.ctrlKey || event.metaKey;
    const far = Number.MAX_SAFE_INTEGER / 4;
    const step = jump ? far : 1;
    switch (key) {
      case "ArrowUp":
        this.step(-step, 0, extend);
        break;
      case "ArrowDown":
        this.step(step, 0, extend);
        break;
      case "ArrowLeft":
        this.step(0, -step, extend);
        break;
      case "ArrowRight":
        this.step(0, step, extend);
        break;
      case "PageUp":
        this.step(-pageRows, 0, extend);
        break;
      case "PageDown":
        this.step(pageRows, 0, extend);
        break;
      case "Home":
        this.step(jump ? -far : 0, -far, extend);
        break;
      case "End":
        this.step(jump ? far : 0, far, extend);
        break;
      default:
        return false;
    }
    return true;
  }

  /** @param {Place} place */
  #position({ id }) {
    return this.#positions.get(id) ?? 0;
  }

  /**
   * @param {number} position
   * @param {number} column
   * @param {boolean} extend
   */
  #move(position, column, extend = false) {
    const last = this.#rows.length - 1;
    const row = this.#rows[Math.max(0, Math.min(last, position))];
    if (row === undefined) return;
    this.select({ id: row.id, column: Math.max(0, Math.min(this.#columns - 1, column)) }, extend);
  }
}
