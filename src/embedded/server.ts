/**
 * The embedded spreadsheet: a server on loopback that speaks Google's Sheets API v4 to any client, and
 * shows itself to a browser. It is the spreadsheet of the tests and of the demo.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { Sheet, Workbook } from "./book.ts";
import { createSpreadsheet } from "./create.ts";
import { DEFAULT_COLUMNS, DEFAULT_FORMAT, DEFAULT_ROWS, DEFAULT_THEME } from "./defaults.ts";
import type { Edit } from "./edit.ts";
import {
  ApiError,
  insufficientScope,
  notFound,
  permissionDenied,
  unauthenticated,
} from "./errors.ts";
import { projectFields } from "./field_mask.ts";
import { badJson, parseBody } from "./payload.ts";
import { type Caller, Guard, type Identity } from "./protection.ts";
import { Query } from "./query.ts";
import { QuotaMeter, type Quotas } from "./quota.ts";
import { findTarget, type Target, unknownPath } from "./routing.ts";
import { Screen } from "./screen/screen.ts";
import { BookStorage } from "./storage.ts";
import { TokenOffice } from "./tokens.ts";

export type { Identity } from "./protection.ts";

/** Where the embedded spreadsheet lives and how it behaves. */
export interface EmbeddedOptions {
  /** SQLite file that keeps the spreadsheet; ":memory:": nothing does. */
  readonly storage: string;
  /** The spreadsheet to begin with, where the storage has none; an empty one where it is left out. */
  readonly book?: Workbook;
  /** 0, the default: any free port. */
  readonly port?: number;
  readonly clock: Clock;
  readonly random: Random;
  /** `embedded` where it is left out. */
  readonly spreadsheetId?: string;
  readonly title?: string;
  /** IANA name; `Etc/GMT` where it is left out. */
  readonly timeZone?: string;
  /** `en_US` where it is left out. */
  readonly locale?: string;
  /** null, the default: no limit. */
  readonly quotas?: Quotas | null;
  /** Who may open the spreadsheet; everybody where it is left out. */
  readonly sharedWith?: readonly Identity[];
  /** The address by which protected ranges know the service account. */
  readonly email?: string;
  /** Called around every request: tests inject faults, act as humans in between, count. */
  readonly intercept?: Intercept;
}

/** One request on its way in. */
export interface InterceptedCall {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly identity: Identity;
  readonly kind: "read" | "write" | "token";
  /** The JSON body; null: there is none. */
  readonly body: unknown;
}

/** Stands around the handling of a request. It may leave `handle` out, or change the answer. */
export type Intercept = (
  call: InterceptedCall,
  handle: () => Promise<Response>,
) => Promise<Response>;

/** A running embedded spreadsheet. */
export interface EmbeddedSpreadsheet {
  /** `http://127.0.0.1:PORT/`; a browser finds the spreadsheet there. */
  readonly url: string;
  readonly spreadsheetId: string;
  /** The spreadsheet as it stands, for tests to look at. */
  readonly book: Workbook;
  /** Requests so far. */
  readonly requests: { readonly read: number; readonly write: number };
  /** Answers a request without the network. */
  handle(request: Request): Promise<Response>;
  /** Changes who may open the spreadsheet. */
  share(identities: readonly Identity[]): void;
  [Symbol.asyncDispose](): Promise<void>;
}

const EVERYBODY: readonly Identity[] = ["owner", "editor", "service-account"];

const EMAILS: Readonly<Record<Identity, string>> = {
  "owner": "owner@example.com",
  "editor": "editor@example.com",
  "service-account": "atlas-mirror@embedded.iam.gserviceaccount.com",
};

function newBook(options: EmbeddedOptions): Workbook {
  const book = new Workbook(options.spreadsheetId ?? "embedded", {
    title: options.title ?? "Embedded spreadsheet",
    locale: options.locale ?? "en_US",
    autoRecalc: "ON_CHANGE",
    timeZone: options.timeZone ?? "Etc/GMT",
    defaultFormat: DEFAULT_FORMAT,
    spreadsheetTheme: DEFAULT_THEME,
  });
  const properties = { sheetId: 0, title: "Sheet1", sheetType: "GRID" as const };
  book.sheets = [new Sheet(properties, DEFAULT_ROWS, DEFAULT_COLUMNS)];
  return book;
}

/** Holds the spreadsheets and answers requests about them. */
class Host {
  readonly requests = { read: 0, write: 0 };
  readonly #options: EmbeddedOptions;
  readonly #storage: BookStorage | null;
  readonly #tokens: TokenOffice;
  readonly #meter: QuotaMeter | null;
  readonly #books = new Map<string, Workbook>();
  readonly #mainId: string;
  readonly #screen: Screen;
  #sharedWith: readonly Identity[];

  constructor(options: EmbeddedOptions) {
    this.#options = options;
    this.#storage = options.storage === ":memory:" ? null : new BookStorage(options.storage);
    this.#tokens = new TokenOffice(options.clock, options.random);
    this.#meter = options.quotas === undefined || options.quotas === null
      ? null
      : new QuotaMeter(options.quotas, options.clock);
    this.#sharedWith = options.sharedWith ?? EVERYBODY;
    this.#mainId = options.spreadsheetId ?? "embedded";
    for (const book of this.#storage?.load() ?? []) this.#books.set(book.spreadsheetId, book);
    if (!this.#books.has(this.#mainId)) this.#keep(options.book?.fork() ?? newBook(options));
    this.#screen = new Screen({
      mainId: this.#mainId,
      open: (spreadsheetId, identity) => {
        const book = this.#books.get(spreadsheetId);
        if (book === undefined || !this.#mayOpen(spreadsheetId, identity)) return undefined;
        return { book, guard: this.#guardOf(identity) };
      },
    });
  }

  get book(): Workbook {
    return this.#books.get(this.#mainId) ?? newBook(this.#options);
  }

  share(identities: readonly Identity[]): void {
    this.#sharedWith = identities;
  }

  /** Ends the connections of browsers, which would stay open for ever. */
  hangUp(): void {
    this.#screen.close();
  }

  close(): void {
    this.#storage?.[Symbol.dispose]();
  }

  #mayOpen(spreadsheetId: string, identity: Identity): boolean {
    return spreadsheetId !== this.#mainId || this.#sharedWith.includes(identity);
  }

  #guardOf(identity: Identity): Guard {
    const email = identity === "service-account" && this.#options.email !== undefined
      ? this.#options.email
      : EMAILS[identity];
    return new Guard({ identity, email } satisfies Caller);
  }

