/** `--report`: the daily report now. @module */

import { AtlasError } from "../../base/errors.ts";
import { writeWhole } from "../../base/write_file.ts";
import { makeReport, maskedText } from "../../service/daily.ts";
import { reportHtml } from "../../service/report_html.ts";
import { reportText } from "../../service/report_text.ts";
import { openDatabase } from "../../store/database.ts";
import { requireSchema } from "../../store/migrations.ts";
import { createMasker } from "../../text/secrets.ts";
import { loadConfig, permittedPath } from "../config.ts";
import type { CliContext } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { CommandOf } from "../options.ts";
import { openClient, openSharing } from "../session.ts";

/** Prints the report, or draws it into a file. It changes neither database nor sheet. */
export async function runReport(
  command: CommandOf<"report">,
  context: CliContext,
): Promise<ExitCode> {
  const { clock, files, signal, stdout } = context;
  const config = await loadConfig(command.config, context);
  const client = await openClient(config, context);
  using db = openDatabase(config.database, { mode: "read" });
  requireSchema(db);
  const masker = createMasker();
  const { contract } = config;
  const sharing = await openSharing(config, context);
  const report = await makeReport({ db, client, contract, clock, masker, sharing }, signal);
  if (command.html === null) {
    stdout.write(await maskedText(reportText(report), masker));
    return EXIT.done;
  }
  const path = await permittedPath(command.html, "report", files);
  const why = writeWhole(path, await maskedText(reportHtml(report), masker));
  if (why !== null) {
    throw new AtlasError("configuration", `Cannot write the report to "${path}": ${why}`, {
      hint: "Name a file that this user may write, below the folder the program may use.",
    });
  }
  stdout.write(`Wrote ${path}\n`);
  return EXIT.done;
}
