/**
 * The little web server for whoever watches the mirror: a status page for people, `/healthz` for
 * supervisors, `/metrics` for Prometheus. It only reads. What it answers is in `app.ts`.
 *
 * @module
 */

import { AtlasError, messageOf } from "../base/errors.ts";
import { getLog } from "../base/log.ts";
import { type AppOptions, createApp } from "./app.ts";
import { type MakePlan, Planner } from "./planner.ts";

/** What the server shows, and where. */
export interface WebOptions extends Omit<AppOptions, "host" | "planner"> {
  /** `HOST:PORT`; an IPv6 address in brackets; port 0: any free one. */
  readonly listen: string;
  /** Makes the plan for `/plan`. */
  readonly plan: MakePlan;
}

/** A server that listens until it is disposed of. */
export interface WebServer extends AsyncDisposable {
  /** `http://127.0.0.1:9464` */
  readonly url: string;
}

const log = getLog("web");

/**
 * Starts the server.
 *
 * @throws {AtlasError} `configuration` where the address cannot be used.
 */
export function startWeb(options: WebOptions): WebServer {
  const { host, port } = splitAddress(options.listen);
  const planner = new Planner(options);
  const app = createApp({ ...options, host, planner });
  const controller = new AbortController();
  const listening = listen(options.listen, () =>
    Deno.serve({
      hostname: host.replace(/^\[|\]$/g, ""),
      port,
      signal: controller.signal,
      onListen: () => {},
    }, (request) => app.fetch(request)));
  const url = `http://${host}:${listening.addr.port}`;
  log.info("Listening on {url}", { url });
  return {
    url,
    // What is under way is cut off: an answer for monitoring is not worth waiting for.
    async [Symbol.asyncDispose]() {
      controller.abort();
      await planner[Symbol.asyncDispose]();
      await listening.finished;
    },
  };
}

function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

function listen<T>(address: string, start: () => T): T {
  try {
    return start();
  } catch (error) {
    throw listenError(address, error);
  }
}

function listenError(address: string, error: unknown): unknown {
  const { port } = splitAddress(address);
  const failed = `Cannot listen on ${address}`;
  const hint = 'Choose another address with the key "listen", or null for none.';
  if (error instanceof Deno.errors.AddrInUse) {
    return new AtlasError("configuration", `${failed}: port ${port} is in use`, { hint });
  }
  if (error instanceof Deno.errors.NotCapable) {
    return new AtlasError("configuration", `${failed}: this program may not use that address`, {
      hint: "Listen on 127.0.0.1, or build the program with the address in ATLAS_NET.",
    });
  }
  const isRefused = error instanceof Deno.errors.AddrNotAvailable ||
    error instanceof Deno.errors.PermissionDenied || error instanceof RangeError ||
    error instanceof TypeError || error instanceof Deno.errors.InvalidData;
  if (!isRefused) return error;
  return new AtlasError("configuration", `${failed}: ${messageOf(error)}`, { hint });
}
