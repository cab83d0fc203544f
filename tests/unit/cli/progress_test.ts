import assert from "node:assert/strict";
import type { Clock } from "../../../src/base/clock.ts";
import { progressText, startProgress } from "../../../src/cli/progress.ts";

/** A clock whose sleeps end when the test says so. */
function steppedClock() {
  let now = 0;
  let wake = () => {};
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
        wake = () => {
          now += ms;
          resolve();
        };
      }),
  };
  const step = async () => {
    wake();
    // The drawing goes on in the microtasks behind the sleep.
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { clock, step };
}

function terminal(isTerminal: boolean) {
  const written: string[] = [];
  return { written, isTerminal, columns: 80, write: (text: string) => void written.push(text) };
}

Deno.test("startProgress shows nothing for work that is done within a second", async () => {
  const output = terminal(true);
  await startProgress(output, steppedClock().clock)[Symbol.asyncDispose]();
  assert.deepEqual(output.written, []);
});

Deno.test("startProgress draws after a second and leaves a clean line behind", async () => {
  const output = terminal(true);
  const { clock, step } = steppedClock();
  const progress = startProgress(output, clock);
  progress.tell({ phase: "planning", done: 1, total: 3 });
  await step();
  assert.match(output.written.join(""), /planning, tab 2 of 3, 1 s$/);
  await progress[Symbol.asyncDispose]();
  assert.equal(output.written.at(-1), "\r\u001b[K");
});

Deno.test("startProgress writes nothing where nobody watches", async () => {
  const output = terminal(false);
  const { clock, step } = steppedClock();
  const progress = startProgress(output, clock);
  progress.tell({ phase: "writing", done: 0, total: 3 });
  await step();
  await progress[Symbol.asyncDispose]();
  assert.deepEqual(output.written, []);
});

Deno.test("progressText fills its bar from phase to phase and keeps to the width", () => {
  const filled = (text: string) => [...text].filter((character) => character === "█").length;
  const at = (phase: "reading" | "writing", done: number) =>
    filled(progressText({ phase, done, total: 3 }, 0, 80));
  assert.equal(at("reading", 0), 0);
  assert.equal(at("writing", 0), 12);
  assert.equal(progressText({ phase: "writing", done: 0, total: 3 }, 0, 20).length, 19);
});
