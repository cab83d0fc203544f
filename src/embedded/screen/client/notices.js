/** What the page says beside a cell: its note, or why a change was refused. @module */

/** @param {string} id */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element "${id}"`);
  return element;
}

/** Pixels between a cell and what is said about it, and to the edge of the window. */
const MARGIN = 6;

/**
 * Puts a box beside an element, inside the window; below it where there is room.
 *
 * @param {HTMLElement} box
 * @param {Element | null} beside null: the middle of the window
 */
function place(box, beside) {
  box.hidden = false;
  const { width, height } = box.getBoundingClientRect();
  const middle = new DOMRect((innerWidth - width) / 2, innerHeight / 3, 0, 0);
  const target = beside?.getBoundingClientRect() ?? middle;
  const below = target.bottom + MARGIN;
  const top = below + height <= innerHeight ? below : target.top - height - MARGIN;
  const left = Math.min(target.left, innerWidth - width - MARGIN);
  box.style.top = `${Math.max(MARGIN, top)}px`;
  box.style.left = `${Math.max(MARGIN, left)}px`;
}

/** Notes and refusals. */
export class Notices {
  #note = byId("note");
  #callout = byId("callout");
  #news = byId("news");

  constructor() {
    this.#callout.addEventListener("click", () => this.forgive());
  }

  /**
   * Shows the note of a cell.
   *
   * @param {string} text
   * @param {Element} cell
   */
  showNote(text, cell) {
    this.#note.textContent = text;
    place(this.#note, cell);
  }

  hideNote() {
    this.#note.hidden = true;
  }

  /**
   * Says why something was not done. It stays until the next thing is done.
   *
   * @param {string} reason
   * @param {Element | null} cell
   */
  refuse(reason, cell) {
    this.hideNote();
    this.#callout.textContent = reason;
    place(this.#callout, cell);
  }

  forgive() {
    this.#callout.hidden = true;
  }

  /**
   * Tells what others have done.
   *
   * @param {string} text
   */
  tell(text) {
    this.#news.textContent = text;
  }
}
