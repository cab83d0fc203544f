/** The daemon's own health check, every 15 minutes: what is not well goes to the log. @module */

import { getLog } from "../base/log.ts";
import { healthChecks } from "./health_checks.ts";
import { gatherHealth } from "./health_facts.ts";
import { probe, type ProbeDeps } from "./health_probe.ts";
import { worstStatus } from "./plugin_output.ts";

const log = getLog("health");

/** Checks as `--check-health` does, and logs what is not OK. */
export async function logHealth(deps: ProbeDeps, signal: AbortSignal): Promise<void> {
  const { db, contract, clock } = deps;
  const looked = await probe(deps, signal);
  const facts = gatherHealth(db, contract, clock.now());
  const checks = healthChecks({ facts, mode: "daemon", probe: looked });
  for (const { name, tab, status, message } of checks) {
    if (status === "OK") continue;
    const say = { name: tab === null ? name : `${name} ${tab}`, status, message };
    if (status === "CRITICAL") log.error("{status} {name}: {message}", say);
    else log.warn("{status} {name}: {message}", say);
  }
  log.info("Health is {status}", { status: worstStatus(checks.map(({ status }) => status)) });
}
