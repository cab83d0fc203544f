/** Plays one history from its first row to its last cycle. @module */

import type { CycleOptions } from "../../src/mirror/context.ts";
import type { History, Turn } from "./history.ts";
import { BOTH, Stage } from "./stage.ts";
import type { Tally } from "./tally.ts";

function optionsOf(mode: Turn["mode"]): CycleOptions {
  switch (mode) {
    case "both":
      return BOTH;
    case "import":
    case "export":
      return { ...BOTH, direction: mode };
    case "urgent":
      return { ...BOTH, tabs: ["Errors_Hotlist"], urgentOnly: ["Errors_Hotlist"] };
    case "plan":
      return { ...BOTH, apply: false };
  }
}

/**
 * Plays the history. The same history always takes the same course.
 *
 * @throws {Violation} with the story, where an invariant does not hold.
 */
export async function play(history: History, tally: Tally): Promise<readonly string[]> {
  await using stage = await Stage.open(history, tally);
  for (const turn of history.turns) {
    if (turn === null) continue;
    await stage.clock.pass(turn.wait * 60_000);
    for (const act of turn.acts) await stage.act(act);
    tally.hit("mode", turn.mode);
    const outcome = await stage.process(optionsOf(turn.mode), turn);
    stage.check();
    if (outcome.kind === "report" && turn.isAttended) await stage.attend(outcome.report);
    stage.check();
  }
  await stage.rest();
  return stage.story;
}
