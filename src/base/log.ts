/**
 * Logging: one category, one line a record, secrets redacted before a line leaves the program.
 *
 * @module
 */

import {
  configure,
  getJsonLinesFormatter,
  getLevelFilter,
  getLogger,
  getTextFormatter,
  type Logger,
  type LogLevel,
  type Sink,
  withFilter,
} from "@logtape/logtape";
import {
  JWT_PATTERN,
  redactByField,
  redactByPattern,
  type RedactionPattern,
} from "@logtape/redaction";

/** The first part of every logger's category. */
const ROOT = "atlas-mirror";

const REDACTED = "«redacted»";

/**
 * What can stand in an error of the network or of the sign-in: they quote headers, forms and keys.
 * Cell values are masked by `src/text/secrets.ts` before they are logged at all.
 */
const PATTERNS: readonly RedactionPattern[] = [
  // A key may come with real line breaks or, inside JSON, with escaped ones.
  {
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----(?:[\w+/=\s:,.]|\\+[nr]){0,20000}(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----)?/g,
    replacement: REDACTED,
  },
  { pattern: /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, replacement: `$1 ${REDACTED}` },
  { pattern: /\bya29\.[\w-]+/g, replacement: REDACTED },
  {
    pattern:
      /((?:client_secret|private_key|refresh_token|access_token|id_token|assertion|password)(?:\\*["'])?\s*[=:]\s*(?:\\*["'])?)[^\s"'&,}\\«]+/gi,
    replacement: `$1${REDACTED}`,
  },
  { pattern: /(hooks\.slack\.com\/services\/)[\w/]+/g, replacement: `$1${REDACTED}` },
  JWT_PATTERN,
];

/** Properties of a record that are never shown, whatever they hold. */
const SECRET_FIELDS = [
  /^(?:authorization|cookie|assertion|credentials?)$/i,
  /pass(?:word|phrase)|secret|private_?key|token|api_?key/i,
];

/** A place that records go to. */
export interface LogTarget {
  /** The least severe level that is written. */
  readonly level: LogLevel;
  /** JSON lines instead of text. */
  readonly json: boolean;
  /** Takes one line, without its line end. */
  readonly write: (line: string) => void;
  /** Whether it takes what the logger of this name says. Unless told otherwise it does. */
  readonly accepts?: (name: string) => boolean;
}

/** What {@linkcode configureLogging} needs to know: stderr, normally, for stdout is for results. */
export interface LoggingOptions extends LogTarget {
  /** Places besides. */
  readonly files?: readonly LogTarget[];
}

/** Sets the program's logging up; a second call replaces the first. */
export async function configureLogging(options: LoggingOptions): Promise<void> {
  const targets = new Map([options, ...options.files ?? []].map((target, index) => [
    `target ${index}`,
    sinkOf(target),
  ]));
  await configure({
    reset: true,
    sinks: Object.fromEntries(targets),
    loggers: [
      { category: ROOT, sinks: [...targets.keys()], lowestLevel: "trace" },
      { category: ["logtape", "meta"], sinks: ["target 0"], lowestLevel: "warning" },
    ],
  });
}

/** Writes each record as one line without secrets. */
function sinkOf({ level, json, write, accepts = () => true }: LogTarget): Sink {
  const formatter = redactByPattern(
    json
      ? getJsonLinesFormatter({ categorySeparator: "·" })
      : getTextFormatter({ timestamp: "rfc3339", category: "·", value: valueText }),
    PATTERNS,
  );
  const lines = redactByField(
    (record) => write(oneLine(formatter(record))),
    { fieldPatterns: SECRET_FIELDS, action: () => REDACTED },
  );
  const isLoud = getLevelFilter(level);
  return withFilter(lines, (record) => isLoud(record) && accepts(record.category[1] ?? ""));
}

/** JSON, for the runtime's own form breaks a long text into pieces that no pattern recognises. */
function valueText(value: unknown, inspect: (value: unknown) => string): string {
  if (typeof value !== "object" && typeof value !== "string" || value instanceof Error) {
    return inspect(value);
  }
  try {
    return JSON.stringify(value);
  } catch {
    return inspect(value); // A cycle, or a BigInt inside.
  }
}

/** A text with line ends of its own could pass for further records. */
function oneLine(text: string): string {
  return text.trimEnd().replace(/\r?\n|\r/g, "\\n");
}

/** The logger of one part of the program. Silent until {@linkcode configureLogging} has run. */
export function getLog(name: string): Logger {
  return getLogger([ROOT, name]);
}
