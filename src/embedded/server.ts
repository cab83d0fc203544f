/**
 * The embedded spreadsheet: a server on loopback that speaks Google's Sheets API v4 to any client. It
 * is the spreadsheet of the tests and of the demo.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { Sheet, Workbook } from "./book.ts";
import { DEFAULT_COLUMNS, DEFAULT_FORMAT, DEFAULT_ROWS, DEFAULT_THEME } from "./defaults.ts";
import type { Edit } from "./edit.ts";
import { ApiError, notFound } from "./errors.ts";
import { projectFields } from "./field_mask.ts";
import { findOperation, type Operation } from "./operations.ts";
import { badJson } from "./payload.ts";
import { type Caller, Guard, type Identity } from "./protection.ts";
import { Query } from "./query.ts";
import { QuotaMeter, type Quotas } from "./quota.ts";
import { createSpreadsheet } from "./create.ts";
import { BookStorage } from "./storage.ts";
import { TokenOffice } from "./tokens.ts";

export type { Identity } from "./protection.ts";

/** Where the embedded spreadsheet lives and how it behaves. */
export interface EmbeddedOptions {
  /** SQLite file that keeps the spreadsheet, or ":memory:". */
  readonly storage: string;
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
  /** `http://127.0.0.1:PORT/` */
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

const ROOT = "/v4/spreadsheets";

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

/** The page that Google's servers show for a path that leads nowhere. */
function unknownPath(path: string): Response {
  const text = "<!DOCTYPE html>\n<title>Error 404 (Not Found)!!1</title>\n" +
    `<p>The requested URL <code>${encodeURI(path)}</code> was not found on this server.\n`;
  return new Response(text, {
    status: 404,
    headers: { "content-type": "text/html; charset=UTF-8" },
  });
}

function unauthenticated(hasToken: boolean): ApiError {
  const expected = "Expected OAuth 2 access token, login cookie or other valid authentication " +
    "credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
  const problem = hasToken
    ? "Request had invalid authentication credentials."
    : "Request is missing required authentication credential.";
  return new ApiError("UNAUTHENTICATED", `${problem} ${expected}`, [{
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason: hasToken ? "ACCESS_TOKEN_EXPIRED" : "CREDENTIALS_MISSING",
    domain: "googleapis.com",
    metadata: { service: "sheets.googleapis.com" },
  }]);
}

function insufficientScope(): ApiError {
  return new ApiError(
    "PERMISSION_DENIED",
    "Request had insufficient authentication scopes.",
    [{
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
      domain: "googleapis.com",
      metadata: { service: "sheets.googleapis.com" },
    }],
  );
}

/** A body as it came: its text, and what it says where it is JSON. */
interface Body {
  readonly text: string;
  readonly json: unknown;
  readonly isValid: boolean;
}

function parseBody(text: string): Body {
  if (text === "") return { text, json: null, isValid: true };
  try {
    const json: unknown = JSON.parse(text);
    return { text, json, isValid: true };
  } catch {
    return { text, json: null, isValid: false };
  }
}

/** A path taken apart at the spreadsheet's id. */
interface Target {
  /** null: the call creates a spreadsheet. */
  readonly spreadsheetId: string | null;
  readonly operation: Operation | null;
  readonly parts: readonly string[];
}

function findTarget(method: string, pathname: string): Target | null {
  if (pathname === ROOT) {
    return method === "POST" ? { spreadsheetId: null, operation: null, parts: [] } : null;
  }
  const [, id, rest] = /^\/v4\/spreadsheets\/([^/:]+)(.*)$/.exec(pathname) ?? [];
  if (id === undefined || rest === undefined) return null;
  const found = findOperation(method, rest);
  if (found === null) return null;
  return { spreadsheetId: decodeURIComponent(id), operation: found.operation, parts: found.parts };
}

/** Holds the spreadsheets and answers requests about them. */
class Host {
  readonly requests = { read: 0, write: 0 };
  readonly #options: EmbeddedOptions;
  readonly #storage: BookStorage;
  readonly #tokens: TokenOffice;
  readonly #meter: QuotaMeter | null;
  readonly #books = new Map<string, Workbook>();
  readonly #mainId: string;
  #sharedWith: readonly Identity[];

  constructor(options: EmbeddedOptions) {
    this.#options = options;
    this.#storage = new BookStorage(options.storage);
    this.#tokens = new TokenOffice(options.clock, options.random);
    this.#meter = options.quotas === undefined || options.quotas === null
      ? null
      : new QuotaMeter(options.quotas, options.clock);
    this.#sharedWith = options.sharedWith ?? EVERYBODY;
    this.#mainId = options.spreadsheetId ?? "embedded";
    for (const book of this.#storage.load()) this.#books.set(book.spreadsheetId, book);
    if (!this.#books.has(this.#mainId)) this.#keep(newBook(options));
  }

  get book(): Workbook {
    return this.#books.get(this.#mainId) ?? newBook(this.#options);
  }

  share(identities: readonly Identity[]): void {
    this.#sharedWith = identities;
  }

  close(): void {
    this.#storage[Symbol.dispose]();
  }

  #keep(book: Workbook): void {
    this.#storage.save(this.#books.get(book.spreadsheetId) ?? null, book);
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
      return await intercept(call, () => this.#tokens.issue(request.clone()));
    }
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
    const email = identity === "service-account" && this.#options.email !== undefined
      ? this.#options.email
      : EMAILS[identity];
    const guard = new Guard({ identity, email } satisfies Caller);
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
    if (spreadsheetId === this.#mainId && !this.#sharedWith.includes(identity)) {
      throw new ApiError("PERMISSION_DENIED", "The caller does not have permission");
    }
    const query = new Query(parameters, operation.parameters);
    const mask = query.mask(operation.answer);
    const result = operation.run({
      book,
      guard,
      path: target.parts,
      query,
      mask,
      body,
      change: (work) => this.#change(book, guard, work),
    });
    const answer = typeof result === "object" && result !== null ? result : {};
    const shown = mask === null || operation.answer === "Spreadsheet"
      ? answer
      : projectFields(answer, mask);
    return new Response(JSON.stringify(shown), {
      headers: { "content-type": "application/json; charset=UTF-8" },
    });
  }

  #change<Result>(book: Workbook, guard: Guard, work: (edit: Edit) => Result): Result {
    const fork = book.fork();
    const thisYear = new Date(this.#options.clock.now()).getUTCFullYear();
    const result = work({ book: fork, guard, random: this.#options.random, thisYear });
    this.#keep(fork);
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
export function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedSpreadsheet> {
  const host = new Host(options);
  const { promise: listening, resolve } = Promise.withResolvers<number>();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: options.port ?? 0,
    onListen: ({ port }) => resolve(port),
  }, (request) => host.handle(request));
  return listening.then((port) => ({
    url: `http://127.0.0.1:${port}/`,
    spreadsheetId: options.spreadsheetId ?? "embedded",
    get book() {
      return host.book;
    },
    requests: host.requests,
    handle: (request) => host.handle(request),
    share: (identities) => host.share(identities),
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      host.close();
    },
  }));
}
