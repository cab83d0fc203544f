/** IDs that look alike to a person and are not the same: pasted with a blank, retyped in capitals. @module */

import type { RowId } from "../contract/cell.ts";

/** The ID that was probably meant, and in what the one that was found differs from it. */
export interface NearId {
  readonly id: RowId;
  readonly by: "blanks" | "capital letters" | "characters that cannot be seen";
}

/** Format characters (zero-width, direction, soft hyphen), controls and variation selectors. */
const INVISIBLE = /[\p{Cf}\p{Cc}\u{fe00}-\u{fe0f}\u{115f}\u{1160}\u{3164}\u{ffa0}]/gu;

const visible = (text: string) => text.normalize("NFKC").replaceAll(INVISIBLE, "");
const unspaced = (text: string) => visible(text).replaceAll(/\s/gu, "");
const folded = (text: string) => unspaced(text).toLowerCase();

/**
 * Finds the known ID that a text was probably meant to be. The table for that is made when it is first
 * asked for, which in most cycles is never.
 *
 * ```ts
 * import { rowId } from "../contract/cell.ts";
 * import { nearestId } from "./near_id.ts";
 *
 * const near = nearestId(new Set([rowId("run-7")]));
 * if (near("Run-7 ")?.by !== "capital letters") throw new Error("not recognised");
 * if (near("run-8") !== null) throw new Error("another ID is no slip");
 * ```
 */
export function nearestId(known: ReadonlySet<RowId>): (text: string) => NearId | null {
  let byFolded: Map<string, RowId | null> | null = null;
  return (text) => {
    if (byFolded === null) {
      byFolded = new Map();
      for (const id of known) {
        const key = folded(id);
        // Two that look alike: neither can be said to be meant.
        byFolded.set(key, byFolded.has(key) ? null : id);
      }
    }
    const key = folded(text);
    const id = key === "" ? null : byFolded.get(key) ?? null;
    if (id === null) return null;
    if (visible(text) === visible(id)) return { id, by: "characters that cannot be seen" };
    return { id, by: unspaced(text) === unspaced(id) ? "blanks" : "capital letters" };
  };
}
