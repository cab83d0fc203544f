/** `--history ID`: everything that ever happened to a row. @module */

import { rowId } from "../../contract/cell.ts";
import { readHistory } from "../../store/audit.ts";
import { openDatabase } from "../../store/database.ts";
import { requireSchema } from "../../store/migrations.ts";
import { maskWhile } from "../../text/mask_while.ts";
import { createMasker } from "../../text/secrets.ts";
import { loadConfig } from "../config.ts";
import { type CliContext, paintFor } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { maskedJson } from "../mask.ts";
import type { CommandOf } from "../options.ts";
import { renderHistory } from "../render_history.ts";
import { checkTabs } from "../tabs.ts";

/** Prints the row's entries of the audit, oldest first, with secrets masked. */
export async function runHistory(
  command: CommandOf<"history">,
  context: CliContext,
): Promise<ExitCode> {
  const config = await loadConfig(command.config, context);
  checkTabs(config.contract, command.tabs);
  using db = openDatabase(config.database, { mode: "read" });
  requireSchema(db);
  const entries = readHistory(db, rowId(command.id))
    .filter(({ tab }) => command.tabs === null || command.tabs.includes(tab));
  // The audit keeps every text whole; what is shown of it is masked.
  const masker = createMasker();
  const options = {
    paint: paintFor(context.stdout, command.color, context.env),
    width: context.stdout.columns,
  };
  context.stdout.write(
    command.json ? await maskedJson(masker, { id: command.id, entries }) : await maskWhile(
      masker,
      (mask) => renderHistory(command.id, entries, config.contract, { ...options, mask }),
    ),
  );
  return EXIT.done;
}
