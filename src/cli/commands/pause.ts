/** `--pause` and `--resume`: a tab that is left out for a while. @module */

import { isoTime } from "../../base/clock.ts";
import { openDatabase } from "../../store/database.ts";
import { requireSchema } from "../../store/migrations.ts";
import { pauseTab, resumeTab } from "../../store/pauses.ts";
import { loadConfig } from "../config.ts";
import type { CliContext } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { CommandOf } from "../options.ts";
import { checkTabs } from "../tabs.ts";

/** Notes the pause, or its end, for the daemon and for `--once`, and says so. */
export async function runPause(
  { kind, tab, config: path }: CommandOf<"pause" | "resume">,
  context: CliContext,
): Promise<ExitCode> {
  const config = await loadConfig(path, context);
  // A pause may outlive its tab in the contract, and must still be taken back.
  if (kind === "pause") checkTabs(config.contract, [tab], kind);
  using db = openDatabase(config.database, { mode: "write" });
  requireSchema(db);
  const since = isoTime(context.clock.now());
  const hasChanged = kind === "pause"
    ? pauseTab(db, { tab, since, reason: "paused by hand" })
    : resumeTab(db, tab);
  context.stdout.write(`${SENTENCES[kind][hasChanged ? "done" : "nothing"](tab)}\n`);
  return EXIT.done;
}

const SENTENCES = {
  pause: {
    done: (tab: string) => `Paused ${tab}: it is left out until --resume ${tab}.`,
    nothing: (tab: string) => `${tab} is paused already.`,
  },
  resume: {
    done: (tab: string) => `Resumed ${tab}: a running daemon syncs it within a minute.`,
    nothing: (tab: string) => `${tab} is not paused.`,
  },
} as const;
