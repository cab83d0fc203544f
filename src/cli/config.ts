/** The configuration file: its keys, their checks, and what the environment overrides. @module */

import { dirname, isAbsolute, join } from "node:path";
import * as z from "zod/mini";
import { AtlasError } from "../base/errors.ts";
import { isLoopback } from "../base/loopback.ts";
import { atlas } from "../contract/atlas.ts";
import type { Contract } from "../contract/schema.ts";
import { type AlertThresholds, DEFAULT_THRESHOLDS } from "../service/alert_rules.ts";
import { cronProblem, type CronTime } from "../service/cadence.ts";
import type { ChannelSettings } from "../service/channels.ts";
import { HOUR_MS } from "../service/durations.ts";
import type { Files } from "./files.ts";
import { parseLocated } from "./located.ts";
import { ENVIRONMENT } from "./settings.ts";

const nonEmpty = z.string().check(z.minLength(1));
/** Messages repeat paths, and who puts the key itself there must not find it in a log. */
const filePath = nonEmpty.check(
  z.refine(isPath, "must be the path of a file, not its content"),
);

const DAILY: CronTime = { cron: "30 3 * * *", timeZone: "UTC" };
const REMIND = { critical: 6, warning: 24 };

// The small interface of zod loads in a quarter of the time, and every command waits for this schema.
// What few files contain is therefore put together only where one does.
const configSchema = z.strictObject({
  database: filePath,
  // Spreadsheet ids go into the address of a request, so only what Google makes them of may pass.
  spreadsheetId: z.string().check(z.regex(
    /^[A-Za-z0-9_-]+$/,
    "must be the part of the sheet's address between /d/ and the next slash",
  )),
  credentials: z._default(z.nullable(filePath), null),
  sheetsEndpoint: z._default(
    z.string().check(
      z.refine(isSafeAddress, "must be an https:// address, or http:// on this machine"),
    ),
    "https://sheets.googleapis.com/",
  ),
  contract: z._default(z.nullable(filePath), null),
  mode: z._default(z.enum(["daemon", "timer"]), "daemon"),
  logDir: z._default(filePath, "logs"),
  logFormat: z._default(z.enum(["json", "text"]), "json"),
  // What stands where the key is missing is taken as it is: asking a calendar costs 20 ms.
  daily: z._default(z.lazy(dailySchema), DAILY),
  listen: z._default(
    z.nullable(
      z.string().check(z.regex(/^(\[[0-9a-fA-F:]+\]|[^\s:]+):\d{1,5}$/, "must be HOST:PORT")),
    ),
    "127.0.0.1:9464",
  ),
  remindHours: z._default(z.lazy(remindSchema), REMIND),
  team: z._default(
    z.nullable(z.lazy(() => z.array(z.email("must be an e-mail address")))),
    null,
  ),
  notify: z._default(z.lazy(notifySchema), []),
});

function dailySchema() {
  return z.strictObject({
    cron: z._default(nonEmpty, DAILY.cron),
    timeZone: z._default(nonEmpty, DAILY.timeZone),
  }).check(z.superRefine((time, context) => {
    const problem = cronProblem(time);
    if (problem !== null) context.addIssue({ code: "custom", message: problem, path: ["cron"] });
  }));
}

function remindSchema() {
  return z.strictObject({
    critical: z._default(z.number().check(z.positive()), REMIND.critical),
    warning: z._default(z.number().check(z.positive()), REMIND.warning),
  });
}

function notifySchema() {
  const severity = z.enum(["info", "warning", "critical"]);
  // Addresses of channels are secrets themselves, so no message repeats them.
  const url = z.string().check(
    z.refine((text) => isSafeAddress(text), "must be an https:// address"),
  );
  const minSeverity = z._default(severity, "warning");
  return z.array(z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("slack"), url, minSeverity }),
    z.strictObject({ type: z.literal("webhook"), url, secret: z.optional(nonEmpty), minSeverity }),
  ]));
}

/** The configuration in force: paths resolved, the environment applied, the contract loaded. */
export interface Config {
  /** Where it was read from. */
  readonly path: string;
  readonly database: string;
  readonly spreadsheetId: string;
  /** Path of the service account's key; null: none, which only a loopback endpoint allows. */
  readonly credentials: string | null;
  readonly sheetsEndpoint: string;
  readonly contract: Contract;
  /** Who runs the cycles: a daemon, or `--once` from outside. */
  readonly mode: "daemon" | "timer";
  /** The folder of the log files. */
  readonly logDir: string;
  readonly logFormat: "json" | "text";
  /** When the daily checks and the report are due. */
  readonly daily: CronTime;
  /** Where the daemon answers `/healthz` and `/metrics`; null: nowhere. */
  readonly listen: string | null;
  /** Who the spreadsheet may be shared with; null: the daily report does not look. */
  readonly team: readonly string[] | null;
  /** The alerts' conditions, with the reminders that the configuration asks for. */
  readonly thresholds: AlertThresholds;
  /** Who is told of alerts. */
  readonly notify: readonly ChannelSettings[];
}

