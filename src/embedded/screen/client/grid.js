/**
 * The tab on the screen. Tabulator draws the rows that are in sight, keeps the header and the row
 * numbers in place and lets columns be resized; what a cell looks like is decided here.
 *
 * @module
 */

/** @import { Model } from "./model.js" */
/** @import { Selection } from "./selection.js" */
/** @import { TabulatorCell, TabulatorColumn, TabulatorTable } from "./tabulator.d.ts" */
/** @import { GridRow, Place } from "./types.d.ts" */
import { colourOf, columnLetters, isProtected } from "./rules.js";

/** Pixels of the column with the row numbers. */
const NUMBER_WIDTH = 52;

/** A share of a page stays in sight when it is turned. */
const PAGE_SHARE = 0.9;

/** How a usual row is high, to guess how many fit. */
const ROW_PIXELS = 30;

/** Windows above and below the one that is seen, drawn ahead. With less, low rows at the end of a tab
 * of high ones leave a gap, for Tabulator guesses from the first rows. */
const WINDOWS_AHEAD = 1.5;

/** Finding a row takes a look at every one; from here on, drawing all of them anew is cheaper. */
const REDRAWN_MAX = 200;

/** Draws a model. */
export class Grid {
  /** @type {HTMLElement} */
  #host;
  /** @type {Model} */
  #model;
  /** @type {Selection} */
  #selection;
  /** @type {TabulatorTable} */
  #table;
  #columns = "";
  /** @type {Promise<void>} */
  #ready;
  /** @type {readonly GridRow[]} */
  #shown = [];
  #hasFocus = false;

