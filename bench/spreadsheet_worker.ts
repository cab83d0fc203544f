/**
 * The embedded spreadsheet in a thread of its own, so that its work and its memory are not counted as
 * the mirror's. It says its address once and then answers until it is ended.
 *
 * @module
 */

import { systemClock } from "../src/base/clock.ts";
import { seededRandom } from "../src/base/random.ts";
import { startEmbedded } from "../src/embedded/server.ts";

/** As much of a worker's own scope as is used: the main thread's types do not know it. */
interface WorkerScope {
  postMessage(message: string): void;
}

declare const self: WorkerScope;

const { url } = await startEmbedded({
  storage: ":memory:",
  clock: systemClock,
  random: seededRandom(1),
});
self.postMessage(url);
