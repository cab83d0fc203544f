/** `--init`: brings the database to the shape the mirror needs. @module */

import { isoTime } from "../../base/clock.ts";
import { openDatabase } from "../../store/database.ts";
import { initialise } from "../../store/migrations.ts";
import { loadConfig } from "../config.ts";
import type { CliContext } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { CommandOf } from "../options.ts";

/** Creates or upgrades the tables and says what was done. */
export async function runInit(command: CommandOf<"init">, context: CliContext): Promise<ExitCode> {
  const config = await loadConfig(command.config, context);
  using db = openDatabase(config.database, { mode: "write", create: true });
  const done = initialise(db, config.contract, {
    migrate: command.migrate,
    random: context.random,
    now: isoTime(context.clock.now()),
  });
  const said = done.length === 0 ? ["The database is ready; nothing to do."] : done;
  context.stdout.write(said.join("\n") + "\n");
  return EXIT.done;
}
