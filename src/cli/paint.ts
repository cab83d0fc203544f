/** Colour as an argument, so that printed text can be made and tested without a terminal. @module */

import { styleText } from "node:util";

/** What a colour says. */
export type Tone =
  /** A title. */
  | "strong"
  /** Beside the point. */
  | "faint"
  /** It comes in. */
  | "good"
  /** It changes. */
  | "change"
  /** It goes out, was refused or failed. */
  | "bad"
  /** It was put back, or needs a look. */
  | "warn";

/** Gives a text its colour, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

/** For files, pipes and `NO_COLOR`. */
export const plain: Paint = (_tone, text) => text;

const STYLES = {
  strong: "bold",
  faint: "dim",
  good: "green",
  change: "cyan",
  bad: "red",
  warn: "yellow",
} as const satisfies Record<Tone, string>;

/** For a terminal. */
export const coloured: Paint = (tone, text) =>
  styleText(STYLES[tone], text, { validateStream: false });
