/**
 * The program: the real world is passed to the command line here, and nowhere else.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { systemClock } from "./src/base/clock.ts";
import { AtlasError, messageOf } from "./src/base/errors.ts";
import { systemRandom } from "./src/base/random.ts";
import type { CliContext, Output } from "./src/cli/context.ts";
import type { FileCreation, FileRead, Files, NewFile } from "./src/cli/files.ts";
import { run } from "./src/cli/run.ts";
import type { DaemonRequest, Requests } from "./src/service/requests.ts";

/** What a stream that is no terminal counts as. */
const COLUMNS_DEFAULT = 100;

/** How long the program may take to end by itself once its work is done. */
const LINGER_MS = 1_000;

const realFiles: Files = {
  readText: (path) => Promise.resolve().then(() => readText(path)),
  async create(path): Promise<FileCreation> {
    try {
      const target = realTarget(path);
      const { state } = Deno.permissions.querySync({ name: "write", path: target ?? path });
      if (state !== "granted") {
        return { outcome: "refused", reason: "it lies outside of what this program may write" };
      }
      const file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
      return { outcome: "created", file: newFile(file, path) };
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) {
        return { outcome: "refused", reason: "it stands there already" };
      }
      if (error instanceof Deno.errors.NotFound) {
        return { outcome: "refused", reason: "its folder does not exist" };
      }
      if (error instanceof Deno.errors.NotCapable) {
        return { outcome: "refused", reason: "it lies outside of what this program may write" };
      }
      if (error instanceof Deno.errors.PermissionDenied) {
        return { outcome: "refused", reason: "this user may not write there" };
      }
      throw error;
    }
  },
  follow(path) {
    const target = realTarget(path);
    if (target === null) return Promise.resolve(null);
    const { state } = Deno.permissions.querySync({ name: "read", path: target });
    return Promise.resolve({ path: target, permitted: state === "granted" });
  },
};

/** Not by another thread: waking one takes a millisecond, and every command waits for its files. */
function readText(path: string): FileRead {
  try {
    return { outcome: "read", text: Deno.readTextFileSync(path) };
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
}

/**
 * Where a path leads once every link is followed. What does not stand yet will stand where its folder
 * leads. null: that cannot be told; using the path will fail too, and says better why.
 */
function realTarget(path: string): string | null {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    const folder = dirname(path);
    if (!(error instanceof Deno.errors.NotFound) || folder === path) return null;
    const target = realTarget(folder);
    return target === null ? null : join(target, basename(path));
  }
}

function newFile(file: Deno.FsFile, path: string): NewFile {
  const encoder = new TextEncoder();
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      throw new AtlasError("configuration", `Cannot write "${path}": ${messageOf(error)}`, {
        hint: "See that the disk has room, then run it again.",
        cause: error,
      });
    }
  };
  return {
    write: (text) =>
      attempt(async () => {
        const bytes = encoder.encode(text);
        for (let sent = 0; sent < bytes.length;) sent += await file.write(bytes.subarray(sent));
      }),
    finish: () =>
      attempt(async () => {
        await file.sync();
        file.close();
      }),
    async discard() {
      try {
        file.close();
        await Deno.remove(path);
      } catch {
        // It is of no use either way, and the reason for giving it up is what has to be told.
      }
    },
  };
}

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

const REQUESTS: readonly (readonly [Deno.Signal, DaemonRequest])[] = [
  ["SIGUSR1", "sync-now"],
  // Run from its sources, Deno 2.9.2 and later also open their debugger on SIGUSR1.
  ["SIGUSR2", "sync-now"],
  ["SIGHUP", "reload"],
];

/** Signals as requests. Until somebody listens, they end the process, as by default. */
const signalRequests: Requests = (listener) => {
  const handlers = REQUESTS.map(([signal, request]) => [signal, () => listener(request)] as const);
  for (const [signal, handler] of handlers) Deno.addSignalListener(signal, handler);
  return {
    [Symbol.dispose]() {
      for (const [signal, handler] of handlers) Deno.removeSignalListener(signal, handler);
    },
  };
};

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
    requests: signalRequests,
  };
  // Not Deno.exit() at once: a compiled program writes its code cache only when it ends by itself.
  Deno.exitCode = await run(Deno.args, context);
  // It may never do so: the body of a request that was denied keeps the event loop alive for ever.
  Deno.unrefTimer(setTimeout(() => Deno.exit(), LINGER_MS));
}
