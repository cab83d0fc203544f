/** `--demo`: a guided round trip. @module */

import { type CliContext, paintFor } from "../context.ts";
import { openStage, type Stage } from "../demo/stage.ts";
import { tellStory } from "../demo/story.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { TabReport } from "../../mirror/report.ts";
import type { CommandOf } from "../options.ts";
import { renderReport } from "../render_report.ts";

/** Wider lines are hard to read. */
const COLUMNS_MAX = 100;

/** How long people wait for the mirror, where nobody counts requests. */
const PAUSE_MS = 5_000;

/** Tells the story; on a terminal people can then go on with it, until they ask the program to stop. */
export async function runDemo(command: CommandOf<"demo">, context: CliContext): Promise<ExitCode> {
  const { stdout } = context;
  await using stage = await openStage(context);
  const isTrue = await tellStory(stage, {
    paint: paintFor(stdout, command.color, context.env),
    write: (text) => stdout.write(text),
    width: Math.min(stdout.columns, COLUMNS_MAX),
  });
  if (!command.once && stdout.isTerminal) await stayOpen(stage, command, context);
  return isTrue ? EXIT.done : EXIT.failed;
}

/** Lets people try the spreadsheet in a browser, with the mirror on its other side. */
async function stayOpen(
  stage: Stage,
  command: CommandOf<"demo">,
  { stdout, clock, signal, env }: CliContext,
): Promise<void> {
  stdout.write(
    "\nThe spreadsheet is open. Try it in a browser, as Olga or as Erik:\n\n" +
      `  ${stage.url}?as=owner\n  ${stage.url}?as=editor\n\n` +
      `The mirror looks every ${PAUSE_MS / 1000} seconds, until you press Ctrl-C.\n`,
  );
  const options = {
    paint: paintFor(stdout, command.color, env),
    width: Math.min(stdout.columns, COLUMNS_MAX),
    mask: (text: string) => text,
  };
  for (;;) {
    try {
      await clock.sleep(PAUSE_MS, signal);
      const report = await stage.cycle();
      if (report.tabs.some(({ status, ...tab }) => status !== "ok" || hasDone(tab))) {
        stdout.write(`\n${renderReport(report, options)}`);
      }
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
  }
}

function hasDone(tab: Omit<TabReport, "status">): boolean {
  const { imported, exported, added, removed, archived, refused, restored, conflicts } = tab;
  return imported + exported + added + removed + archived + refused + restored + conflicts > 0;
}
