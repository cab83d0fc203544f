/**
 * A daemon on a virtual clock with the hooks of the real one: it measures, alerts, tells, checks and
 * reports. Only cycles, the answers of Google and the receiver of messages are the test's.
 *
 * @module
 */

import { isoTime } from "../../src/base/clock.ts";
import { AtlasError } from "../../src/base/errors.ts";
import { seededRandom } from "../../src/base/random.ts";
import { rowId } from "../../src/contract/cell.ts";
import { atlas } from "../../src/contract/atlas.ts";
import type { CycleOptions } from "../../src/mirror/context.ts";
import type { CycleReport } from "../../src/mirror/report.ts";
import type { Channel } from "../../src/service/channels.ts";
import { daemonHooks } from "../../src/service/daemon_hooks.ts";
import type { Equipment } from "../../src/service/daemon.ts";
import { messageSchema } from "../../src/service/messages.ts";
import type { SheetsClient } from "../../src/sheets/client.ts";
import { appendAudit } from "../../src/store/audit.ts";
import { finishCycle, startCycle } from "../../src/store/cycles.ts";
import { markTabSuccess, putTabState } from "../../src/store/tabs.ts";
import { createMasker } from "../../src/text/secrets.ts";
import { DaemonRig } from "./daemon_rig.ts";
import type { Row } from "./world.ts";

const CHANNEL: Channel = {
  type: "webhook",
  name: "webhook-1",
  url: "http://127.0.0.1:9/hook",
  secret: null,
  minSeverity: "info",
};

/** A rig whose events tell what humans were told, too. */
export class WatchedRig extends DaemonRig {
  /** Whether Google answers the health check. */
  answers = true;
  /** Whether the receiver of messages takes them. */
  receives = true;
  readonly #logDir: string;
  readonly #masker = createMasker();
  /** One for all equipment, or a daemon that is started anew would give keys a second time. */
  readonly #random = seededRandom(2);

  /** `logDir` gets the daily reports. */
  constructor(start: string, logDir: string) {
    super(start);
    this.#logDir = logDir;
    for (const [sheetId, { title }] of atlas.tabs.entries()) {
      // Without a fingerprint of this contract the health check asks for the tabs, not for their rows.
      putTabState(this.db, { tab: title, sheetId, title, zone: "Etc/GMT", fingerprint: "" });
    }
  }

  override equipment(more: Partial<Equipment> = {}): Equipment {
    const { clock } = this;
    const bare = super.equipment();
    const hooks = daemonHooks({
      db: this.db,
      client: this.#client(),
      contract: atlas,
      clock,
      random: this.#random,
      masker: this.#masker,
      channels: [CHANNEL],
      logDir: this.#logDir,
      sharing: null,
      fetch: (_url, init) => Promise.resolve(this.#receive(String(init?.body))),
    });
    return super.equipment({
      cycle: async (run, options) => {
        const beganAt = clock.now();
        const report = await bare.cycle(run, options);
        return this.#logged(report, options, beganAt);
      },
      hooks: {
        async afterCycle(...cycle) {
          await bare.hooks.afterCycle(...cycle);
          await clock.during(hooks.afterCycle(...cycle));
        },
        async every15(signal) {
          await bare.hooks.every15(signal);
          await clock.during(hooks.every15(signal));
        },
        async daily(signal) {
          await bare.hooks.daily(signal);
          await clock.during(hooks.daily(signal));
        },
      },
      ...more,
    });
  }

  /** The agent adds a row. */
  insert(table: string, row: Row): void {
    const fields = Object.keys(row);
    this.db.run(
      `INSERT INTO ${table} (${fields.join(", ")}) VALUES (${fields.map(() => "?").join(", ")})`,
      ...Object.values(row),
    );
  }

  /** A row changes, whoever wanted it. */
  change(table: string, id: string, row: Row): void {
    const set = Object.keys(row).map((field) => `${field} = ?`).join(", ");
    this.db.run(`UPDATE ${table} SET ${set} WHERE id = ?`, ...Object.values(row), id);
  }

  /** A human writes into a cell, and a cycle imports it. */
  imports(tab: string, id: string, column: string, text: string): void {
    appendAudit(this.db, [{
      tab,
      rowId: rowId(id),
      column,
      direction: "import",
      actor: "human",
      verdict: column === "notes" ? "merged" : "accepted",
      reason: "written in the sheet",
      oldValue: null,
      newValue: text,
    }], { at: isoTime(this.clock.now()), cycle: 1 });
  }

  /** What `runCycle` leaves in the database: the log of the cycle, and which tabs are synced. */
  #logged(report: CycleReport, { urgentOnly = [] }: CycleOptions, beganAt: number): CycleReport {
    const now = this.clock.now();
    const at = isoTime(now);
    const timed = { ...report, durationMs: now - beganAt };
    const { tabs, fresh: _fresh, ...figures } = timed;
    const id = startCycle(this.db, { at: isoTime(beganAt), direction: "both" });
    const logged = tabs.map(({ plan: _plan, error, ...tab }) => ({
      ...tab,
      error: error?.message ?? null,
    }));
    finishCycle(this.db, id, {
      at,
      status: report.status,
      report: JSON.stringify({ ...figures, tabs: logged }),
    });
    for (const { tab, status } of tabs) {
      if (status === "ok" && !urgentOnly.includes(tab)) markTabSuccess(this.db, tab, at);
    }
    return timed;
  }

  #client(): SheetsClient {
    const answer = <T>(answer: T): Promise<T> =>
      this.answers
        ? Promise.resolve(answer)
        : Promise.reject(new AtlasError("unreachable", "Cannot reach Google"));
    return {
      email: null,
      counts: () => ({ read: 0, write: 0, retried: 0 }),
      get: () => answer({}),
      values: () => answer([]),
      look: () => answer([]),
      updateByAnchor: () => answer(new Map()),
      batch: () => answer({}),
    };
  }

  #receive(body: string): Response {
    if (!this.receives) return new Response(null, { status: 503 });
    const { version: _version, id: _id, text: _text, ...message } = JSON.parse(body);
    const { kind, severity, title, what } = messageSchema.parse(message);
    const lines = what.map((line) => `\n               ${line}`);
    this.note(`told ${severity} ${kind}: ${title}${lines.join("")}`);
    return new Response(null, { status: 204 });
  }
}
