/** `--check-health`: what a monitoring system asks every few minutes. It never changes anything. @module */

import { AtlasError } from "../../base/errors.ts";
import { healthChecks } from "../../service/health_checks.ts";
import { gatherHealth } from "../../service/health_facts.ts";
import type { Probe } from "../../service/health_probe.ts";
import { type Database, openDatabase } from "../../store/database.ts";
import { requireSchema } from "../../store/migrations.ts";
import { createMasker } from "../../text/secrets.ts";
import { type Config, loadConfig } from "../config.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import type { CommandOf } from "../options.ts";
import { printChecks } from "../print_checks.ts";
import { openClient } from "../session.ts";

/** Checks and prints; the exit code is that of monitoring plugins. */
export async function runCheckHealth(
  command: CommandOf<"check-health">,
  context: CliContext,
): Promise<ExitCode> {
  const config = await loadConfig(command.config, context);
  using db = openDatabase(config.database, { mode: "read" });
  requireSchema(db);
  const looked = command.offline ? null : await lookOutside(config, db, context);
  const facts = gatherHealth(db, config.contract, context.clock.now());
  const checks = healthChecks({ facts, mode: config.mode, probe: looked });
  return await printChecks(checks, command, context);
}

/** A monitoring user may well not be allowed to read the key: that says nothing about Google. */
async function lookOutside(config: Config, db: Database, context: CliContext): Promise<Probe> {
  const { clock, signal } = context;
  let client;
  try {
    client = await openClient(config, context);
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error;
    const reason = `${error.message}; run the check as the user of the mirror, or with --offline`;
    return { connectivity: { kind: "unknown", reason }, sample: null };
  }
  const { contract } = config;
  const { probe } = await import("../../service/health_probe.ts");
  return await probe({ db, client, contract, clock, masker: createMasker() }, signal);
}