  #keep(book: Workbook): void {
    this.#storage?.save(this.#books.get(book.spreadsheetId) ?? null, book);
    this.#books.set(book.spreadsheetId, book);
  }

  async handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const intercept: Intercept = this.#options.intercept ?? ((_call, handle) => handle());
    const path = url.pathname + url.search;
    if (url.pathname === "/token" && request.method === "POST") {
      const call = {
        method: "POST",
        path,
        identity: "service-account",
        kind: "token",
        body: null,
      } as const;
      const text = await request.text();
      return await intercept(call, () => Promise.resolve(this.#tokens.issue(text)));
    }
    const shown = await this.#screen.answer(request, url);
    if (shown !== null) return shown;
    const target = findTarget(request.method, url.pathname);
    if (target === null) return unknownPath(url.pathname);
    const header = request.headers.get("authorization");
    const grant = this.#tokens.grantOf(header?.replace(/^Bearer\s+/i, "") ?? "");
    if (grant === null) return unauthenticated(header !== null).toResponse();
    const { identity } = grant;
    const kind = target.operation?.kind ?? "write";
    this.requests[kind]++;
    const body = parseBody(await request.text());
    const call = { method: request.method, path, identity, kind, body: body.json };
    return await intercept(call, async () => {
      try {
        if (kind === "write" && !grant.mayWrite) throw insufficientScope();
        this.#meter?.count(identity, kind);
        if (!body.isValid) throw badJson(body.text);
        const stale = this.#screen.refuseStale(request, target.spreadsheetId ?? "");
        if (stale !== null) return stale;
        return await Promise.resolve(this.#answer(target, identity, url.searchParams, body.json));
      } catch (thrown) {
        if (thrown instanceof ApiError) return thrown.toResponse();
        throw thrown;
      }
    });
  }

  #answer(
    target: Target,
    identity: Identity,
    parameters: URLSearchParams,
    body: unknown,
  ): Response {
    const guard = this.#guardOf(identity);
    const { operation, spreadsheetId } = target;
    if (operation === null || spreadsheetId === null) {
      const query = new Query(parameters, []);
      const { answer, book } = createSpreadsheet(body, guard, this.#options.random);
      this.#keep(book);
      const mask = query.mask("Spreadsheet") ?? "all";
      return Response.json(projectFields(answer, mask));
    }
    const book = this.#books.get(spreadsheetId);
    if (book === undefined) throw notFound();
    if (!this.#mayOpen(spreadsheetId, identity)) throw permissionDenied();
    const query = new Query(parameters, operation.parameters);
    const mask = query.mask(operation.answer);
    const result = operation.run({
      book,
      guard,
      path: target.parts,
      query,
      mask,
      body,
      change: (work) => this.#change(book, guard, identity, work),
    });
    const answer = typeof result === "object" && result !== null ? result : {};
    const shown = mask === null || operation.answer === "Spreadsheet"
      ? answer
      : projectFields(answer, mask);
    return new Response(JSON.stringify(shown), {
      headers: { "content-type": "application/json; charset=UTF-8" },
    });
  }

  #change<Result>(
    book: Workbook,
    guard: Guard,
    identity: Identity,
    work: (edit: Edit) => Result,
  ): Result {
    const fork = book.fork();
    const thisYear = new Date(this.#options.clock.now()).getUTCFullYear();
    const result = work({ book: fork, guard, random: this.#options.random, thisYear });
    this.#keep(fork);
    this.#screen.publish(fork, identity);
    return result;
  }
}

/**
 * Starts an embedded spreadsheet on 127.0.0.1. The bearer tokens `owner`, `editor` and
 * `service-account` are known from the start; `POST /token` gives more of the last kind.
 *
 * ```ts
 * import { systemClock } from "../base/clock.ts";
 * import { systemRandom } from "../base/random.ts";
 * import { startEmbedded } from "./server.ts";
 *
 * await using sheets = await startEmbedded({
 *   storage: ":memory:",
 *   clock: systemClock,
 *   random: systemRandom,
 * });
 * const answer = await fetch(`${sheets.url}v4/spreadsheets/embedded/values/A1`, {
 *   headers: { authorization: "Bearer owner" },
 * });
 * if ((await answer.json()).range !== "Sheet1!A1") throw new Error("no such cell");
 * ```
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedSpreadsheet> {
  const host = new Host(options);
  const { port, server } = await listen(host, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}/`,
    spreadsheetId: options.spreadsheetId ?? "embedded",
    get book() {
      return host.book;
    },
    requests: host.requests,
    handle: (request) => host.handle(request),
    share: (identities) => host.share(identities),
    async [Symbol.asyncDispose]() {
      host.hangUp();
      await server.shutdown();
      host.close();
    },
  };
}

async function listen(
  host: Host,
  wanted: number,
): Promise<{ port: number; server: Deno.HttpServer }> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: wanted,
    onListen: ({ port }) => resolve(port),
  }, (request) => host.handle(request));
  return { port: await promise, server };
}
