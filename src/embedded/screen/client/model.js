/**
 * The tab as the feed has told it. It knows nothing of the screen; it runs in the tests as well.
 *
 * @module
 */

/** @import { CellView, FeedMessage, Frame, Look } from "../protocol.ts" */
/** @import { Change, GridRow, Place } from "./types.d.ts" */

/** One tab, kept current. */
export class Model {
  /** @type {Frame | null} */
  frame = null;
  /** @type {GridRow[]} */
  rows = [];
  /** @type {Look[]} */
  looks = [];
  revision = -1;
  /** @type {Map<number, GridRow>} */
  #byId = new Map();
  /** @type {(() => void)[]} */
  #waiting = [];

  /**
   * Takes a message in and says what is different now.
   *
   * @param {FeedMessage} message
   * @returns {Change}
   */
  apply(message) {
    this.looks.push(...message.looks);
    if (message.frame !== undefined) this.frame = message.frame;
    const before = this.#byId;
    const touched = message.rows.map((view) => {
      const known = before.get(view.key);
      const old = known?.cells ?? null;
      const row = known ?? { id: view.key, index: 0, cells: [], hidden: false };
      row.cells = view.cells;
      row.hidden = view.hidden === true;
      return { row, old };
    });
    let added = 0;
    let removed = 0;
    if (message.order !== undefined) {
      const fresh = new Map(touched.map(({ row }) => [row.id, row]));
      this.rows = message.order.map((key, index) => {
        const row = before.get(key) ?? fresh.get(key) ??
          { id: -index - 1, index, cells: [], hidden: false };
        row.index = index;
        return row;
      });
      this.#byId = new Map(this.rows.map((row) => [row.id, row]));
      added = touched.filter(({ old }) => old === null).length;
      for (const id of before.keys()) if (id > 0 && !this.#byId.has(id)) removed++;
    }
    this.revision = message.revision;
    for (const wake of this.#waiting.splice(0)) wake();
    return {
      frame: message.frame !== undefined,
      order: message.order !== undefined,
      rows: touched.map(({ row }) => row),
      cells: touched.flatMap(({ row, old }) => changedCells(row, old)),
      added,
      removed,
    };
  }

  /** Forgets everything: another tab, or another connection, begins. */
  clear() {
    this.frame = null;
    this.rows = [];
    this.looks = [];
    this.#byId = new Map();
    this.revision = -1;
  }

  /**
   * The row with this id, wherever it is now; undefined: it is gone.
   *
   * @param {number} id
   */
  row(id) {
    return this.#byId.get(id);
  }

  /**
   * @param {Place} place
   * @returns {CellView | null}
   */
  cell({ id, column }) {
    return this.row(id)?.cells[column] ?? null;
  }

  /**
   * @param {CellView | null} cell
   * @returns {Look}
   */
  look(cell) {
    return cell?.look === undefined ? {} : this.looks[cell.look] ?? {};
  }

  /** Resolves when the feed has brought the next message. */
  nextMessage() {
    return new Promise((resolve) => this.#waiting.push(() => resolve(undefined)));
  }
}

/**
 * @param {GridRow} row
 * @param {readonly (CellView | null)[] | null} old
 * @returns {Place[]}
 */
function changedCells(row, old) {
  const count = Math.max(row.cells.length, old?.length ?? 0);
  return Array.from({ length: count }, (_, column) => column)
    .filter((column) => (row.cells[column]?.text ?? "") !== (old?.[column]?.text ?? ""))
    .map((column) => ({ id: row.id, column }));
}
