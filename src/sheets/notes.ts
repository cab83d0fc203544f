/**
 * Notes on cells. People write notes too, and the mirror's stands among theirs: it is one line with a
 * word in front by which it is known again, and nothing else of a note is ever touched.
 *
 * @module
 */

/** In front of everything of ours that has a name or a text: notes, protected ranges. */
export const OUR_PREFIX = "atlas-mirror: ";

/** Whether the mirror has said something in the note. */
export function hasOurs(note: string): boolean {
  return note.split("\n").some((line) => line.startsWith(OUR_PREFIX));
}

/**
 * The note with `text` as the mirror's line in the place of an earlier one; null takes it out. What
 * people wrote stays as it is.
 *
 * ```ts
 * import { withOurs } from "./notes.ts";
 *
 * const noted = withOurs("ask Ada first", "refused: not a state");
 * if (noted !== "ask Ada first\natlas-mirror: refused: not a state") throw new Error(noted);
 * if (withOurs(noted, null) !== "ask Ada first") throw new Error("a human's note was touched");
 * ```
 */
export function withOurs(note: string, text: string | null): string {
  const theirs = note.split("\n").filter((line) => !line.startsWith(OUR_PREFIX)).join("\n");
  if (text === null) return hasOurs(note) ? theirs : note;
  const line = OUR_PREFIX + text.replaceAll(/\s+/g, " ");
  return theirs === "" ? line : `${theirs}\n${line}`;
}
