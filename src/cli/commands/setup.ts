/** `--setup`: brings the spreadsheet into the shape of the contract. @module */

import { tabFingerprint } from "../../contract/fingerprint.ts";
import { setup } from "../../sheets/setup.ts";
import { readIdentity } from "../../store/identity.ts";
import { loadTabStates, putTabState } from "../../store/tabs.ts";
import type { CliContext } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { CommandOf } from "../options.ts";
import { openSession, type Session } from "../session.ts";
import { runProbe } from "./probe.ts";
import { withLease } from "../../service/with_lease.ts";

/** Lays the tabs out, remembers where they are, and says what was done; or only probes the API. */
export async function runSetup(
  command: CommandOf<"setup">,
  context: CliContext,
): Promise<ExitCode> {
  if (command.probe) return await runProbe(command, context);
  using session = await openSession(command, context);
  const done = await withLease(
    session.db,
    context,
    { wait: false },
    ({ signal }) => setUp(session, command, signal),
  );
  const said = done.length === 0 ? ["The spreadsheet is ready; nothing to do."] : done;
  context.stdout.write(said.join("\n") + "\n");
  return EXIT.done;
}

/** What `--setup` does, also for `--demo`; returns a sentence for each thing done. */
export async function setUp(
  { db, client, contract }: Omit<Session, keyof Disposable>,
  { tabs, repair }: { readonly tabs: readonly string[] | null; readonly repair: boolean },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const wanted = contract.tabs.filter(({ title }) => tabs === null || tabs.includes(title));
  const states = loadTabStates(db);
  const result = await setup(client, { ...contract, tabs: wanted }, {
    mark: readIdentity(db),
    serviceEmail: client.email,
    repair,
    known: new Map([...states].map(([tab, { sheetId }]) => [tab, sheetId])),
  }, signal);
  for (const tab of wanted) {
    const laid = result.tabs.find((candidate) => candidate.tab === tab.title);
    if (laid === undefined) continue;
    const state = states.get(tab.title);
    // The base of a tab that was synced stays as it was written: under its own contract and zone.
    putTabState(db, {
      ...laid,
      zone: state?.zone ?? result.timeZone,
      fingerprint: state?.fingerprint ?? tabFingerprint(tab),
    });
  }
  return result.done;
}
