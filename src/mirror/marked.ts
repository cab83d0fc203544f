/**
 * How a cycle writes: only as long as no other process has taken over, and so that an answer from before
 * the write can be told from one behind it. Google does not say that a read shows every write before it,
 * so each batch carries the database's mark with a higher epoch: who sees that epoch sees what came with
 * it, and before it, as well. `fresh.ts` holds every read against it.
 *
 * A process that slept in the middle of a cycle would otherwise go on with the plan it had made, and what
 * it overwrites would look like edits of people. Only the one request that was under way when it fell
 * asleep cannot be held back.
 *
 * @module
 */

import { createMark, deleteMark, updateMark } from "../sheets/anchors.ts";
import type { SheetsClient } from "../sheets/client.ts";
import type { Mark } from "../sheets/snapshot.ts";
import { bumpEpoch, putSeenEpoch, readIdentity, readSeenEpoch } from "../store/identity.ts";
import type { CycleDeps } from "./context.ts";

/** A client whose writes are fenced and carry the mark. */
export interface MarkedClient extends SheetsClient {
  /** Whether something was written, now or by an earlier cycle, behind which no mark was seen. */
  owesMark(): boolean;
  /** Leaves the mark where it is owed. Nothing may be taken as arrived before. */
  leaveMark(signal?: AbortSignal): Promise<void>;
}

/**
 * The client as a cycle writes with it. Marks of other databases go with the first batch: the guards have
 * let them pass.
 *
 * @param marks What the read showed that the writes are planned from.
 */
export function markedClient(
  client: SheetsClient,
  { db, clock, fence }: Pick<CycleDeps, "db" | "clock" | "fence">,
  marks: readonly Mark[],
): MarkedClient {
  const { uuid, epoch } = readIdentity(db);
  const own = marks.find((mark) => mark.uuid === uuid);
  let isKnown = own !== undefined;
  let stale = marks.filter((mark) => mark !== own);
  let isOwed = (readSeenEpoch(db)?.epoch ?? 0) < epoch;
  // A batch whose answer was lost, or a process that died behind it: the mark tells that it arrived.
  if (isOwed && own?.epoch === epoch) {
    putSeenEpoch(db, { epoch, at: clock.now() });
    isOwed = false;
  }
  // Counted for an update, which cannot carry a mark: the batch behind it does.
  let counted: number | null = null;

  const batch: SheetsClient["batch"] = async (requests, response, signal) => {
    fence();
    const mark: Mark = { uuid, epoch: counted ?? bumpEpoch(db) };
    // Should this one fail, the next is told apart from it: it may still arrive.
    counted = null;
    isOwed = true;
    const marking = [
      ...stale.map((other) => deleteMark(other.uuid)),
      isKnown ? updateMark(mark) : createMark(mark),
    ];
    const answer = await client.batch([...marking, ...requests], response, signal);
    putSeenEpoch(db, { epoch: mark.epoch, at: clock.now() });
    isOwed = false;
    isKnown = true;
    stale = [];
    return answer;
  };

  return {
    ...client,
    batch,
    async updateByAnchor(data, signal) {
      fence();
      counted ??= bumpEpoch(db);
      isOwed = true;
      return await client.updateByAnchor(data, signal);
    },
    owesMark: () => isOwed,
    async leaveMark(signal) {
      if (isOwed) await batch([], null, signal);
    },
  };
}
