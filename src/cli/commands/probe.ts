/** `--setup --probe`: tries on the real thing what the mirror assumes of it. @module */

import { isoTime } from "../../base/clock.ts";
import { withLease } from "../../service/with_lease.ts";
import { probe, type ProbeFinding, type ProbeResult } from "../../sheets/probe.ts";
import { writeProbe } from "../../store/probe.ts";
import { type CliContext, paintFor } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { CommandOf } from "../options.ts";
import type { Paint } from "../paint.ts";
import { openSession } from "../session.ts";

/** Probes, keeps the result for the cycles to come, and tells it. */
export async function runProbe(
  command: CommandOf<"setup">,
  context: CliContext,
): Promise<ExitCode> {
  using session = await openSession(command, context);
  const { db, client } = session;
  const { stdout, stderr, clock, random, env } = context;
  const result = await withLease(db, context, { wait: false }, async ({ signal, fence }) => {
    const found = await probe(client, random, ({ says }) => {
      if (stderr.isTerminal) stderr.write(`Trying: ${says} …\n`);
    }, signal);
    db.transaction(() => {
      fence();
      writeProbe(db, {
        at: isoTime(clock.now()),
        anchorsHold: found.anchorsHold,
        broken: found.findings.flatMap(({ assumption: { name, says }, seen }) =>
          seen === null ? [] : [{ name, says, seen }]
        ),
      });
    });
    return found;
  });
  stdout.write(renderProbe(result, paintFor(stdout, command.color, env)));
  return result.findings.every(({ seen }) => seen === null) ? EXIT.done : EXIT.guarded;
}

/** The result in plain words. */
export function renderProbe(
  { findings, anchorsHold, leftBehind }: ProbeResult,
  paint: Paint,
): string {
  const broken = findings.filter(({ seen }) => seen !== null).length;
  const lines = [
    ...findings.flatMap((finding) => renderFinding(finding, paint)),
    "",
    broken === 0
      ? "All that the mirror assumes of the Sheets API holds in this spreadsheet."
      : `${broken} of ${findings.length} assumptions do not hold in this spreadsheet.`,
    ...(anchorsHold ? [] : [
      "Rows cannot be told apart by their anchors: from now on the mirror adds new rows, leaves " +
      "standing ones as they are, and reports what it would have to write in them.",
    ]),
    leftBehind === null
      ? "The scratch tab is gone again."
      : `The scratch tab could not be taken away: delete "${leftBehind}" by hand.`,
  ];
  return lines.join("\n") + "\n";
}

function renderFinding({ assumption, seen }: ProbeFinding, paint: Paint): readonly string[] {
  if (seen === null) return [`${paint("good", "holds ")}  ${assumption.says}`];
  return [
    `${paint("bad", "BROKEN")}  ${assumption.says}`,
    `        seen: ${seen}`,
    `        ${assumption.otherwise}`,
  ];
}
