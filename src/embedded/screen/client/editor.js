/**
 * The field in which a cell is edited. It lies over the grid and belongs to a row, not to a place on
 * the screen, so that typing goes on undisturbed while others change the sheet.
 *
 * @module
 */

/** @import { Place } from "./types.d.ts" */

/**
 * @typedef {object} Session
 * @property {Place} place
 * @property {HTMLTextAreaElement | HTMLSelectElement} field
 * @property {string} before
 */

/**
 * Where the selection goes when an edit is kept.
 *
 * @typedef {"stay" | "down" | "up" | "right" | "left"} Then
 */

/** Edits one cell at a time. */
export class Editor {
  /** @type {HTMLElement} */
  #layer;
  /** @type {(place: Place) => HTMLElement | null} */
  #find;
  /** @type {(place: Place, text: string | null, then: Then) => void} */
  #finish;
  /** @type {Session | null} */
  #session = null;

  /**
   * @param {HTMLElement} layer what the field is put into
   * @param {(place: Place) => HTMLElement | null} find the element of a cell, if it is in sight
   * @param {(place: Place, text: string | null, then: Then) => void} finish is told how it ended;
   * null: nothing is to be written
   */
  constructor(layer, find, finish) {
    this.#layer = layer;
    this.#find = find;
    this.#finish = finish;
  }

  get isOpen() {
    return this.#session !== null;
  }

  /**
   * @param {Place} place
   * @param {string} before what stands there
   * @param {{ text: string, options: readonly string[] | null, label: string }} how `text` is what the
   * field starts with; null options: anything can be typed
   */
  open(place, before, { text, options, label }) {
    this.close();
    const field = options === null ? textField(text) : choiceField(text, options);
    field.className = "editor";
    field.setAttribute("aria-label", label);
    this.#session = { place, field, before };
    field.addEventListener("keydown", (event) => this.#key(/** @type {KeyboardEvent} */ (event)));
    field.addEventListener("blur", () => this.#end(true, "stay"));
    if (field instanceof HTMLSelectElement) {
      field.addEventListener("change", () => this.#end(true, "stay"));
    }
    this.#layer.append(field);
    this.follow();
    field.focus();
    if (field instanceof HTMLTextAreaElement) field.setSelectionRange(text.length, text.length);
    else {
      // Not every browser shows the words of a field that nobody has clicked.
      try {
        field.showPicker();
      } catch {
        // The arrow keys choose as well.
      }
    }
  }

  /** Puts the field over its cell again, wherever that is now. */
  follow() {
    if (this.#session === null) return;
    const { field, place } = this.#session;
    const cell = this.#find(place)?.getBoundingClientRect();
    // Out of sight the field waits where it was.
    if (cell === undefined) return;
    const { left, top } = this.#layer.getBoundingClientRect();
    field.style.left = `${cell.left - left}px`;
    field.style.top = `${cell.top - top}px`;
    field.style.minWidth = `${cell.width}px`;
    field.style.minHeight = `${cell.height}px`;
  }

  /** Keeps what was typed. */
  close() {
    this.#end(true, "stay");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key, shiftKey } = event;
    event.stopPropagation();
    if (event.isComposing) return;
    if (key === "Escape") this.#end(false, "stay");
    else if (key === "Tab") this.#end(true, shiftKey ? "left" : "right");
    else if (key === "Enter" && !event.altKey) this.#end(true, shiftKey ? "up" : "down");
    else if (key === "Enter" && event.target instanceof HTMLTextAreaElement) {
      event.target.setRangeText(
        "\n",
        event.target.selectionStart,
        event.target.selectionEnd,
        "end",
      );
    } else return;
    event.preventDefault();
  }

  /**
   * @param {boolean} isKept
   * @param {Then} then
   */
  #end(isKept, then) {
    const session = this.#session;
    if (session === null) return;
    // Taking the field away blurs it, which would end the edit a second time.
    this.#session = null;
    const text = session.field.value;
    session.field.remove();
    this.#finish(session.place, isKept && text !== session.before ? text : null, then);
  }
}

/** @param {string} text */
function textField(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.spellcheck = false;
  field.rows = 1;
  return field;
}

/**
 * @param {string} text
 * @param {readonly string[]} options
 */
function choiceField(text, options) {
  const field = document.createElement("select");
  const known = options.includes(text) ? options : [text, ...options];
  field.append(...known.map((word) => new Option(word, word, word === text, word === text)));
  return field;
}
