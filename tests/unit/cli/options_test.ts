import assert from "node:assert/strict";
import { AtlasError } from "../../../src/base/errors.ts";
import { parseCommand } from "../../../src/cli/options.ts";
import { settings } from "../../../src/cli/settings.ts";

function refusal(...args: string[]): string {
  try {
    parseCommand(args);
  } catch (error) {
    assert(error instanceof AtlasError);
    assert.equal(error.kind, "usage");
    assert(error.hint?.includes("atlas-mirror"), `no example in "${error.hint}"`);
    return error.message;
  }
  throw new assert.AssertionError({ message: `"${args.join(" ")}" was not refused` });
}

const COMMON = { logLevel: "info", color: true } as const;
const CONFIGURED = { ...COMMON, config: "/opt/atlas/mirror.json" } as const;
const CYCLE = {
  ...CONFIGURED,
  direction: "both",
  tabs: null,
  accept: [],
  json: false,
} as const;

Deno.test("parseCommand reads every command with its defaults", () => {
  assert.deepEqual(parseCommand(["--once"]), { kind: "once", ...CYCLE, wait: false });
  assert.deepEqual(parseCommand(["--plan"]), { kind: "plan", ...CYCLE });
  assert.deepEqual(parseCommand(["--init"]), { kind: "init", ...CONFIGURED, migrate: false });
  assert.deepEqual(parseCommand(["--setup"]), {
    kind: "setup",
    ...CONFIGURED,
    repair: false,
    probe: false,
    tabs: null,
  });
  assert.deepEqual(parseCommand(["--history", "run-1"]), {
    kind: "history",
    ...CONFIGURED,
    id: "run-1",
    tabs: null,
    json: false,
  });
  assert.deepEqual(parseCommand([]), { kind: "daemon", ...CONFIGURED, wait: false });
  assert.deepEqual(parseCommand(["--pause", "Runs"]), {
    kind: "pause",
    ...CONFIGURED,
    tab: "Runs",
  });
  assert.deepEqual(parseCommand(["--demo"]), { kind: "demo", ...COMMON, once: false });
  assert.deepEqual(parseCommand(["--help"]), { kind: "help", ...COMMON });
  assert.deepEqual(parseCommand(["-V"]), { kind: "version", ...COMMON });
});

Deno.test("parseCommand reads every option of a cycle", () => {
  const command = parseCommand([
    ..."--once --import --tab Runs --tab=Errors_Hotlist --accept adopt --wait --json".split(" "),
    ..."--config ./m.json --log-level debug --no-color".split(" "),
  ]);
  assert.deepEqual(command, {
    kind: "once",
    logLevel: "debug",
    color: false,
    config: "./m.json",
    direction: "import",
    tabs: ["Runs", "Errors_Hotlist"],
    accept: ["adopt"],
    json: true,
    wait: true,
  });
});

Deno.test("parseCommand reads the commands for operators", () => {
  assert.deepEqual(parseCommand(["--check-health"]), {
    kind: "check-health",
    ...CONFIGURED,
    offline: false,
    json: false,
  });
  assert.deepEqual(parseCommand(["--check-health", "--offline", "--json", "--config", "m.json"]), {
    kind: "check-health",
    ...COMMON,
    config: "m.json",
    offline: true,
    json: true,
  });
  assert.deepEqual(parseCommand(["--report"]), { kind: "report", ...CONFIGURED, html: null });
  assert.deepEqual(parseCommand(["--report", "--html", "r.html"]), {
    kind: "report",
    ...CONFIGURED,
    html: "r.html",
  });
  assert.deepEqual(parseCommand(["--install-check"]), { kind: "install-check", ...CONFIGURED });
  assert.deepEqual(parseCommand(["--completions", "zsh"]), {
    kind: "completions",
    ...COMMON,
    shell: "zsh",
  });
});

Deno.test("parseCommand lets --once stand beside --plan and --demo", () => {
  assert.equal(parseCommand(["--once", "--plan"]).kind, "plan");
  assert.deepEqual(parseCommand(["--demo", "--once"]), { kind: "demo", ...COMMON, once: true });
});

Deno.test("parseCommand takes options without a command for the daemon", () => {
  assert.deepEqual(parseCommand(["--wait", "--config", "./m.json"]), {
    kind: "daemon",
    ...COMMON,
    config: "./m.json",
    wait: true,
  });
});

Deno.test("parseCommand answers --help whatever stands beside it", () => {
  assert.equal(parseCommand(["--setup", "--migrate", "--help"]).kind, "help");
});

Deno.test("parseCommand refuses what it cannot read and names it", () => {
  const table: readonly (readonly [args: string, message: RegExp])[] = [
    ["--tab Runs", /--tab with the daemon: they do not go together$/],
    ["--pause", /--pause: its value TAB is missing$/],
    ["--pause Runs --resume Runs", /--resume with --pause: they do not go together$/],
    ["--onec", /"--onec": no such flag; did you mean "--once"\?$/],
    ["--frobnicate", /"--frobnicate": no such flag$/],
    ["-x", /"-x": no such flag/],
    ["once", /"once": every argument is a flag or the value of one; did you mean "--once"\?$/],
    ["--once --once", /--once twice/],
    ["--once --config a --config b", /--config twice/],
    ["--once --config", /--config: its value PATH is missing$/],
    ["--once --config=", /--config: its value PATH is missing$/],
    ["--once --tab --json", /--tab: its value NAME is missing$/],
    ["--history", /--history: its value ID is missing$/],
    ["--once=yes", /"--once=yes": --once takes no value$/],
    ["--once false", /after --once: it takes none$/],
    ["--init --setup", /--setup with --init: they do not go together$/],
    ["--plan --wait", /--wait with --plan: they do not go together$/],
    ["--once --migrate", /--migrate with --once: they do not go together$/],
    ["--demo --config x", /--config with --demo: they do not go together$/],
    ["--setup --probe --repair", /--repair with --probe: the probe sets nothing up$/],
    ["--once --import --export", /--import with --export: each means one direction only$/],
    ["--once --accept adpot", /--accept adpot: must be one of .*; did you mean "adopt"\?$/],
    ["--once --accept structure", /--accept structure: must be one of/],
    ["--once --log-level loud", /--log-level loud: must be one of debug, info, warning, error$/],
  ];
  for (const [args, message] of table) {
    assert.match(refusal(...args.split(" ").filter((arg) => arg !== "")), message, args);
  }
});

Deno.test("settings name every flag and short name once", () => {
  const names = settings.flatMap(({ flag, short }) => short === undefined ? [flag] : [flag, short]);
  assert.equal(new Set(names).size, names.length);
});

Deno.test("settings give every flag that takes a value a name for it", () => {
  for (const { flag, type, value } of settings) {
    assert.equal(value === undefined, type === "switch", flag);
  }
});
