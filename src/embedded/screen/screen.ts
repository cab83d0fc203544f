/** The spreadsheet in the browser: the page itself and the feed that keeps it current. @module */

import type { Workbook } from "../book.ts";
import type { Guard, Identity } from "../protection.ts";
import { Feed } from "./feed.ts";

/** What the screen asks of the server it belongs to. */
export interface ScreenHost {
  /** The spreadsheet that the page shows where its address names none. */
  readonly mainId: string;
  /** undefined: there is no such spreadsheet, or it is not shared with this identity. */
  open(spreadsheetId: string, identity: Identity): { book: Workbook; guard: Guard } | undefined;
}

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; " +
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

function refusal(status: number, text: string): Response {
  return new Response(text, { status, headers: { ...HEADERS, "content-type": "text/plain" } });
}

/** A page elsewhere can have its own name resolve to this machine, but it cannot hide that name. */
function isLocal(host: string | null): boolean {
  return host === null || /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
}

function identityOf(word: string | null): Identity {
  return word === "editor" || word === "service-account" ? word : "owner";
}

/** Serves the page. */
export class Screen {
  readonly #host: ScreenHost;
  readonly #feed = new Feed();

  constructor(host: ScreenHost) {
    this.#host = host;
  }

  /** The answer to a request that is about the page; null: it is about something else. */
  async answer(request: Request, url: URL): Promise<Response | null> {
    const { pathname } = url;
    if (pathname !== "/" && !pathname.startsWith("/screen/")) return null;
    if (!isLocal(request.headers.get("host"))) {
      return refusal(421, "This page is for the machine it runs on.");
    }
    if (request.method !== "GET") return refusal(405, "This path is only read.");
    if (pathname === "/screen/feed") return this.#openFeed(url.searchParams);
    // Half a megabyte of text that no other use of the server needs.
    const { ASSETS } = await import("./assets.ts");
    const asset = ASSETS.get(pathname);
    if (asset === undefined) return refusal(404, "There is no such file.");
    return new Response(asset.text, { headers: { ...HEADERS, "content-type": asset.type } });
  }

  #openFeed(parameters: URLSearchParams): Response {
    const spreadsheetId = parameters.get("spreadsheet") ?? this.#host.mainId;
    const found = this.#host.open(spreadsheetId, identityOf(parameters.get("as")));
    if (found === undefined) return refusal(404, "There is no such spreadsheet, or not for you.");
    const gid = parameters.get("gid");
    const sheetId = gid === null ? null : Number(gid);
    return this.#feed.open({ spreadsheetId, sheetId, guard: found.guard }, found.book);
  }

  /** Tells every page that looks at the book what is different now. */
  publish(book: Workbook, by: Identity): void {
    this.#feed.publish(book, by);
  }

  /**
   * Null, unless the request names the revision it was made for and the spreadsheet has changed since.
   * Google's own screen moves an edit along with its row; the API knows only places, so the page says
   * what it saw, and looks again.
   */
  refuseStale(request: Request, spreadsheetId: string): Response | null {
    const seen = request.headers.get("if-match");
    const current = `"${this.#feed.revision(spreadsheetId)}"`;
    if (seen === null || seen === current) return null;
    const message = "The spreadsheet has changed since.";
    const error = { code: 412, message, status: "FAILED_PRECONDITION" };
    return Response.json({ error }, { status: 412 });
  }

  close(): void {
    this.#feed.close();
  }
}
