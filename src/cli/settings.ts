/**
 * Every setting of the command line and of the environment, once. Options, their checks and the help
 * text are derived from these tables, so that none of them can say something the others do not.
 *
 * @module
 */

import { ACCEPTABLE_GUARDS } from "../mirror/findings.ts";

/** How many values a flag takes. */
export type FlagType =
  /** None: it is there or not. */
  | "switch"
  /** One, and the flag may stand once. */
  | "text"
  /** One, and the flag may stand again. */
  | "list";

/** What the program can be asked to do; one flag each, but for the daemon, which needs none. */
export type CommandName =
  | "daemon"
  | "once"
  | "plan"
  | "init"
  | "setup"
  | "history"
  | "teardown"
  | "audit-archive"
  | "pause"
  | "resume"
  | "check-health"
  | "report"
  | "install-check"
  | "completions"
  | "demo"
  | "help"
  | "version";

/** One flag. */
export interface Setting {
  /** The long name, without dashes. */
  readonly flag: string;
  readonly short?: string;
  readonly type: FlagType;
  /** What stands for the value in the help. */
  readonly value?: string;
  /** The only words the value may be. */
  readonly choices?: readonly string[];
  /** The value where the flag is left out. */
  readonly default?: string;
  /** The command that the flag asks for; left out: it changes how a command works. */
  readonly command?: CommandName;
  /** The commands it may stand beside; left out: none where it is a command, any where it is not. */
  readonly goesWith?: readonly CommandName[];
  readonly help: string;
}

/** From the chattiest to the quietest. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export type LogLevel = typeof LOG_LEVELS[number];

/** Where the configuration is looked for. */
export const DEFAULT_CONFIG_PATH = "/opt/atlas/mirror.json";

/** The flags, in the order of the help text. Commands that exclude each other: the first one rules. */
export const SETTINGS = [
  {
    flag: "once",
    type: "switch",
    command: "once",
    goesWith: ["plan", "demo"],
    help: "run one full cycle of all tabs now, then exit",
  },
  {
    flag: "plan",
    type: "switch",
    command: "plan",
    help: "print what a cycle would do; change nothing",
  },
  {
    flag: "init",
    type: "switch",
    command: "init",
    help: "create or upgrade the mirror_* tables, and the source tables where they are missing",
  },
  {
    flag: "setup",
    type: "switch",
    command: "setup",
    help: "create missing tabs with headers, dropdowns, formats, filter views and protection",
  },
  {
    flag: "teardown",
    type: "switch",
    command: "teardown",
    help: "take everything of the mirror out of spreadsheet and database again; the data stays",
  },
  {
    flag: "history",
    type: "text",
    value: "ID",
    command: "history",
    help: "show everything that ever happened to a row, cell by cell",
  },
  {
    flag: "audit-archive",
    type: "text",
    value: "FILE",
    command: "audit-archive",
    help: "move what the audit says of exported cells and added rows, once 400 days old, to a file",
  },
  {
    flag: "pause",
    type: "text",
    value: "TAB",
    command: "pause",
    help: "leave a tab out until it is resumed",
  },
  {
    flag: "resume",
    type: "text",
    value: "TAB",
    command: "resume",
    help: "sync a paused tab again",
  },
  {
    flag: "check-health",
    type: "switch",
    command: "check-health",
    help: "say in one line whether all is well, with the exit codes of monitoring plugins",
  },
  {
    flag: "report",
    type: "switch",
    command: "report",
    help: "print the daily report now",
  },
  {
    flag: "install-check",
    type: "switch",
    command: "install-check",
    help: "say what is missing on this host",
  },
  {
    flag: "completions",
    type: "text",
    value: "SHELL",
    choices: ["bash", "zsh", "fish"],
    command: "completions",
    help: "print the completions of a shell",
  },
  {
    flag: "demo",
    type: "switch",
    command: "demo",
    help: "play a guided round trip between a database and a spreadsheet, both in memory",
  },
  { flag: "help", short: "h", type: "switch", command: "help", help: "show this text" },
  {
    flag: "version",
    short: "V",
    type: "switch",
    command: "version",
    help: "show the version",
  },
  {
    flag: "import",
    type: "switch",
    goesWith: ["once", "plan"],
    help: "only what people wrote in the sheet",
  },
  {
    flag: "export",
    type: "switch",
    goesWith: ["once", "plan"],
    help: "only what changed in the database",
  },
  {
    flag: "tab",
    type: "list",
    value: "NAME",
    goesWith: ["once", "plan", "setup", "history"],
    help: "only this tab; may stand several times",
  },
  {
    flag: "accept",
    type: "list",
    value: "GUARD",
    choices: ACCEPTABLE_GUARDS,
    goesWith: ["once", "plan"],
    help: "let through, once, what the guard of this name stopped",
  },
  {
    flag: "wait",
    type: "switch",
    goesWith: ["once", "daemon"],
    help: "wait for the process that runs a cycle, or is the daemon, instead of giving up",
  },
  {
    flag: "migrate",
    type: "switch",
    goesWith: ["init"],
    help: "add missing columns to source tables that already stand",
  },
  {
    flag: "repair",
    type: "switch",
    goesWith: ["setup"],
    help: "put changed headers back",
  },
  {
    flag: "probe",
    type: "switch",
    goesWith: ["setup"],
    help: "only try on a scratch tab what the mirror assumes of the Sheets API",
  },
  {
    flag: "offline",
    type: "switch",
    goesWith: ["check-health"],
    help: "leave the network out",
  },
  {
    flag: "html",
    type: "text",
    value: "FILE",
    goesWith: ["report"],
    help: "draw the report with charts into a file",
  },
  {
    flag: "config",
    type: "text",
    value: "PATH",
    default: DEFAULT_CONFIG_PATH,
    goesWith: [
      "once",
      "plan",
      "init",
      "setup",
      "history",
      "teardown",
      "audit-archive",
      "check-health",
      "report",
      "install-check",
      "daemon",
      "pause",
      "resume",
    ],
    help: "the configuration file",
  },
  {
    flag: "json",
    type: "switch",
    goesWith: ["once", "plan", "history", "check-health"],
    help: "print JSON for programs on standard output",
  },
  {
    flag: "log-level",
    type: "text",
    value: "LEVEL",
    choices: LOG_LEVELS,
    default: "info",
    help: "how much to say on standard error",
  },
  { flag: "no-color", type: "switch", help: "print without colours; NO_COLOR does the same" },
] as const satisfies readonly Setting[];

/** One of the flags. */
export type Flag = typeof SETTINGS[number]["flag"];

/** A name of the environment that the program reads. */
export interface EnvironmentName {
  readonly name: string;
  /** The key of the configuration that it overrides; null: it is not about the configuration. */
  readonly key: "database" | "spreadsheetId" | "credentials" | "sheetsEndpoint" | null;
  readonly help: string;
}

/** Every name of the environment that the program reads by itself. */
export const ENVIRONMENT: readonly EnvironmentName[] = [
  { name: "ATLAS_DATABASE", key: "database", help: 'overrides "database"' },
  { name: "ATLAS_SPREADSHEET_ID", key: "spreadsheetId", help: 'overrides "spreadsheetId"' },
  { name: "ATLAS_CREDENTIALS", key: "credentials", help: 'overrides "credentials"' },
  { name: "ATLAS_SHEETS_ENDPOINT", key: "sheetsEndpoint", help: 'overrides "sheetsEndpoint"' },
  { name: "NO_COLOR", key: null, help: "print without colours where it is not empty" },
];

/** The flags with the type of the table entries instead of their literals. */
export const settings: readonly Setting[] = SETTINGS;
