/**
 * Reads that may be planned from. Google does not say that a read always shows the writes before it; an
 * answer from a moment earlier would look as if people had taken the mirror's own writes back. The mark
 * that every write leaves tells: where it is older than the last one that was seen, so is the answer.
 *
 * @module
 */

import { AtlasError } from "../base/errors.ts";
import { backoffDelay } from "../base/retry.ts";
import { readFull, type WantedTab } from "../sheets/read.ts";
import type { SpreadsheetSnapshot } from "../sheets/snapshot.ts";
import type { Database } from "../store/database.ts";
import { readIdentity, readSeenEpoch } from "../store/identity.ts";
import { putFullLook } from "../store/tabs.ts";
import type { CycleContext } from "./context.ts";

/** How often an answer that is too old is asked for anew. */
const LOOKS = 3;

/**
 * No answer lags behind for longer. A mark that is still older then was taken back by people, with the
 * version history.
 */
const LAG_MS = 5 * 60_000;

/**
 * Reads the tabs in full, which is the full look of the day as well.
 *
 * @throws {AtlasError} `server` where the answers stay older than what was seen before.
 */
export async function readFresh(
  context: CycleContext,
  tabs: readonly WantedTab[],
): Promise<SpreadsheetSnapshot> {
  const { db, client, clock, random, signal, options } = context;
  for (let look = 1;; look++) {
    const snapshot = await readFull(client, tabs, signal);
    if (!isStale(db, snapshot, clock.now())) {
      if (options.apply) noteLook(context, snapshot);
      return snapshot;
    }
    if (look === LOOKS) break;
    await clock.sleep(backoffDelay(look, random), signal);
  }
  throw new AtlasError(
    "server",
    "Cannot plan from what Google shows: it is older than the mirror's last write",
    { hint: "The next cycle looks again; nothing has to be done." },
  );
}

/**
 * Notes when everything was looked at. A look that sees another time zone than a tab was written in does
 * not count: the tab may be quiet otherwise, an import does not write the times anew, and an export may
 * fail to. So the next cycle looks once more.
 */
function noteLook(
  { db, clock, contract, states }: CycleContext,
  { timeZone }: SpreadsheetSnapshot,
): void {
  const isMoved = contract.tabs.some(({ title }) => {
    const zone = states.get(title)?.zone;
    return zone !== undefined && zone !== timeZone;
  });
  putFullLook(db, isMoved ? 0 : clock.now());
}

/** Whether the answer is from before the last write that was seen. `now` in milliseconds. */
export function isStale(
  db: Database,
  { marks }: Pick<SpreadsheetSnapshot, "marks">,
  now: number,
): boolean {
  const seen = readSeenEpoch(db);
  if (seen === null || now < seen.at || now - seen.at > LAG_MS) return false;
  const { uuid } = readIdentity(db);
  const own = marks.find((mark) => mark.uuid === uuid);
  // Another database's mark alone is not old; that is for the guards.
  return own === undefined ? marks.length === 0 : own.epoch < seen.epoch;
}
