/** What a topic of the benchmark is given and hands in. @module */

import type { Measurement } from "./figure.ts";

/** How much is measured. */
export interface Extent {
  /** Rounds that count. */
  readonly rounds: number;
  /** The whole benchmark, or only enough to see that it works. */
  readonly quick: boolean;
  /** A folder that is gone afterwards. */
  readonly folder: string;
}

/** Thrown where a topic cannot be measured on this machine. */
export class NotHere extends Error {
  override readonly name = "NotHere";
}

/** Measures, and hands in each figure as soon as it is there. */
export type Topic = (extent: Extent) => AsyncIterable<Measurement>;
