/**
 * Logging: one category, one line a record, secrets redacted before a line leaves the program.
 *
 * @module
 */

import {
  configure,
  getJsonLinesFormatter,
  getLogger,
  getTextFormatter,
  type Logger,
  type LogLevel,
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

/** What {@linkcode configureLogging} needs to know. */
export interface LoggingOptions {
  /** The least severe level that is written. */
  readonly level: LogLevel;
  /** JSON lines instead of text. */
  readonly json: boolean;
  /** Takes one line, without its line end. Normally writes to stderr, for stdout is for results. */
  readonly write: (line: string) => void;
}

/** Sets the program's logging up; a second call replaces the first. */
export async function configureLogging(options: LoggingOptions): Promise<void> {
  const formatter = redactByPattern(
    options.json
      ? getJsonLinesFormatter({ categorySeparator: "·" })
      : getTextFormatter({ timestamp: "rfc3339", category: "·", value: valueText }),
    PATTERNS,
  );
  await configure({
    reset: true,
    sinks: {
      lines: redactByField(
        (record) => options.write(oneLine(formatter(record))),
        { fieldPatterns: SECRET_FIELDS, action: () => REDACTED },
      ),
    },
    loggers: [
      { category: ROOT, sinks: ["lines"], lowestLevel: options.level },
      { category: ["logtape", "meta"], sinks: ["lines"], lowestLevel: "warning" },
    ],
  });
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
