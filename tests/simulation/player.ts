/**
 * Plays histories in a process of its own: a seed a line on standard input, and for each a line of JSON
 * on standard output. Nothing that one history leaves behind can then reach those of another player.
 *
 * @module
 */

import process from "node:process";
import { createInterface } from "node:readline";
import { messageOf } from "../../src/base/errors.ts";
import { historyOf } from "./history.ts";
import { play } from "./play.ts";
import { Violation } from "./stage.ts";
import { Tally } from "./tally.ts";

for await (const line of createInterface({ input: process.stdin })) {
  const seed = Number(line);
  const tally = new Tally();
  let failure: string | null = null;
  try {
    await play(historyOf(seed), tally);
  } catch (thrown) {
    const isDefect = thrown instanceof Error && !(thrown instanceof Violation);
    failure = isDefect ? thrown.stack ?? thrown.message : messageOf(thrown);
  }
  console.log(JSON.stringify({ seed, failure, tally: tally.entries() }));
}
