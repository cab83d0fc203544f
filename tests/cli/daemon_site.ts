/** A folder that is set up for a daemon, and a spreadsheet that can be held up or go away. @module */

import assert from "node:assert/strict";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import { person } from "../../src/embedded/people.ts";
import {
  type EmbeddedSpreadsheet,
  type Intercept,
  startEmbedded,
} from "../../src/embedded/server.ts";
import { openDatabase } from "../../src/store/database.ts";
import { program, runExecutable, testFolder, type Told } from "./program.ts";
import { RunningProgram } from "./running.ts";

export const APPROVALS = "Pending_Approvals";

/** What the daemon logs when the approvals were synced. */
export const SYNCED = /Synced .*Pending_Approvals.*: "?ok/;

/** The compiled program, and the folder that was baked into it. */
export interface Binary {
  readonly path: string;
  readonly root: string;
}

/** What a site may be given. */
export interface SiteOptions {
  /** Run this instead of the sources. */
  readonly binary?: Binary;
  /** Install there, instead of in a folder that goes with the site. */
  readonly folder?: string;
}

/** One installation with its spreadsheet, which is served by the process of the test. */
export class DaemonSite implements AsyncDisposable {
  readonly folder: string;
  readonly config: string;
  readonly database: string;
  /** Called before a write of the mirror is answered. */
  onWrite: () => Promise<void> = () => Promise.resolve();
  /** Stands around every request, of people as well. */
  around: Intercept = (_call, handle) => handle();
  readonly #binary: Binary | undefined;
  readonly #storage: string;
  readonly #stack: AsyncDisposableStack;
  #sheets: EmbeddedSpreadsheet | null = null;
  /** Where the spreadsheet is found, also while it is away. */
  #port = 0;

  private constructor(
    { folder, storage, binary, stack }: {
      readonly folder: string;
      readonly storage: string;
      readonly binary: Binary | undefined;
      readonly stack: AsyncDisposableStack;
    },
  ) {
    this.folder = folder;
    this.config = join(folder, "mirror.json");
    this.database = join(folder, "atlas.db");
    this.#binary = binary;
    this.#storage = storage;
    this.#stack = stack;
  }

  static async open({ binary, folder }: SiteOptions = {}): Promise<DaemonSite> {
    await using stack = new AsyncDisposableStack();
    const home = folder ?? stack.use(await testFolder(binary?.root)).path;
    const storage = join(stack.use(await testFolder()).path, "sheet.db");
    const site = new DaemonSite({ folder: home, storage, binary, stack: stack.move() });
    try {
      await site.serveSheets();
      await site.configure({});
      for (const command of ["--init", "--setup"]) {
        const told = await site.run(command);
        assert.equal(told.code, 0, told.stderr);
      }
    } catch (error) {
      await site[Symbol.asyncDispose]();
      throw error;
    }
    return site;
  }

  /** The spreadsheet is there, as it was when it went away. */
  async serveSheets(): Promise<void> {
    const intercept: Intercept = async (call, handle) => {
      if (call.kind === "write" && call.identity === "service-account") await this.onWrite();
      return await this.around(call, handle);
    };
    this.#sheets = await startEmbedded({
      storage: this.#storage,
      port: this.#port,
      clock: systemClock,
      random: systemRandom,
      intercept,
    });
    this.#port = Number(new URL(this.#sheets.url).port);
  }

  /** Nobody answers where the spreadsheet was. */
  async stopSheets(): Promise<void> {
    await this.#sheets?.[Symbol.asyncDispose]();
    this.#sheets = null;
  }

  async configure(more: Readonly<Record<string, unknown>>): Promise<void> {
    const config = {
      database: "atlas.db",
      spreadsheetId: "embedded",
      sheetsEndpoint: this.url,
      listen: null,
    };
    await Deno.writeTextFile(this.config, JSON.stringify({ ...config, ...more }));
  }

  run(...args: string[]): Promise<Told> {
    const all = [...args, "--config", this.config];
    return this.#binary === undefined ? program(all) : runExecutable(this.#binary.path, all);
  }

  daemon(...args: string[]): RunningProgram {
    return new RunningProgram([...args, "--config", this.config], this.#binary?.path);
  }

  /** The agent requests an approval, now: an old one would raise an alert. */
  insert(id: string): void {
    this.sql(
      `INSERT INTO approvals (id, type, action, item, status, requested_at, payload)
        VALUES ('${id}', 'task', 'create', 'Add OAuth', 'pending', datetime('now'), '{}')`,
    );
  }

  /** Changes the database from outside. */
  sql(...statements: readonly string[]): void {
    using db = openDatabase(this.database, { mode: "write" });
    for (const statement of statements) db.run(statement);
  }

  /** The IDs the sheet shows. */
  async shown(): Promise<string[]> {
    const [, ...rows] = await person(this.url, "embedded", "owner").read(APPROVALS);
    return rows.map(([id = ""]) => id).filter((id) => id !== "");
  }

  /** As if the holders of the leases had been silent for longer than a lease lasts. */
  letLeasesRunOut(): void {
    this.sql("UPDATE mirror_lease SET expires_at = 1", "UPDATE mirror_daemon SET expires_at = 1");
  }

  /** As if everything that was measured and synced so far had been so many hours earlier. */
  letHoursPass(hours: number): void {
    const earlier = (column: string) =>
      `${column} = strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, '-${hours} hours')`;
    this.sql(
      `UPDATE mirror_tab SET ${earlier("last_success")}`,
      `UPDATE mirror_cycle SET ${earlier("started_at")}, ${earlier("finished_at")}`,
      `UPDATE mirror_metric SET ${earlier("at")}`,
    );
  }

  /** Where the spreadsheet is. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopSheets();
    await this.#stack.disposeAsync();
  }
}

/** A write that is held up until it is let go; `reached` resolves when it has come. */
export function holdUp(
  site: DaemonSite,
): { readonly reached: Promise<void>; readonly letGo: () => void } {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  site.onWrite = () => {
    reached.resolve();
    return gate.promise;
  };
  return { reached: reached.promise, letGo: gate.resolve };
}