/** What the program needs of the world to load its configuration. */
export interface ConfigSources {
  readonly files: Files;
  /** A variable of the environment. */
  readonly env: (name: string) => string | undefined;
}

/** What to copy where there is no configuration yet. */
export const SAMPLE_CONFIG = `{
  "database": "/opt/atlas/atlas.db",
  "spreadsheetId": "the part of the sheet's address between /d/ and the next slash",
  "credentials": "/opt/atlas/service-account.json"
}`;

/**
 * Loads the configuration and the contract it names.
 *
 * @throws AtlasError of kind "configuration" that names the file, line, column and key.
 */
export async function loadConfig(path: string, sources: ConfigSources): Promise<Config> {
  const text = await readText(path, "configuration", sources.files, SAMPLE_HINT);
  const overrides = readOverrides(sources.env);
  const file = await parseLocated({ what: "configuration", path, text, overrides }, configSchema);
  const near = (other: string) => isAbsolute(other) ? other : join(dirname(path), other);
  return {
    path,
    database: await permittedPath(near(file.database), "database", sources.files),
    spreadsheetId: file.spreadsheetId,
    credentials: file.credentials === null ? null : near(file.credentials),
    sheetsEndpoint: file.sheetsEndpoint,
    contract: file.contract === null ? atlas : await loadContract(near(file.contract), sources),
    mode: file.mode,
    logDir: await permittedPath(near(file.logDir), "log folder", sources.files),
    logFormat: file.logFormat,
    daily: file.daily,
    listen: file.listen,
    team: file.team,
    thresholds: {
      ...DEFAULT_THRESHOLDS,
      remindMs: {
        critical: file.remindHours.critical * HOUR_MS,
        warning: file.remindHours.warning * HOUR_MS,
      },
    },
    notify: file.notify,
  };
}

const SAMPLE_HINT = `Write one like this, or name another with --config PATH:\n${SAMPLE_CONFIG}`;

/** The text of the key file that the configuration names. */
export async function readCredentials(config: Config, files: Files): Promise<string | null> {
  if (config.credentials !== null) {
    const hint = 'Correct the key "credentials", or save the service account\'s JSON key there.';
    return await readText(config.credentials, "credentials", files, hint);
  }
  if (isLoopback(config.sheetsEndpoint)) return null;
  throw new AtlasError(
    "configuration",
    `Cannot sign in to ${new URL(config.sheetsEndpoint).host}: ${config.path} has no "credentials"`,
    { hint: 'Add "credentials": the path of a service account\'s JSON key.' },
  );
}

async function loadContract(path: string, { files }: ConfigSources): Promise<Contract> {
  const hint = 'Correct the key "contract", or leave it out to use the built-in one.';
  const text = await readText(path, "contract", files, hint);
  // The built-in contract needs no schema, and most installations have no other.
  const { contractSchema } = await import("../contract/schema.ts");
  return await parseLocated({ what: "contract", path, text }, contractSchema);
}

async function readText(path: string, what: string, files: Files, hint: string): Promise<string> {
  await permittedPath(path, what, files);
  const read = await files.readText(path);
  if (read.outcome === "read") return read.text;
  const reason = read.outcome === "missing" ? "no such file" : read.reason;
  throw new AtlasError("configuration", `Cannot read ${what} "${path}": ${reason}`, { hint });
}

/**
 * The path itself, once it is sure that it does not lead outside of what the program may read. The
 * runtime checks only the name it is given, so a link inside an allowed folder would open anything.
 */
export async function permittedPath(path: string, what: string, files: Files): Promise<string> {
  const target = await files.follow(path);
  if (target === null || target.permitted) return path;
  throw new AtlasError(
    "configuration",
    `Cannot open ${what} "${path}": it leads to "${target.path}", which this program may not read`,
    { hint: "Put the file itself there, or build the program with another ATLAS_ROOT." },
  );
}

/** What the environment says instead of the file, checked by the same rules. */
function readOverrides(env: ConfigSources["env"]): Record<string, string> {
  const overrides: Record<string, string> = {};
  for (const { name, key } of ENVIRONMENT) {
    const value = env(name);
    if (key === null || value === undefined || value === "") continue;
    const result = configSchema.shape[key].safeParse(value);
    if (!result.success) {
      throw new AtlasError(
        "configuration",
        `Cannot use ${name}${isPath(value) ? `="${value}"` : ""}: it ${
          result.error.issues[0]?.message
        }`,
        { hint: `Correct ${name}, or unset it to use the value of the configuration file.` },
      );
    }
    overrides[key] = value;
  }
  return overrides;
}

function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && isLoopback(text));
}

/** No folder or file has such a name in earnest, though systems allow it. */
function isPath(text: string): boolean {
  return !/\p{Cc}|-----BEGIN|\{\s*"/u.test(text);
}
