/** A replica of the spreadsheet that lags behind: it answers reads as they were answered a moment ago. @module */

import type { BookTab } from "./look.ts";

/** It lags behind by so much at most. */
const LAG_MS = 60_000;
/** Answers that are kept for a path; an older one is never asked for. */
const KEPT = 4;

interface Answer {
  readonly text: string;
  /** How many writes there were before it. */
  readonly writes: number;
  readonly at: number;
}

/** The answers that were given, and what the tabs looked like then. */
export class Replica {
  readonly #answers = new Map<string, readonly Answer[]>();
  readonly #books = new Map<string, readonly BookTab[]>();
  #writes = 0;

  noteWrite(): void {
    this.#writes++;
  }

  noteAnswer(path: string, text: string, book: readonly BookTab[], at: number): void {
    const known = this.#answers.get(path) ?? [];
    this.#answers.set(path, [...known, { text, writes: this.#writes, at }].slice(-KEPT));
    this.#books.set(text, book);
  }

  /** An answer to the read from before the last write; null: there is none that is young enough. */
  staleAnswer(path: string, now: number): string | null {
    const found = this.#answers.get(path)?.findLast(({ writes, at }) =>
      writes < this.#writes && at >= now - LAG_MS
    );
    return found?.text ?? null;
  }

  /** What the tabs looked like when this answer was given. */
  bookOf(answer: string): readonly BookTab[] {
    return this.#books.get(answer) ?? [];
  }
}
