/** The command line as one value: a command with exactly the options that belong to it. @module */

import { parseArgs } from "@std/cli/parse-args";
import { AtlasError } from "../base/errors.ts";
import { assert, must, unreachable } from "../base/assert.ts";
import {
  type CommandName,
  DEFAULT_CONFIG_PATH,
  LOG_LEVELS,
  type LogLevel,
  type Setting,
  settings,
} from "./settings.ts";
import { didYouMean } from "./suggest.ts";

/** What every command may be told. */
interface Common {
  readonly logLevel: LogLevel;
  /** False: print without colours, whatever the terminal can do. */
  readonly color: boolean;
}

interface Configured extends Common {
  /** Path of the configuration file. */
  readonly config: string;
}

/** Which way data flows. */
export type CycleDirection = "both" | "import" | "export";

interface Cycle extends Configured {
  readonly direction: CycleDirection;
  /** Titles of tabs; null: all. */
  readonly tabs: readonly string[] | null;
  readonly accept: readonly string[];
  readonly json: boolean;
}

/** What the program was asked to do. */
export type Command =
  /** The cadences, until it is asked to stop. `wait`: for another daemon to end. */
  | Configured & { readonly kind: "daemon"; readonly wait: boolean }
  /** One cycle. `wait`: for another process that is in one. */
  | Cycle & { readonly kind: "once"; readonly wait: boolean }
  /** What one cycle would do. */
  | Cycle & { readonly kind: "plan" }
  /** The tables. */
  | Configured & { readonly kind: "init"; readonly migrate: boolean }
  /** The tabs. `probe`: only what the mirror assumes of the API is tried, on a tab of its own. */
  | Configured & {
    readonly kind: "setup";
    readonly repair: boolean;
    readonly probe: boolean;
    readonly tabs: readonly string[] | null;
  }
  /** The life of one row. */
  | Configured & {
    readonly kind: "history";
    readonly id: string;
    readonly tabs: readonly string[] | null;
    readonly json: boolean;
  }
  /** A tab that is left out, or no longer. */
  | Configured & { readonly kind: "pause" | "resume"; readonly tab: string }
  /** The mirror goes, the data stays. */
  | Configured & { readonly kind: "teardown" }
  /** Old lines of the audit go to a file. */
  | Configured & { readonly kind: "audit-archive"; readonly file: string }
  /** Whether all is well. `offline`: from the database alone. */
  | Configured & {
    readonly kind: "check-health";
    readonly offline: boolean;
    readonly json: boolean;
  }
  /** The daily report. `html`: a file to draw it into; null: it is printed. */
  | Configured & { readonly kind: "report"; readonly html: string | null }
  /** What is missing on this host. */
  | Configured & { readonly kind: "install-check" }
  /** The completions of a shell. */
  | Common & { readonly kind: "completions"; readonly shell: string }
  /** The guided tour. `once`: it ends by itself. */
  | Common & { readonly kind: "demo"; readonly once: boolean }
  | Common & { readonly kind: "help" }
  | Common & { readonly kind: "version" };

/** The command of one kind. */
export type CommandOf<Kind extends CommandName> = Extract<Command, { kind: Kind }>;

/** The values of the flags that were given, by flag; a switch has `true` for each time. */
type Given = ReadonlyMap<string, readonly (string | true)[]>;

/** The order in which a command wins where its flag stands beside another's. */
const COMMAND_ORDER: readonly Exclude<CommandName, "daemon">[] = [
  "help",
  "version",
  "demo",
  "init",
  "setup",
  "teardown",
  "history",
  "audit-archive",
  "pause",
  "resume",
  "check-health",
  "report",
  "install-check",
  "completions",
  "plan",
  "once",
];

/**
 * Reads the command line.
 *
 * @throws AtlasError of kind "usage" that names the flag and shows what to type instead.
 *
 * ```ts
 * import { parseCommand } from "./options.ts";
 *
 * const command = parseCommand(["--once", "--tab", "Runs"]);
 * if (command.kind !== "once" || command.tabs?.[0] !== "Runs") throw new Error("misread");
 * ```
 */
