/**
 * The program: the real world is passed to the command line here, and nowhere else.
 *
 * @module
 */

import { systemClock } from "./src/base/clock.ts";
import { AtlasError } from "./src/base/errors.ts";
import { systemRandom } from "./src/base/random.ts";
import type { CliContext, Output } from "./src/cli/context.ts";
import type { FileRead, Files } from "./src/cli/files.ts";
import { run } from "./src/cli/run.ts";

/** What a stream that is no terminal counts as. */
const COLUMNS_DEFAULT = 100;

const realFiles: Files = {
  async readText(path): Promise<FileRead> {
    try {
      return { outcome: "read", text: await Deno.readTextFile(path) };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return { outcome: "missing" };
      if (error instanceof Deno.errors.IsADirectory) {
        return { outcome: "unreadable", reason: "it is a folder" };
      }
      if (error instanceof Deno.errors.NotCapable) {
        return { outcome: "unreadable", reason: "it lies outside of what this program may read" };
      }
      if (error instanceof Deno.errors.PermissionDenied) {
        return { outcome: "unreadable", reason: "its owner and mode do not let this user read it" };
      }
      throw error;
    }
  },
  async follow(path) {
    let target: string;
    try {
      target = await Deno.realPath(path);
    } catch {
      // Reading it will fail too, and says better why.
      return null;
    }
    const { state } = await Deno.permissions.query({ name: "read", path: target });
    return { path: target, permitted: state === "granted" };
  },
};

function output(stream: typeof Deno.stdout | typeof Deno.stderr): Output {
  const isTerminal = stream.isTerminal();
  const encoder = new TextEncoder();
  return {
    isTerminal,
    columns: isTerminal ? Deno.consoleSize().columns : COLUMNS_DEFAULT,
    write(text) {
      const bytes = encoder.encode(text);
      try {
        for (let sent = 0; sent < bytes.length;) sent += stream.writeSync(bytes.subarray(sent));
      } catch (error) {
        // `atlas-mirror --plan | head` closes its end early; that is no failure of the cycle.
        if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      }
    },
  };
}

/** Aborts at the first SIGINT or SIGTERM; a second one ends the process at once, as by default. */
function abortOnSignals(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const signals = ["SIGINT", "SIGTERM"] as const;
  const forget = () => {
    for (const signal of signals) Deno.removeSignalListener(signal, stop);
  };
  const stop = () => {
    forget();
    controller.abort(
      new AtlasError("stopped", "Stopped before the end: the process was asked to stop", {
        hint: "Run it again; it goes on where it was.",
      }),
    );
  };
  for (const signal of signals) Deno.addSignalListener(signal, stop);
  return { signal: controller.signal, [Symbol.dispose]: forget };
}

if (import.meta.main) {
  using stopping = abortOnSignals();
  const context: CliContext = {
    env: (name) => Deno.env.get(name),
    files: realFiles,
    stdout: output(Deno.stdout),
    stderr: output(Deno.stderr),
    clock: systemClock,
    random: systemRandom,
    pid: Deno.pid,
    signal: stopping.signal,
  };
  // Not Deno.exit(): a compiled program writes its code cache only when it ends by itself.
  Deno.exitCode = await run(Deno.args, context);
}
