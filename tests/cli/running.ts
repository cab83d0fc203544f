/** A program that runs while a test talks to it. @module */

import assert from "node:assert/strict";
import project from "../../deno.json" with { type: "json" };
import { cacheOf, root } from "./program.ts";

/** Longer than anything takes on a machine that is busy with other tests. */
const PATIENCE_MS = 60_000;

/** A process, and what it says on standard error. */
export class RunningProgram implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  #said = "";
  #hears: () => void = () => {};
  #hasEnded = false;

  /** Starts the program as `deno task start` does, or an executable with nothing in its environment. */
  constructor(args: readonly string[], executable?: string) {
    const [, ...flags] = project.tasks.start.command.split(" ");
    this.#child = new Deno.Command(executable ?? Deno.execPath(), {
      args: executable === undefined ? [...flags, ...args] : [...args],
      cwd: root,
      clearEnv: true,
      env: executable === undefined ? cacheOf(Deno.env.toObject()) : {},
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#reading = this.#read();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Everything it said so far. */
  get said(): string {
    return this.#said;
  }

  /** Sends a signal, if it is still there: it may have ended by itself, or been killed, at any moment. */
  signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  /** Kills it, if it is still there; {@linkcode ends} then gives 137. */
  kill(): void {
    this.signal("SIGKILL");
  }

  /** Waits until it has said something, after the first `from` characters of what it said. */
  async says(pattern: RegExp, from = 0): Promise<void> {
    assert(await this.hears(pattern, from), `it ended without saying ${pattern}:\n${this.#said}`);
  }

  /** As {@linkcode says}; false where it ended without saying it. */
  async hears(pattern: RegExp, from = 0): Promise<boolean> {
    const late = AbortSignal.timeout(PATIENCE_MS);
    while (!pattern.test(this.#said.slice(from))) {
      if (this.#hasEnded) return false;
      assert(!late.aborted, `it did not say ${pattern}:\n${this.#said}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#hears = resolve;
      const timer = setTimeout(resolve, PATIENCE_MS);
      await promise;
      clearTimeout(timer);
    }
    return true;
  }

  /** Its exit code, once it has ended. */
  async ends(): Promise<number> {
    await this.#reading;
    return (await this.#child.status).code;
  }

  async #read(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.#said += text;
      this.#hears();
    }
    this.#hasEnded = true;
    this.#hears();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.ends();
  }
}
