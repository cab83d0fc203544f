/** The help text, made from the tables of settings and exit codes. @module */

import { EXIT_SENTENCES } from "./exit.ts";
import { ENVIRONMENT, type Setting, settings } from "./settings.ts";
import { padTo, widthOf, wrap } from "./terminal_text.ts";

const WIDTH = 96;

const EXAMPLES: readonly (readonly [string, string])[] = [
  ["atlas-mirror --demo --once", "see what it does, without an account"],
  ["atlas-mirror --init", "prepare the database"],
  ["atlas-mirror --setup", "prepare the spreadsheet"],
  ["atlas-mirror --plan", "look before it writes"],
  ["atlas-mirror --once", "one cycle"],
  ["atlas-mirror", "stay and keep both sides in agreement"],
];

/** Everything `--help` says. */
export function helpText(): string {
  return [
    "atlas-mirror keeps SQLite tables and the tabs of a Google spreadsheet in agreement.",
    "",
    "Usage: atlas-mirror [COMMAND] [OPTION]…",
    "",
    "Without a command it is the daemon: it syncs at the cadences of the contract until SIGTERM.\n" +
    "SIGUSR1 or SIGUSR2 makes it sync now, SIGHUP reload its configuration.",
    "",
    ...section("Commands", settings.filter(({ command }) => command !== undefined).map(entry)),
    ...section("Options", settings.filter(({ command }) => command === undefined).map(entry)),
    ...section("Environment", ENVIRONMENT.map(({ name, help }) => [name, help])),
    ...section("Exit codes", EXIT_SENTENCES.map(([code, sentence]) => [`${code}`, sentence])),
    ...section("Examples", EXAMPLES),
  ].join("\n");
}

function entry(setting: Setting): readonly [string, string] {
  const short = setting.short === undefined ? "" : `-${setting.short}, `;
  const value = setting.value === undefined ? "" : ` ${setting.value}`;
  const notes = [
    setting.choices === undefined ? "" : `one of ${setting.choices.join(", ")}`,
    setting.default === undefined ? "" : `default ${setting.default}`,
    setting.command === undefined ? company(setting) : "",
  ].filter((note) => note !== "");
  const suffix = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
  return [`${short}--${setting.flag}${value}`, setting.help + suffix];
}

function company({ goesWith }: Setting): string {
  return goesWith === undefined
    ? ""
    : `with ${
      goesWith.map((command) => command === "daemon" ? "the daemon" : `--${command}`).join(", ")
    }`;
}

function section(title: string, entries: readonly (readonly [string, string])[]): string[] {
  const column = Math.max(...entries.map(([name]) => widthOf(name))) + 4;
  const lines = entries.flatMap(([name, text]) => {
    const [first = "", ...rest] = wrap(text, WIDTH, " ".repeat(column));
    return [padTo(`  ${name}`, column) + first.slice(column), ...rest];
  });
  return [`${title}:`, ...lines, ""];
}
