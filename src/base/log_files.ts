/**
 * The log files: `mirror.log` has everything, `import.log` what of the sheet was not taken over, and
 * `export.log` what of the database could not be shown. Each is rotated by its size.
 *
 * @module
 */

import { getRotatingFileSink } from "@logtape/file";
import type { LogRecord } from "@logtape/logtape";
import { join } from "node:path";
import { accessReason } from "./host.ts";
import type { LogTarget } from "./log.ts";

/** A file that has grown so large is set aside as `….log.1`. */
const SIZE_MAX_BYTES = 5_000_000;
/** So many are set aside, at most. */
const FILES_MAX = 5;

/** Every file with the logger whose records it takes; null: every logger's. */
const FILES = [
  { file: "mirror.log", logger: null },
  { file: "import.log", logger: "import" },
  { file: "export.log", logger: "export" },
] as const;

/** Open log files. */
export interface LogFiles extends Disposable {
  readonly targets: readonly LogTarget[];
}

/** What {@linkcode openLogFiles} needs to know. */
export interface LogFilesOptions {
  /** The folder; it is made where it is missing. */
  readonly dir: string;
  readonly level: LogTarget["level"];
  readonly json: boolean;
  /** Takes a sentence about a file that cannot be written. Said once, not for every line. */
  readonly complain: (sentence: string) => void;
}

/** Opens the files. One that cannot be opened or written is complained of, and the work goes on. */
export function openLogFiles({ dir, level, json, complain }: LogFilesOptions): LogFiles {
  const stack = new DisposableStack();
  const targets: LogTarget[] = [];
  try {
    Deno.mkdirSync(dir, { recursive: true });
    for (const { file, logger } of FILES) {
      const write = stack.use(openFile(join(dir, file), complain));
      targets.push({
        level,
        json,
        write: (line) => write.line(line),
        accepts: (name) => logger === null || name === logger,
      });
    }
  } catch (error) {
    // A missing right concerns the folder, so the other files would fail alike.
    complain(
      `Cannot write the log files in "${dir}": ${
        accessReason(error)
      }; the work goes on without them`,
    );
  }
  return { targets, [Symbol.dispose]: () => stack.dispose() };
}

interface LineFile extends Disposable {
  line(text: string): void;
}

/** The runtime's formatter is not used: lines come finished, with their secrets redacted. */
function openFile(path: string, complain: LogFilesOptions["complain"]): LineFile {
  const sink = getRotatingFileSink(path, {
    maxSize: SIZE_MAX_BYTES,
    maxFiles: FILES_MAX,
    // Whoever reads along, or comes after a crash, misses nothing.
    bufferSize: 0,
    formatter: ({ rawMessage }: LogRecord) => `${rawMessage}\n`,
  });
  let isFailing = false;
  const attempt = (work: () => void) => {
    try {
      work();
      isFailing = false;
    } catch (error) {
      if (!isFailing) {
        complain(`Cannot write the log file "${path}": ${accessReason(error)}; the work goes on`);
      }
      isFailing = true;
    }
  };
  return {
    line(text) {
      attempt(() =>
        sink({
          category: [],
          level: "info",
          message: [text],
          rawMessage: text,
          timestamp: 0,
          properties: {},
        })
      );
    },
    [Symbol.dispose]: () => attempt(() => sink[Symbol.dispose]()),
  };
}
