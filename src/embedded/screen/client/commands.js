/**
 * What a person can do with selected cells and rows, as requests of the API. Rows are named by their
 * ids until the request is made, because they may move before.
 *
 * @module
 */

/** @import { Api } from "./api.js" */
/** @import { Model } from "./model.js" */
/** @import { Selection } from "./selection.js" */
/** @import { GridRow } from "./types.d.ts" */
import { formatCells, parseCells } from "./clipboard.js";
import { columnLetters } from "./rules.js";

/**
 * What was cut or copied here. The text is what other programs get; as long as the clipboard holds
 * it, pasting takes formats and notes along as well.
 *
 * @typedef {object} Carried
 * @property {string} text
 * @property {boolean} isCut
 * @property {number} sheetId
 * @property {readonly number[]} ids
 * @property {number} left
 * @property {number} right
 */

/**
 * Neighbouring places as half-open runs, from the last to the first, so that removing one does not
 * move those still to be removed.
 *
 * @param {readonly number[]} indices
 * @returns {{ start: number, end: number }[]}
 */
export function runsOf(indices) {
  /** @type {{ start: number, end: number }[]} */
  const runs = [];
  for (const index of [...indices].sort((a, b) => b - a)) {
    const last = runs.at(-1);
    if (last !== undefined && last.start === index + 1) last.start = index;
    else runs.push({ start: index, end: index + 1 });
  }
  return runs;
}

/** Carries commands out on what is selected. */
export class Commands {
  /** @type {Api} */
  #api;
  /** @type {Model} */
  #model;
  /** @type {Selection} */
  #selection;
  /** @type {Carried | null} */
  #carried = null;

  /**
   * @param {Api} api
   * @param {Model} model
   * @param {Selection} selection
   */
  constructor(api, model, selection) {
    this.#api = api;
    this.#model = model;
    this.#selection = selection;
  }