export function parseCommand(args: readonly string[]): Command {
  const given = readFlags(args);
  const kind = COMMAND_ORDER.find((command) => given.has(flagOf(command))) ?? "daemon";
  // Whoever asks for help need not have put the rest together well; that is why they ask.
  if (kind === "help") return { kind, ...common(given) };
  checkCompany(given, kind);
  checkValues(given);
  return toCommand(kind, given);
}

/** The log level and colour of a command line that may be wrong elsewhere, to print its error. */
export function peekCommon(args: readonly string[]): Common {
  const at = args.indexOf("--log-level");
  const word = at >= 0
    ? args[at + 1]
    : args.find((arg) => arg.startsWith("--log-level="))?.slice(12);
  return {
    logLevel: LOG_LEVELS.find((level) => level === word) ?? "info",
    color: !args.includes("--no-color"),
  };
}

function flagOf(command: Exclude<CommandName, "daemon">): string {
  return must(settings.find((setting) => setting.command === command), `flag of ${command}`).flag;
}

function readFlags(args: readonly string[]): Given {
  const switches = settings.filter((setting) => setting.type === "switch");
  for (const { flag } of switches) {
    const assigned = args.find((arg) => arg.startsWith(`--${flag}=`));
    if (assigned !== undefined) {
      throw usage(`Cannot read "${assigned}": --${flag} takes no value`, `atlas-mirror --${flag}`);
    }
  }
  const flags = settings.map((setting) => setting.flag);
  const parsed: object = parseArgs([...args], {
    boolean: switches.map((setting) => setting.flag),
    string: settings.filter((setting) => setting.type !== "switch").map((setting) => setting.flag),
    // Collected all, to tell a flag that stands twice from one that stands once.
    collect: flags,
    alias: Object.fromEntries(
      settings.flatMap(({ short, flag }) => short === undefined ? [] : [[short, flag]]),
    ),
    unknown: refuseUnknown,
  });
  const collected = new Map<string, unknown>(Object.entries(parsed));
  const given = new Map<string, readonly (string | true)[]>();
  for (const setting of settings) {
    const values = valuesOf(collected, setting.flag);
    if (values.length > 0) {
      given.set(
        setting.flag,
        values.map((value) => checkGiven(setting, value)),
      );
    }
    if (values.length > 1 && setting.type !== "list") {
      throw usage(`Cannot use --${setting.flag} twice: it may stand once`, example(setting));
    }
  }
  return given;
}

/**
 * What the library collected for a flag. It has no types of its own, so its answer is checked like any
 * foreign value; by hand, for whoever asks for the version should not wait until zod is loaded.
 */
function valuesOf(collected: ReadonlyMap<string, unknown>, flag: string): readonly unknown[] {
  const values = collected.get(flag) ?? [];
  assert(Array.isArray(values), `the values of --${flag} are a list`);
  return values;
}

function refuseUnknown(arg: string): never {
  const [typed = arg] = arg.split("=");
  const known = settings.map((setting) => `--${setting.flag}`);
  if (!typed.startsWith("-")) {
    throw usage(
      `Cannot read "${arg}": every argument is a flag or the value of one${
        didYouMean(`--${typed}`, known)
      }`,
      "atlas-mirror --once --tab Runs",
    );
  }
  throw usage(
    `Cannot read "${typed}": no such flag${didYouMean(typed, known)}`,
    "atlas-mirror --help shows every flag",
  );
}

function checkGiven(setting: Setting, value: unknown): string | true {
  if (setting.type === "switch") {
    if (value === true) return true;
    throw usage(`Cannot read the value after --${setting.flag}: it takes none`, example(setting));
  }
  if (typeof value === "string" && value.trim() !== "") return value;
  throw usage(
    `Cannot read --${setting.flag}: its value ${setting.value} is missing`,
    example(setting),
  );
}

