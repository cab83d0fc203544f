/** A replica of the spreadsheet that lags behind: it answers reads from before the last write. @module */

import { seededRandom } from "../../src/base/random.ts";
import type { Clock } from "../../src/base/clock.ts";
import type { Workbook } from "../../src/embedded/book.ts";
import { startEmbedded } from "../../src/embedded/server.ts";

/** It lags behind by so much at most. */
const LAG_MS = 60_000;

/** What the replica still shows, and what was known then. */
interface Lag<Known> {
  readonly book: Workbook;
  readonly known: Known;
  readonly at: number;
}

/** The spreadsheet as it was before the last write of the mirror. */
export class Replica<Known> {
  readonly #clock: Clock;
  #lag: Lag<Known> | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The mirror is about to write. A workbook is never changed in place, so it can be kept. */
  noteWrite(book: Workbook, known: Known): void {
    this.#lag = { book, known, at: this.#clock.now() };
  }

  /** Answers a read from before the last write; null: everybody sees that write by now. */
  async answer(request: Request): Promise<{ response: Response; known: Known } | null> {
    const lag = this.#lag;
    if (lag === null || this.#clock.now() - lag.at > LAG_MS) return null;
    await using sheet = await startEmbedded({
      storage: ":memory:",
      book: lag.book,
      clock: this.#clock,
      random: seededRandom(1),
    });
    // Its own tokens are other ones, and who may read was asked before.
    const headers = { authorization: "Bearer service-account" };
    const response = await sheet.handle(new Request(request.url, { headers }));
    return { response, known: lag.known };
  }
}