  /**
   * Enters a text into one cell.
   *
   * @param {import("./types.d.ts").Place} place
   * @param {string} text
   */
  type({ id, column }, text) {
    return this.#api.type(() => {
      const row = this.#model.row(id);
      if (row === undefined) return null;
      return {
        title: this.#title(),
        a1: `${columnLetters(column)}${row.index + 1}`,
        values: [[text]],
      };
    });
  }

  /** Empties the selected cells. */
  clear() {
    const { left, right } = this.#selection.box;
    const ids = this.#selection.rows.map(({ id }) => id);
    return this.#api.batch(() =>
      runsOf(this.#indices(ids)).map(({ start, end }) => ({
        updateCells: { range: this.#range(start, end, left, right), fields: "userEnteredValue" },
      }))
    );
  }

  /** @param {"above" | "below"} where */
  insertRow(where) {
    const { rows } = this.#selection;
    const next = where === "above" ? rows[0] : rows.at(-1);
    return this.#api.batch(() => {
      const row = next === undefined ? undefined : this.#model.row(next.id);
      if (row === undefined) return null;
      const at = where === "above" ? row.index : row.index + 1;
      const range = { ...this.#sheet(), dimension: "ROWS", startIndex: at, endIndex: at + 1 };
      // The first row below the header shall not look like the header.
      const inheritFromBefore = at > (this.#model.frame?.frozenRows ?? 0);
      return [{ insertDimension: { range, inheritFromBefore } }];
    });
  }

  deleteRows() {
    const ids = this.#selection.rows.map(({ id }) => id);
    return this.#api.batch(() =>
      runsOf(this.#indices(ids)).map(({ start, end }) => ({
        deleteDimension: {
          range: { ...this.#sheet(), dimension: "ROWS", startIndex: start, endIndex: end },
        },
      }))
    );
  }

  /** @param {"ASCENDING" | "DESCENDING"} sortOrder */
  sort(sortOrder) {
    const dimensionIndex = this.#selection.head.column;
    return this.#api.batch(() => {
      const { frame, rows } = this.#model;
      const range = this.#range(frame?.frozenRows ?? 0, rows.length, 0, frame?.widths.length ?? 0);
      return [{ sortRange: { range, sortSpecs: [{ dimensionIndex, sortOrder }] } }];
    });
  }

  /**
   * Remembers the selected cells, and gives them as text for the clipboard.
   *
   * @param {boolean} isCut
   * @returns {string}
   */
  carry(isCut) {
    const { left, right } = this.#selection.box;
    const { rows } = this.#selection;
    const text = formatCells(
      rows.map(({ cells }) =>
        Array.from({ length: right - left }, (_, at) => cells[left + at]?.text ?? "")
      ),
    );
    const ids = rows.map(({ id }) => id);
    const { sheetId } = this.#sheet();
    this.#carried = { text, isCut, sheetId, ids, left, right };
    return text;
  }

  /**
   * Puts cells where the selection begins.
   *
   * @param {string | null} text what the clipboard holds; null: nobody may look
   */
  async paste(text) {
    const carried = this.#carried;
    if (carried !== null && (text === null || text === carried.text)) {
      await this.#pasteCells(carried);
      // Cells that were cut can be put down once.
      if (carried.isCut) this.#carried = null;
    } else if (text !== null && text !== "") {
      await this.#pasteText(parseCells(text));
    }
  }

  /** @param {Carried} carried */
  #pasteCells({ isCut, sheetId, ids, left, right }) {
    const { box, rows } = this.#selection;
    const first = rows[0]?.id ?? 0;
    return this.#api.batch(() => {
      const target = this.#model.row(first);
      if (target === undefined) return null;
      const isHere = sheetId === this.#sheet().sheetId;
      const runs = isHere ? runsOf(this.#indices(ids)) : [];
      const [run] = runs;
      // From another tab the rows are not known here; what was cut apart cannot be put down as one.
      if (run === undefined || runs.length > 1) return null;
      const source = this.#range(run.start, run.end, left, right);
      // Whole rows fit nowhere but at the edge.
      const column = right - left === this.#model.frame?.widths.length ? 0 : box.left;
      const to = { ...this.#sheet(), rowIndex: target.index, columnIndex: column };
      if (isCut) {
        return [{ cutPaste: { source, destination: to, pasteType: "PASTE_NORMAL" } }];
      }
      // One copied row fills all the rows that are selected.
      const height = Math.max(run.end - run.start, box.bottom - box.top);
      const width = right - left;
      const destination = this.#range(target.index, target.index + height, column, column + width);
      return [{ copyPaste: { source, destination, pasteType: "PASTE_NORMAL" } }];
    });
  }

  /** @param {string[][]} values */
  #pasteText(values) {
    const { id, column } = this.#start();
    return this.#api.type(() => {
      const row = this.#model.row(id);
      if (row === undefined) return null;
      const right = columnLetters(column + (values[0]?.length ?? 1) - 1);
      const a1 = `${columnLetters(column)}${row.index + 1}:${right}${row.index + values.length}`;
      return { title: this.#title(), a1, values };
    });
  }

  #start() {
    const { box, rows } = this.#selection;
    return { id: rows[0]?.id ?? 0, column: box.left };
  }

  /** @param {readonly number[]} ids */
  #indices(ids) {
    return ids.flatMap((id) => this.#model.row(id)?.index ?? []);
  }

  #title() {
    const { frame } = this.#model;
    return frame?.tabs.find(({ sheetId }) => sheetId === frame.sheetId)?.title ?? "";
  }

  #sheet() {
    return { sheetId: this.#model.frame?.sheetId ?? 0 };
  }

  /**
   * @param {number} top
   * @param {number} bottom
   * @param {number} left
   * @param {number} right
   */
  #range(top, bottom, left, right) {
    return {
      ...this.#sheet(),
      startRowIndex: top,
      endRowIndex: bottom,
      startColumnIndex: left,
      endColumnIndex: right,
    };
  }
}