function checkCompany(given: Given, kind: CommandName): void {
  for (const setting of settings) {
    if (!given.has(setting.flag) || setting.command === kind) continue;
    const isOption = setting.command === undefined;
    const allowed = setting.goesWith ?? [];
    if (allowed.includes(kind) || (isOption && setting.goesWith === undefined)) continue;
    throw usage(
      `Cannot use --${setting.flag} with ${
        kind === "daemon" ? "the daemon" : `--${flagOf(kind)}`
      }: they do not go together`,
      isOption ? example(setting) : `atlas-mirror --${setting.flag} in a run of its own`,
    );
  }
  if (given.has("import") && given.has("export")) {
    throw usage(
      "Cannot use --import with --export: each means one direction only",
      "atlas-mirror --once goes both ways",
    );
  }
  const other = ["repair", "tab"].find((flag) => given.has("probe") && given.has(flag));
  if (other !== undefined) {
    throw usage(
      `Cannot use --${other} with --probe: the probe sets nothing up`,
      "atlas-mirror --setup --probe in a run of its own",
    );
  }
}

function checkValues(given: Given): void {
  for (const setting of settings) {
    const { choices } = setting;
    if (choices === undefined) continue;
    for (const value of given.get(setting.flag) ?? []) {
      if (value === true || choices.includes(value)) continue;
      throw usage(
        `Cannot use --${setting.flag} ${value}: must be one of ${choices.join(", ")}${
          didYouMean(value, choices)
        }`,
        example(setting),
      );
    }
  }
}

function toCommand(kind: CommandName, given: Given): Command {
  const shared = common(given);
  const configured = { ...shared, config: text(given, "config") ?? DEFAULT_CONFIG_PATH };
  const cycle = {
    ...configured,
    direction: direction(given),
    tabs: given.has("tab") ? list(given, "tab") : null,
    accept: list(given, "accept"),
    json: given.has("json"),
  };
  switch (kind) {
    case "daemon":
      return { kind, ...configured, wait: given.has("wait") };
    case "once":
      return { kind, ...cycle, wait: given.has("wait") };
    case "plan":
      return { kind, ...cycle };
    case "init":
      return { kind, ...configured, migrate: given.has("migrate") };
    case "setup":
      return {
        kind,
        ...configured,
        repair: given.has("repair"),
        probe: given.has("probe"),
        tabs: cycle.tabs,
      };
    case "history": {
      const id = must(text(given, "history"), "the ID of --history");
      return { kind, ...configured, id, tabs: cycle.tabs, json: cycle.json };
    }
    case "pause":
    case "resume":
      return { kind, ...configured, tab: must(text(given, kind), `the tab of --${kind}`) };
    case "teardown":
      return { kind, ...configured };
    case "audit-archive":
      return { kind, ...configured, file: must(text(given, kind), "the file of --audit-archive") };
    case "check-health":
      return { kind, ...configured, offline: given.has("offline"), json: cycle.json };
    case "report":
      return { kind, ...configured, html: text(given, "html") ?? null };
    case "install-check":
      return { kind, ...configured };
    case "completions":
      return { kind, ...shared, shell: must(text(given, "completions"), "the shell") };
    case "demo":
      return { kind, ...shared, once: given.has("once") };
    case "help":
    case "version":
      return { kind, ...shared };
    default:
      return unreachable(kind);
  }
}

function common(given: Given): Common {
  const level = text(given, "log-level");
  return {
    logLevel: LOG_LEVELS.find((known) => known === level) ?? "info",
    color: !given.has("no-color"),
  };
}

function direction(given: Given): CycleDirection {
  if (given.has("import")) return "import";
  return given.has("export") ? "export" : "both";
}

function list(given: Given, flag: string): readonly string[] {
  return (given.get(flag) ?? []).filter((value) => value !== true);
}

function text(given: Given, flag: string): string | undefined {
  return list(given, flag)[0];
}

function example({ flag, value, choices, command, goesWith }: Setting): string {
  const shown = value === undefined ? "" : ` ${choices?.[0] ?? EXAMPLES[value] ?? value}`;
  const [owner] = command === undefined ? goesWith ?? ["once"] : [];
  return `atlas-mirror${owner === undefined ? "" : ` --${owner}`} --${flag}${shown}`;
}

const EXAMPLES: Readonly<Record<string, string>> = {
  ID: "approval-123",
  NAME: "Runs",
  TAB: "Runs",
  PATH: "./mirror.json",
  FILE: "report.html",
};

function usage(message: string, tryThis: string): AtlasError {
  return new AtlasError("usage", message, { hint: `Try: ${tryThis}` });
}
