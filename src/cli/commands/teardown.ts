/** `--teardown`: takes the mirror out of spreadsheet and database again. @module */

import { withLease } from "../../service/with_lease.ts";
import { teardown } from "../../sheets/teardown.ts";
import { readIdentity } from "../../store/identity.ts";
import { loadTabStates } from "../../store/tabs.ts";
import { dropMirror } from "../../store/teardown.ts";
import type { CliContext } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { CommandOf } from "../options.ts";
import { openSession } from "../session.ts";

/** Undoes `--setup` and `--init`. The data stays on both sides, as it stands. */
export async function runTeardown(
  command: CommandOf<"teardown">,
  context: CliContext,
): Promise<ExitCode> {
  using session = await openSession({ ...command, tabs: null }, context);
  const { db, client, contract } = session;
  const known = new Map([...loadTabStates(db)].map(([tab, { sheetId }]) => [tab, sheetId]));
  const { uuid } = readIdentity(db);
  // Neither a daemon nor a cycle may be under way, or they would write it all again.
  const done = await withLease(
    db,
    context,
    { name: "daemon", wait: false },
    () =>
      withLease(
        db,
        context,
        { wait: false },
        ({ signal }) => teardown(client, contract, { uuid, known }, signal),
      ),
  );
  const dropped = dropMirror(db, contract, context.clock.now());
  const sentences = [...done, ...dropped, "The data stands as it did, in both places."];
  context.stdout.write(sentences.join("\n") + "\n");
  return EXIT.done;
}
