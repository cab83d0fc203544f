/**
 * A quiet tab that nothing has touched since is quiet still. Everything that a plan is made from is
 * either compared by its digest here, or watched by the triggers on the mirror's own tables; so nothing
 * of it has to be decoded to know the outcome.
 *
 * @module
 */

import project from "../../deno.json" with { type: "json" };
import { isoTime } from "../base/clock.ts";
import { type RunningDigest, sha256Hex, startSha256 } from "../base/digest.ts";
import { rowId } from "../contract/cell.ts";
import type { Tab } from "../contract/schema.ts";
import type { QuickLook } from "../sheets/read.ts";
import { beginCalm, type Calm, readCalm, sealCalm } from "../store/calm.ts";
import type { Database } from "../store/database.ts";
import { readProbe } from "../store/probe.ts";
import type { TabState } from "../store/records.ts";
import { digestShown } from "../store/source.ts";
import { countUndated } from "../store/undated.ts";
import type { SealedPlan } from "./plan.ts";
import { undatedBefore } from "./undated.ts";

/** What a tab is looked at with. */
export interface Looking {
  readonly db: Database;
  readonly state: TabState;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * What is remembered of a quiet tab whose database side is still as it was then; `news` where its rows
 * are other ones by now, null where nothing is remembered that could be relied on.
 */
export function recallCalm({ db, state, now }: Looking, tab: Tab): Calm | "news" | null {
  return db.snapshot(() => {
    const calm = readCalm(db, tab.title);
    if (calm === null || calm.terms !== termsOf(db, tab, state)) return null;
    const digest = startSha256();
    digestShown(db, tab, now, digest);
    return calm.source === endSource(db, tab, now, digest) ? calm : "news";
  });
}

/**
 * The plan of a tab that is known to be quiet, its look released; null: it has to be looked at. What
 * was recalled before the look is good still: whatever was written in between, the next cycle notices.
 */
export function planCalm(tab: Tab, calm: Calm | null, look: QuickLook): SealedPlan | null {
  if (calm === null || calm.sheet !== look.digest) return null;
  look.release();
  const held = calm.held.map(({ id, reason }) => ({ id: rowId(id), reason }));
  return { tab, rows: [], strays: [], held, cured: [], guards: [] };
}

/** Takes down how a tab was judged, while it is judged. */
export class CalmWitness {
  readonly #looking: Looking;
  readonly #tab: Tab;
  readonly #cycle: number;
  /** To be given all that is read of the source. */
  readonly source: RunningDigest = startSha256();

  /** Begins before anything is read: whatever is changed afterwards, it notices. */
  constructor(looking: Looking, tab: Tab, cycle: number) {
    this.#looking = looking;
    this.#tab = tab;
    this.#cycle = cycle;
    beginCalm(looking.db, tab.title, cycle);
  }

  /** The tab was found quiet. Nothing is remembered where that changed anything in our own tables. */
  seal(look: QuickLook, held: Calm["held"]): void {
    const { db, state, now } = this.#looking;
    sealCalm(db, this.#tab.title, this.#cycle, {
      terms: termsOf(db, this.#tab, state),
      sheet: look.digest,
      source: endSource(db, this.#tab, now, this.source),
      held,
    });
  }
}

/**
 * Digest of the rules under which a tab is judged. Another version of the program may judge otherwise,
 * as may one that was told otherwise about anchors.
 */
function termsOf(db: Database, tab: Tab, state: TabState): string {
  const anchorsHold = readProbe(db)?.anchorsHold ?? true;
  return sha256Hex(JSON.stringify([project.version, tab, state, anchorsHold]));
}

/** Which undated rows have expired depends on the time, and the source does not show it. */
function endSource(db: Database, tab: Tab, now: number, digest: RunningDigest): string {
  const before = undatedBefore(tab, now);
  const expired = before === null ? 0 : countUndated(db, tab.title, isoTime(before));
  digest.update(` ${expired}`);
  return digest.hex();
}
