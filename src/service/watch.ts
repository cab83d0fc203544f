/**
 * What follows every cycle: it is measured, the alerts are asked, and humans are told. Measuring,
 * alerts and the messages about them are one transaction.
 *
 * @module
 */

import { isoTime } from "../base/clock.ts";
import { AtlasError, messageOf } from "../base/errors.ts";
import { getLog } from "../base/log.ts";
import type { Contract } from "../contract/schema.ts";
import type { CycleReport } from "../mirror/report.ts";
import type { Database } from "../store/database.ts";
import { type AlertThresholds, DEFAULT_THRESHOLDS } from "./alert_rules.ts";
import { evaluateAlerts, type ToldEvent } from "./alerts.ts";
import type { Channel } from "./channels.ts";
import { alertMessage, type Message, summaryMessage } from "./messages.ts";
import { prune, recordCycle } from "./metrics.ts";
import { deliver, enqueue, send, type SendDeps } from "./notify.ts";

/** What watching needs beside what sending does. */
export interface WatchDeps extends Omit<SendDeps, "signal"> {
  readonly db: Database;
  readonly contract: Contract;
  readonly channels: readonly Channel[];
  readonly thresholds?: AlertThresholds;
}

const log = getLog("watch");

/** Follows the cycles of one database. */
export class Watch {
  readonly #deps: WatchDeps;
  /** When humans were last told that the database does not work, in milliseconds. */
  #criedAt = -Infinity;

  constructor(deps: WatchDeps) {
    this.#deps = deps;
  }

  /**
   * Measures a cycle that was applied, asks the alerts, and sends what is due.
   *
   * @param at when the cycle ended, in milliseconds.
   * @returns what became of the alerts.
   */
  async afterCycle(
    report: CycleReport,
    at: number,
    signal: AbortSignal,
  ): Promise<readonly ToldEvent[]> {
    const { db, contract } = this.#deps;
    return await this.#follow(at, signal, () => {
      recordCycle(db, contract, report, at);
      return summaryMessage(contract, report.fresh, isoTime(at));
    });
  }

  /** Asks the alerts and sends what is due where no cycle ran: what fails to happen is told as well. */
  async tick(signal: AbortSignal): Promise<readonly ToldEvent[]> {
    return await this.#follow(this.#deps.clock.now(), signal, () => null);
  }

  /** What is due once a day: old measurements are condensed. */
  tidy(): void {
    prune(this.#deps.db, this.#deps.clock.now());
  }

  async #follow(
    now: number,
    signal: AbortSignal,
    measure: () => Message | null,
  ): Promise<readonly ToldEvent[]> {
    const { db, contract, channels, random, thresholds = DEFAULT_THRESHOLDS } = this.#deps;
    let told: readonly ToldEvent[];
    try {
      told = db.transaction(() => {
        const summary = measure();
        const events = evaluateAlerts(db, contract, now, thresholds);
        for (const event of events) enqueue(db, channels, alertMessage(event, now), random);
        if (summary !== null) enqueue(db, channels, summary, random);
        return events;
      });
    } catch (thrown) {
      if (
        thrown instanceof AtlasError &&
        (thrown.kind === "database" || thrown.kind === "database-damaged")
      ) {
        await this.#cryOut(thrown, now, signal);
      }
      throw thrown;
    }
    await deliver(db, channels, { ...this.#deps, signal });
    return told;
  }

  /** The database takes neither alerts nor messages any more, so humans are told without it. */
  async #cryOut(thrown: AtlasError, now: number, signal: AbortSignal): Promise<void> {
    const { channels, thresholds = DEFAULT_THRESHOLDS } = this.#deps;
    if (now - this.#criedAt < thresholds.remindMs.critical) return;
    this.#criedAt = now;
    const at = isoTime(now);
    const message: Message = {
      kind: "alert",
      severity: "critical",
      rule: "database-damaged",
      tab: null,
      rows: [],
      title: "The database does not work",
      what: [thrown.message],
      todo: "Look at the disk, and restore the database from a backup if it is damaged",
      at,
    };
    const deps = { ...this.#deps, signal };
    await Promise.all(channels.map(async (channel) => {
      try {
        await send(channel, message, `database-damaged-${at}`, deps);
      } catch (error) {
        log.error("Cannot tell {channel}: {why}", { channel: channel.name, why: messageOf(error) });
      }
    }));
  }
}
