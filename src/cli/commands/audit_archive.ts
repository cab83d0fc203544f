/** `--audit-archive FILE`: moves old exported and added lines of the audit into a file. @module */

import { isoTime } from "../../base/clock.ts";
import { startSha256 } from "../../base/digest.ts";
import { AtlasError } from "../../base/errors.ts";
import { deleteArchived, readArchivable } from "../../store/audit_archive.ts";
import { openDatabase } from "../../store/database.ts";
import { requireSchema } from "../../store/migrations.ts";
import { loadConfig } from "../config.ts";
import type { CliContext } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { CommandOf } from "../options.ts";

/** Lines stay this long, as the rules say. */
const DAYS = 400;
const MS_PER_DAY = 86_400_000;

/**
 * Writes the lines as JSON, one a line, and deletes them once the file is on the disk. Killed before
 * that, it has deleted nothing; the file it began is then of no use and is never written over.
 */
export async function runAuditArchive(
  { config: path, file }: CommandOf<"audit-archive">,
  context: CliContext,
): Promise<ExitCode> {
  const { database } = await loadConfig(path, context);
  const { clock, files, stdout } = context;
  using db = openDatabase(database, { mode: "write" });
  requireSchema(db);
  const now = clock.now();
  const before = isoTime(now - DAYS * MS_PER_DAY);
  let page = readArchivable(db, { before, after: 0 });
  if (page.length === 0) {
    stdout.write(`No line of the audit is older than ${DAYS} days; nothing to do.\n`);
    return EXIT.done;
  }
  const created = await files.create(file);
  if (created.outcome === "refused") {
    throw new AtlasError("configuration", `Cannot write "${file}": ${created.reason}`, {
      hint: "Name a new file in a folder that this program may write to.",
    });
  }
  const digest = startSha256();
  let count = 0;
  let last = 0;
  try {
    while (page.length > 0) {
      context.signal.throwIfAborted();
      const text = page.map((entry) => JSON.stringify(entry) + "\n").join("");
      digest.update(text);
      await created.file.write(text);
      count += page.length;
      last = page.at(-1)?.id ?? last;
      page = readArchivable(db, { before, after: last });
    }
    await created.file.finish();
  } catch (error) {
    await created.file.discard();
    throw error;
  }
  const sha256 = digest.hex();
  deleteArchived(db, { before, last, count, file, sha256, at: isoTime(now) });
  stdout.write(`Moved ${count} lines of the audit to ${file} (sha256 ${sha256}).\n`);
  return EXIT.done;
}
