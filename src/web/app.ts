/** The routes of the web server, and what every answer has in common. @module */

import { type Context, Hono } from "hono";
import { isIP } from "node:net";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { getLog } from "../base/log.ts";
import type { Contract } from "../contract/schema.ts";
import { MINUTE_MS } from "../service/durations.ts";
import type { Liveness } from "../service/liveness.ts";
import type { Database } from "../store/database.ts";
import { readRevision } from "../store/revision.ts";
import { maskWhile } from "../text/mask_while.ts";
import type { Masker } from "../text/secrets.ts";
import { AuditPage, auditQuestion, readAudit } from "./audit_page.tsx";
import { type SpanName, spanNamed } from "./history.ts";
import { METRICS_TYPE, metricsPage } from "./metrics_page.ts";
import { htmlOf } from "./parts.tsx";
import { PlanPage } from "./plan_page.tsx";
import type { Planner } from "./planner.ts";
import { readStatus } from "./status.ts";
import { StatusPage } from "./status_page.tsx";

/** What the routes work with. */
export interface AppOptions {
  readonly db: Database;
  readonly contract: Contract;
  readonly clock: Clock;
  readonly masker: Masker;
  /** Asked at every `/healthz`. */
  readonly health: () => Liveness;
  readonly planner: Planner;
  /** The name it listens on. */
  readonly host: string;
}

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
/** Addresses that mean "every interface". */
const WILDCARDS = ["0.0.0.0", "[::]"];

/** Of every answer. A page may load and ask what comes from here, and nothing else. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; " +
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; " +
    "frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
};

const log = getLog("web");

/** The routes, for requests that name `host` or this machine. */
export function createApp(options: AppOptions): Hono {
  const { db, contract, clock, health, host, masker, planner } = options;
  const app = new Hono();
  app.use(async (context, next) => {
    if (!isKnownHost(context.req.header("host") ?? "", host)) {
      // A page on the web can make a browser ask us under a name of its own.
      context.res = context.text("This server does not go by that name\n", 421);
    } else if (isForeign(context)) {
      context.res = context.text("Other sites may link to this page, and no more\n", 403);
    } else await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.header(name, value);
  });
  const status = new StatusPages(options);
  app.get("/", async (context) => {
    const { tag, html } = status.page(spanNamed(context.req.query("span")));
    context.header("etag", tag);
    // The runtime's server may compress the page and weaken its tag.
    if (context.req.header("if-none-match")?.replace(/^W\//, "") === tag) {
      return context.body(null, 304);
    }
    return context.html(await html);
  });
  app.get("/audit", async (context) => {
    const question = auditQuestion(context.req.query("row"), context.req.query("before"));
    const answer = readAudit(db, contract, question);
    return context.html(await maskWhile(masker, (mask) => htmlOf(AuditPage({ answer, mask }))));
  });
  app.get("/plan", async (context) => {
    const planned = await planner.plan();
    const now = clock.now();
    return context.html(
      await maskWhile(masker, (mask) => htmlOf(PlanPage({ planned, now, mask }))),
    );
  });
  app.get("/assets/:name", async (context) => {
    // A good sixty kilobytes of text that nothing but a browser asks for.
    const { ASSETS } = await import("./assets.ts");
    const asset = ASSETS.get(context.req.param("name"));
    if (asset === undefined) return context.notFound();
    return context.body(asset.text, 200, { "content-type": asset.type });
  });
  app.get("/healthz", (context) => {
    const liveness = health();
    return context.json(liveness, liveness.status === "failing" ? 503 : 200);
  });
  app.get("/metrics", async (context) => {
    const page = await metricsPage(db, contract, clock.now());
    return context.body(page, 200, { "content-type": METRICS_TYPE });
  });
  app.notFound((context) => context.text("There is nothing here: try / or /healthz\n", 404));
  app.onError((error, context) => {
    log.error("Cannot answer {path}: {why}", { path: context.req.path, why: messageOf(error) });
    return context.text("Cannot answer: the log says why\n", 500);
  });
  return app;
}

/** A status page as it was made. */
interface MadePage {
  /** Names the state of the database that it shows. */
  readonly tag: string;
  /** When it was made, in milliseconds. */
  readonly at: number;
  readonly html: Promise<string>;
}

/** A page may be so old: while a cycle runs, the database changes all the time. */
const FRESH_MS = 1_000;

/**
 * The status page, made once for each state of the database and each minute, however many look at it,
 * so that the daemon is never kept from its work for long.
 */
class StatusPages {
  readonly #options: AppOptions;
  /** Tells the pages of this process from those of one before: a revision means nothing to another. */
  readonly #startedAt: number;
  readonly #made = new Map<SpanName, MadePage>();

  constructor(options: AppOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  page(span: SpanName): MadePage {
    const { db, contract, clock, masker } = this.#options;
    const now = clock.now();
    const known = this.#made.get(span);
    if (known !== undefined && now >= known.at && now - known.at < FRESH_MS) return known;
    const minute = Math.floor(now / MINUTE_MS);
    const tag = `"${this.#startedAt}-${readRevision(db)}-${minute}-${span}"`;
    if (known?.tag === tag) return known;
    const status = readStatus(db, contract, { now, span });
    const html = maskWhile(masker, (mask) => htmlOf(StatusPage({ status, mask })));
    const made = { tag, at: now, html };
    this.#made.set(span, made);
    return made;
  }
}

/** Whether a browser asks on behalf of another site, other than by following a link. */
function isForeign({ req }: Context): boolean {
  return req.header("sec-fetch-site") === "cross-site" &&
    req.header("sec-fetch-mode") !== "navigate";
}

/**
 * Whether a request names this server. On every interface the server cannot know its names, but an
 * address in figures is not one that a stranger's page could have pointed here.
 */
export function isKnownHost(header: string, host: string): boolean {
  const name = header.toLowerCase().replace(/:\d*$/, "");
  if (LOOPBACK.includes(name) || name === host.toLowerCase()) return true;
  return WILDCARDS.includes(host) && isIP(name.replace(/^\[|\]$/g, "")) !== 0;
}