  /**
   * @param {HTMLElement} host
   * @param {Model} model
   * @param {Selection} selection
   */
  constructor(host, model, selection) {
    this.#host = host;
    this.#model = model;
    this.#selection = selection;
    this.#table = new globalThis.Tabulator(host, {
      index: "id",
      data: [],
      columns: [],
      height: "100%",
      layout: "fitData",
      keybindings: false,
      renderVerticalBuffer: Math.ceil(innerHeight * WINDOWS_AHEAD),
    });
    const { promise, resolve } = /** @type {PromiseWithResolvers<void>} */ (Promise
      .withResolvers());
    this.#ready = promise;
    this.#table.on("tableBuilt", () => {
      const body = host.querySelector(".tabulator-table");
      // The active cell has the focus; what it scrolls in needs none of its own.
      host.querySelector(".tabulator-tableholder")?.removeAttribute("tabindex");
      host.setAttribute("aria-label", "Cells");
      host.setAttribute("aria-multiselectable", "true");
      // Rows that come into sight were drawn for another selection.
      if (body !== null) {
        new MutationObserver(() => this.paint()).observe(body, { childList: true });
      }
      resolve();
    });
    host.addEventListener("focusin", ({ target }) => {
      this.#hasFocus = true;
      if (target === host) this.focus();
    });
    host.addEventListener("focusout", ({ relatedTarget }) => {
      // A cell that is scrolled out of the page takes the focus with it to nowhere.
      const goesElsewhere = relatedTarget instanceof Node && !host.contains(relatedTarget);
      if (goesElsewhere) this.#hasFocus = false;
    });
  }

  get host() {
    return this.#host;
  }

  /** Whether keys go to the grid. */
  get hasFocus() {
    return this.#hasFocus && !document.activeElement?.matches(".editor");
  }

  /** Puts the focus on the active cell, or on the whole grid where that cell is out of sight. */
  focus() {
    const target = this.#focusable(this.element(this.#selection.head)) ?? this.#host;
    target.tabIndex = 0;
    target.focus({ preventScroll: true });
  }

  /**
   * What has the focus when a cell is active: a header cell is part of its column's header.
   *
   * @param {HTMLElement | null} element
   * @returns {HTMLElement | null}
   */
  #focusable(element) {
    return element?.closest('[role="columnheader"]') ?? element;
  }

  /** Rows that fit on the screen. */
  get pageRows() {
    const height = this.#host.querySelector(".tabulator-tableholder")?.clientHeight ?? 0;
    return Math.max(1, Math.floor(height / ROW_PIXELS * PAGE_SHARE));
  }

  /**
   * The element of a cell; null: it is out of sight.
   *
   * @param {Place} place
   */
  element({ id, column }) {
    return /** @type {HTMLElement | null} */ (this.#host.querySelector(
      `[data-at="${id}:${column}"]`,
    ));
  }

  /**
   * The cell that an element belongs to; null: none.
   *
   * @param {EventTarget | null} target
   * @returns {{ place: Place, element: HTMLElement } | null}
   */
  placeOf(target) {
    const found = target instanceof Element ? target.closest("[data-at]") : null;
    if (!(found instanceof HTMLElement)) return null;
    const [id = 0, column = 0] = (found.dataset["at"] ?? "").split(":").map(Number);
    return { place: { id, column }, element: found };
  }

  /**
   * Draws everything anew.
   *
   * @param {readonly GridRow[]} rows
   */
  async draw(rows) {
    await this.#ready;
    const { frame } = this.#model;
    if (frame === null) return;
    this.#shown = rows;
    const columns = JSON.stringify([frame.sheetId, frame.widths]);
    if (columns !== this.#columns) {
      this.#columns = columns;
      this.#table.setColumns(this.#makeColumns());
    }
    this.#host.setAttribute("aria-rowcount", String(this.#model.rows.length));
    this.#host.setAttribute("aria-colcount", String(frame.widths.length));
    await this.#table.replaceData(rows);
    this.drawTitles();
    this.paint();
  }

  /**
   * Draws rows again that are in place.
   *
   * @param {readonly GridRow[]} rows
   */
  async redraw(rows) {
    if (rows.length > REDRAWN_MAX) return await this.draw(this.#shown);
    for (const row of rows) {
      const drawn = this.#table.getRow(row.id);
      if (drawn !== false) drawn.reformat();
    }
    this.drawTitles();
    this.paint();
  }

  /** Shows the header row in the column titles. */
  drawTitles() {
    const { frame, rows } = this.#model;
    const header = frame !== null && frame.frozenRows > 0 ? rows[0] : undefined;
    for (const title of this.#host.querySelectorAll(".title")) {
      if (!(title instanceof HTMLElement)) continue;
      const column = Number(title.dataset["column"]);
      const name = title.querySelector(".name");
      if (!(name instanceof HTMLElement)) continue;
      name.hidden = header === undefined;
      if (header === undefined || frame === null) continue;
      title.dataset["at"] = `${header.id}:${column}`;
      name.textContent = header.cells[column]?.text ?? "";
      title.classList.toggle("has-note", header.cells[column]?.note !== undefined);
      // A column counts as protected where its first cell below the header is.
      title.classList.toggle("is-protected", isProtected(frame, 1, column));
    }
  }

  /** Marks what is selected among the cells in sight. */
  paint() {
    const { head, box } = this.#selection;
    const isSingle = box.bottom - box.top === 1 && box.right - box.left === 1;
    for (const element of this.#host.querySelectorAll("[data-at]")) {
      const place = this.placeOf(element)?.place;
      if (place === undefined) continue;
      const isSelected = this.#selection.includes(place.id, place.column);
      const isHead = place.id === head.id && place.column === head.column;
      element.classList.toggle("is-selected", isSelected && !isSingle);
      element.classList.toggle("is-active", isHead);
      if (element.getAttribute("role") === "gridcell") {
        element.setAttribute("aria-selected", String(isSelected));
      }
    }
    this.#moveFocus();
  }

  /** Lets the Tab key find the active cell, and the focus follow it. */
  #moveFocus() {
    const active = this.#focusable(this.element(this.#selection.head));
    for (const old of this.#host.querySelectorAll('[tabindex="0"]')) {
      if (old !== active) old.removeAttribute("tabindex");
    }
    this.#host.tabIndex = active === null ? 0 : -1;
    if (active !== null) active.tabIndex = 0;
    const isLost = document.activeElement === document.body || document.activeElement === null;
    if (this.#hasFocus && (isLost || this.#host.contains(document.activeElement))) this.focus();
  }

  /** Brings the active cell into sight. */
  async reveal() {
    const { id, column } = this.#selection.head;
    const isHeader = this.element({ id, column })?.classList.contains("title") === true;
    const target = isHeader ? this.#shown[0]?.id : id;
    // Tabulator rejects where the row is not among those shown.
    if (target !== undefined) {
      await this.#table.scrollToRow(target, "nearest", false).catch(() => {});
    }
    this.#revealColumn(this.element({ id, column }));
    this.paint();
  }

  /** @param {HTMLElement | null} element */
  #revealColumn(element) {
    const holder = this.#host.querySelector(".tabulator-tableholder");
    if (element === null || holder === null) return;
    const cell = element.getBoundingClientRect();
    const view = holder.getBoundingClientRect();
    const left = view.left + NUMBER_WIDTH;
    if (cell.left < left) holder.scrollLeft -= left - cell.left;
    else if (cell.right > view.right) {
      holder.scrollLeft += Math.min(cell.right - view.right, cell.left - left);
    }
  }

  /**
   * Lets cells light up that others have changed.
   *
   * @param {readonly Place[]} places
   */
  flash(places) {
    for (const place of places) {
      this.element(place)?.animate([{ backgroundColor: "var(--flash)" }, {}], {
        duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 1600,
        easing: "ease-out",
      });
    }
  }

  /** @returns {TabulatorColumn[]} */
  #makeColumns() {
    const widths = this.#model.frame?.widths ?? [];
    return [
      {
        field: "number",
        title: "Row",
        width: NUMBER_WIDTH,
        frozen: true,
        resizable: false,
        headerSort: false,
        cssClass: "number",
        formatter: (cell) => this.#drawNumber(cell),
      },
      ...widths.map((width, column) => ({
        field: `c${column}`,
        title: columnLetters(column),
        width,
        resizable: true,
        headerSort: false,
        titleFormatter: () => makeTitle(column),
        /** @param {TabulatorCell} cell */
        formatter: (cell) => this.#drawCell(cell, column),
      })),
    ];
  }

  /** @param {TabulatorCell} cell */
  #drawNumber(cell) {
    const row = cell.getRow().getData();
    cell.getElement().setAttribute("role", "rowheader");
    cell.getElement().dataset["row"] = String(row.id);
    cell.getRow().getElement().setAttribute("aria-rowindex", String(row.index + 1));
    return String(row.index + 1);
  }

  /**
   * @param {TabulatorCell} drawn
   * @param {number} column
   */
  #drawCell(drawn, column) {
    const row = drawn.getRow().getData();
    const cell = row.cells[column] ?? null;
    const { frame } = this.#model;
    const text = cell?.text ?? "";
    const look = this.#model.look(cell);
    const colour = frame === null ? null : colourOf(frame, row.index, column, text);
    const element = drawn.getElement();
    element.id = `cell-${row.id}-${column}`;
    element.dataset["at"] = `${row.id}:${column}`;
    const isLocked = frame !== null && isProtected(frame, row.index, column);
    element.classList.toggle("has-note", cell?.note !== undefined);
    element.classList.toggle("has-options", look.options !== undefined && !isLocked);
    element.classList.toggle("is-protected", isLocked);
    element.setAttribute("aria-readonly", String(isLocked));
    const content = document.createElement("div");
    content.className = look.wrap === true ? "text wrap" : "text";
    content.textContent = text;
    if (text === "") return content;
    const { ground, ink, bold, italic } = { ...look, ...colour };
    if (ground !== undefined) content.classList.add("coloured");
    content.style.backgroundColor = ground ?? "";
    content.style.color = ink ?? "";
    content.style.fontWeight = bold === true ? "600" : "";
    content.style.fontStyle = italic === true ? "italic" : "";
    content.style.textAlign = look.align ?? "";
    return content;
  }
}

/** @param {number} column */
function makeTitle(column) {
  const title = document.createElement("div");
  title.className = "title";
  title.id = `title-${column}`;
  title.dataset["column"] = String(column);
  const letter = document.createElement("span");
  letter.className = "letter";
  letter.textContent = columnLetters(column);
  const name = document.createElement("span");
  name.className = "name";
  title.append(letter, name);
  return title;
}
