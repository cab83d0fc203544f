/** Shell completions, made from the table of settings. @module */

import { type Setting, settings } from "./settings.ts";

/** The shells there are completions for, with the file each looks for. */
export const SHELLS = {
  bash: "atlas-mirror.bash",
  zsh: "_atlas-mirror",
  fish: "atlas-mirror.fish",
} as const;

export type Shell = keyof typeof SHELLS;

/** Names of values that are paths. */
const PATHS: readonly string[] = ["PATH", "FILE"];

/** The script that teaches the shell every flag. */
export function completionScript(shell: Shell): string {
  const head = [`# Completions of atlas-mirror for ${shell}.`, `# Made by: ${madeBy(shell)}`];
  switch (shell) {
    case "bash":
      return [...head, ...bash(), ""].join("\n");
    case "zsh":
      // The first line of a completion file must be this one.
      return ["#compdef atlas-mirror", ...head, ...zsh(), ""].join("\n");
    case "fish":
      return [...head, ...fish(), ""].join("\n");
  }
}

function madeBy(shell: Shell): string {
  return `atlas-mirror --completions ${shell} > ${SHELLS[shell]}`;
}

function isPath({ value }: Setting): boolean {
  return value !== undefined && PATHS.includes(value);
}

function names({ flag, short }: Setting): string[] {
  return short === undefined ? [`--${flag}`] : [`-${short}`, `--${flag}`];
}

function bash(): string[] {
  const all = settings.flatMap(names).join(" ");
  const cases = settings.filter(({ type }) => type !== "switch").map((setting) => {
    const words = setting.choices === undefined ? "" : `-W "${setting.choices.join(" ")}" `;
    const offer = isPath(setting) ? "-f " : words;
    return `    --${setting.flag}) ${
      offer === "" ? "return" : `mapfile -t COMPREPLY < <(compgen ${offer}-- "$word"); return`
    } ;;`;
  });
  return [
    "_atlas_mirror() {",
    '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD - 1]}"',
    "  COMPREPLY=()",
    '  case "$before" in',
    ...cases,
    "  esac",
    `  mapfile -t COMPREPLY < <(compgen -W "${all}" -- "$word")`,
    "}",
    "complete -o filenames -F _atlas_mirror atlas-mirror",
  ];
}

function zsh(): string[] {
  const specs = settings.map((setting) => {
    const { flag, short, type, value, choices, help } = setting;
    const told = `[${help.replace(/[[\]\\:]/g, "\\$&")}]`;
    if (type === "switch") {
      return short === undefined
        ? single(`--${flag}${told}`)
        : `'(-${short} --${flag})'{-${short},--${flag}}${single(told)}`;
    }
    const offer = isPath(setting)
      ? "_files"
      : choices === undefined
      ? ""
      : `(${choices.join(" ")})`;
    return single(`${type === "list" ? "*" : ""}--${flag}=${told}:${value}:${offer}`);
  });
  return ["_arguments -s \\", specs.map((spec) => `  ${spec}`).join(" \\\n")];
}

function fish(): string[] {
  const lines = settings.map((setting) => {
    const { flag, short, type, choices, help } = setting;
    const offer = choices !== undefined
      ? ` -x -a ${single(choices.join(" "))}`
      : isPath(setting)
      ? " -r -F"
      : " -x";
    return `complete -c atlas-mirror -l ${flag}${short === undefined ? "" : ` -s ${short}`}${
      type === "switch" ? "" : offer
    } -d ${singleFish(help)}`;
  });
  return ["complete -c atlas-mirror -f", ...lines];
}

/** A text in single quotes for a POSIX shell. */
function single(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** In fish a backslash escapes inside of single quotes too. */
function singleFish(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
