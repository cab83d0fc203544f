/** Without a command: the daemon. @module */

import { runDaemon } from "../../service/daemon.ts";
import { createMasker } from "../../text/secrets.ts";
import { loadConfig } from "../config.ts";
import type { CliContext } from "../context.ts";
import { Outfitter } from "../equipment.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { startLogging } from "../logging.ts";
import type { CommandOf } from "../options.ts";
import { openSession } from "../session.ts";

/** Runs until it is asked to stop. Whatever is wrong from the start is told before anything begins. */
export async function runDaemonCommand(
  command: CommandOf<"daemon">,
  context: CliContext,
): Promise<ExitCode> {
  const { clock, random, pid, requests, signal, stderr } = context;
  const config = await loadConfig(command.config, context);
  await using _log = await startLogging(config, {
    level: command.logLevel,
    stderr,
    unprinted: [],
  });
  using session = await openSession({ config: command.config, tabs: null }, context);
  const { db } = session;
  await using outfitter = new Outfitter({
    db,
    config: command.config,
    context,
    masker: createMasker(),
  });
  const equip = () => outfitter.equip();
  await runDaemon({ db, clock, random, pid, requests, wait: command.wait, equip }, signal);
  return EXIT.done;
}
