/** What a daemon runs with, made from the configuration at its start and at every reload. @module */

import { AtlasError } from "../base/errors.ts";
import { runCycle } from "../mirror/cycle.ts";
import { channelsOf } from "../service/channels.ts";
import type { Equipment } from "../service/daemon.ts";
import { daemonHooks } from "../service/daemon_hooks.ts";
import { readLiveness } from "../service/liveness.ts";
import type { Database } from "../store/database.ts";
import { checkSourceTables } from "../store/source_tables.ts";
import type { Masker } from "../text/secrets.ts";
import type { MakePlan } from "../web/planner.ts";
import { startWeb, type WebServer } from "../web/server.ts";
import { type Config, loadConfig } from "./config.ts";
import type { CliContext } from "./context.ts";
import { openClient, openSharing } from "./session.ts";

/** What stays the same whatever the configuration says. */
export interface EquipmentOptions {
  readonly db: Database;
  /** Path of the configuration file. */
  readonly config: string;
  readonly context: CliContext;
  readonly masker: Masker;
}

/** Makes the equipment, and holds what of it has to be closed. */
export class Outfitter implements AsyncDisposable {
  readonly #options: EquipmentOptions;
  #web: WebServer | null = null;
  #listen: string | null = null;

  constructor(options: EquipmentOptions) {
    this.#options = options;
  }

  /**
   * Reads the configuration and makes the equipment of it. What was made before stays as it is where
   * this throws.
   *
   * @throws AtlasError of kind "configuration"
   */
  async equip(): Promise<Equipment> {
    const { db, config: path, context, masker } = this.#options;
    const { clock, random } = context;
    const config = await loadConfig(path, context);
    if (config.database !== db.path) {
      throw new AtlasError(
        "configuration",
        `Cannot change the database from "${db.path}" to "${config.database}" while running`,
        { hint: "Restart the daemon: the lease that it holds lies in the database." },
      );
    }
    const { contract, daily } = config;
    checkSourceTables(db, contract);
    const client = await openClient(config, context);
    const channels = channelsOf(config.notify);
    await this.#serve(
      config,
      (tabs, signal) =>
        runCycle({ db, client, contract, clock, random, masker, signal, fence() {} }, {
          direction: "both",
          tabs,
          accept: [],
          apply: false,
          // Whoever looks at a page is not the one who accepts.
          remember: false,
        }),
    );
    return {
      contract,
      daily,
      cycle: (run, options) =>
        runCycle({ db, client, contract, clock, random, masker, ...run }, options),
      hooks: daemonHooks({
        db,
        client,
        contract,
        clock,
        random,
        masker,
        channels,
        thresholds: config.thresholds,
        logDir: config.logDir,
        sharing: await openSharing(config, context),
        fetch,
      }),
    };
  }

  /** A server at another address is up before the old one goes; at the same address it cannot be. */
  async #serve({ listen, contract }: Config, plan: MakePlan): Promise<void> {
    const { db, masker, context: { clock } } = this.#options;
    const start = () =>
      listen === null ? null : startWeb({
        listen,
        db,
        contract,
        clock,
        masker,
        plan,
        health: () => readLiveness(db, contract, clock.now()),
      });
    if (listen === this.#listen) await this.#stopServing();
    const web = start();
    await this.#stopServing();
    this.#web = web;
    this.#listen = listen;
  }

  async #stopServing(): Promise<void> {
    await this.#web?.[Symbol.asyncDispose]();
    this.#web = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stopServing();
  }
}
