/** What `--once` and `--plan` share: a cycle with a progress line, and a result for man or machine. @module */

import type { CycleDeps } from "../mirror/context.ts";
import { runCycle } from "../mirror/cycle.ts";
import { ACCEPTABLE_GUARDS } from "../mirror/findings.ts";
import type { CycleReport } from "../mirror/report.ts";
import { maskWhile } from "../text/mask_while.ts";
import type { Masker } from "../text/secrets.ts";
import { type CliContext, paintFor } from "./context.ts";
import { maskedJson } from "./mask.ts";
import type { CommandOf } from "./options.ts";
import { startProgress } from "./progress.ts";
import type { RowOptions } from "./render_row.ts";
import { reportJson } from "./render_report.ts";
import { stopsText } from "./render_stop.ts";
import type { Session } from "./session.ts";
import { leavePausedOut } from "./tabs.ts";

type CycleCommand = CommandOf<"once"> | CommandOf<"plan">;

/** How the cycle is run; the lease gives fence and signal where it is held. */
export type CycleRun =
  & { readonly apply: boolean; readonly masker: Masker }
  & Pick<CycleDeps, "fence" | "signal">;

/** Runs one cycle as the command line wants it. */
export async function cycleOf(
  session: Session,
  { direction, tabs, accept }: CycleCommand,
  { clock, random, stderr }: CliContext,
  { apply, ...run }: CycleRun,
): Promise<CycleReport> {
  const { db, client, contract } = session;
  const open = leavePausedOut(session, tabs, (text) => stderr.write(`atlas-mirror: ${text}\n`));
  await using progress = startProgress(stderr, clock);
  const onProgress: CycleDeps["onProgress"] = (step) => progress.tell(step);
  return await runCycle({ db, client, contract, clock, random, onProgress, ...run }, {
    direction,
    tabs: open,
    accept: ACCEPTABLE_GUARDS.filter((guard) => accept.includes(guard)),
    apply,
  });
}

/**
 * Prints a report on standard output, with secrets masked: JSON, or what `render` makes of it. Where
 * nobody watches that, standard error tells what was stopped and why, as it tells any error.
 */
export async function printReport(
  report: CycleReport,
  { json, color, kind }: CycleCommand,
  { stdout, stderr, env }: CliContext,
  masker: Masker,
  render: (options: RowOptions) => string,
): Promise<void> {
  const options = { paint: paintFor(stdout, color, env), width: stdout.columns };
  stdout.write(
    json
      ? await maskedJson(masker, reportJson(report, { plans: kind === "plan" }))
      : await maskWhile(masker, (mask) => render({ ...options, mask })),
  );
  if (json || !stdout.isTerminal) {
    stderr.write(await maskWhile(masker, (mask) => stopsText(report.tabs, mask)));
  }
}
