/** Who may change which cells: protected ranges, judged for one caller. @module */

import type { Dimension, Sheet } from "./book.ts";
import { type ApiError, invalid } from "./errors.ts";
import type { Message } from "./messages.ts";
import { type Area, type GridRange, spansMeet } from "./ranges.ts";

/** Who is calling. */
export type Identity =
  /** The person the file belongs to: no protection stops them. */
  | "owner"
  /** A person the file is shared with for editing. */
  | "editor"
  /** The machine account: an editor whose address may stand among a protected range's editors. */
  | "service-account";

/** A caller with the address by which protected ranges know them. */
export interface Caller {
  readonly identity: Identity;
  readonly email: string;
}

/** 400: what the caller wants to change is protected against them. */
function protectedAgainst(): ApiError {
  return invalid(
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to " +
      "remove protection if you need to edit.",
  );
}

interface Rectangle {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

function rectangleOf(range: GridRange): Rectangle {
  return {
    top: range.startRowIndex ?? 0,
    bottom: range.endRowIndex ?? Infinity,
    left: range.startColumnIndex ?? 0,
    right: range.endColumnIndex ?? Infinity,
  };
}

/** The part that two rectangles share; null: none. */
function intersect(a: Rectangle, b: Rectangle): Rectangle | null {
  const shared = {
    top: Math.max(a.top, b.top),
    bottom: Math.min(a.bottom, b.bottom),
    left: Math.max(a.left, b.left),
    right: Math.min(a.right, b.right),
  };
  return shared.top < shared.bottom && shared.left < shared.right ? shared : null;
}

/** What is left of a rectangle when a hole is cut out: up to four pieces. */
function cutOut(from: Rectangle, hole: Rectangle): Rectangle[] {
  const cut = intersect(from, hole);
  if (cut === null) return [from];
  return [
    { ...from, bottom: cut.top },
    { ...from, top: cut.bottom },
    { ...from, top: cut.top, bottom: cut.bottom, right: cut.left },
    { ...from, top: cut.top, bottom: cut.bottom, left: cut.right },
  ].filter((piece) => piece.top < piece.bottom && piece.left < piece.right);
}

/** Whether a range has no sides at all, which is how a protected sheet is written. */
export function isWholeSheet(range: GridRange): boolean {
  return range.startRowIndex === undefined && range.endRowIndex === undefined &&
    range.startColumnIndex === undefined && range.endColumnIndex === undefined;
}

/** Stops a caller at what is protected against them. */
export class Guard {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  get email(): string {
    return this.#caller.email;
  }

  /** Whether the caller may change what the range protects, and the range itself. */
  mayEdit(range: Message<"ProtectedRange">): boolean {
    return this.#caller.identity === "owner" || range.warningOnly === true ||
      (range.editors?.users ?? []).includes(this.#caller.email);
  }

  #hindrances(sheet: Sheet): readonly Message<"ProtectedRange">[] {
    return sheet.rules.protectedRanges.filter((range) => !this.mayEdit(range));
  }

  /** Refuses unless every cell of the area may be changed. */
  cells(area: Area): void {
    for (const hindrance of this.#hindrances(area.sheet)) {
      const shared = intersect(area, rectangleOf(hindrance.range ?? {}));
      if (shared === null) continue;
      const holes = (hindrance.unprotectedRanges ?? []).map(rectangleOf);
      const left = holes.reduce(
        (pieces, hole) => pieces.flatMap((piece) => cutOut(piece, hole)),
        [shared],
      );
      if (left.length > 0) throw protectedAgainst();
    }
  }

  /** Refuses unless the rows or columns from `start` to before `end` may be removed or moved. */
  bands(sheet: Sheet, dimension: Dimension, start: number, end: number): void {
    const rows = dimension === "ROWS";
    this.cells({
      sheet,
      top: rows ? start : 0,
      bottom: rows ? end : sheet.rowCount,
      left: rows ? 0 : start,
      right: rows ? sheet.columnCount : end,
    });
  }

  /** Refuses where rows or columns put in at `at` would fall inside a protected range. */
  insertion(sheet: Sheet, dimension: Dimension, at: number): void {
    for (const { range } of this.#hindrances(sheet)) {
      const [start, end] = dimension === "ROWS"
        ? [range?.startRowIndex, range?.endRowIndex]
        : [range?.startColumnIndex, range?.endColumnIndex];
      // The line before and the line behind are both protected: the new one would be as well.
      if (at > 0 && spansMeet(start, end, at - 1, at) && spansMeet(start, end, at, at + 1)) {
        throw protectedAgainst();
      }
    }
  }

  /** Refuses where anything in the sheet is protected. */
  wholeSheet(sheet: Sheet): void {
    if (this.#hindrances(sheet).length > 0) throw protectedAgainst();
  }

  /** Refuses where the sheet itself is protected: its title, its place, its properties. */
  sheetItself(sheet: Sheet): void {
    const isProtected = this.#hindrances(sheet).some(({ range }) => isWholeSheet(range ?? {}));
    if (isProtected) throw protectedAgainst();
  }

  /** Refuses where the protected range itself is not the caller's to change. */
  protection(range: Message<"ProtectedRange">): void {
    if (!this.mayEdit(range)) throw protectedAgainst();
  }
}
