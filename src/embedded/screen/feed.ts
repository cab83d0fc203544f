/**
 * The live connections of pages: each is told at once how its tab stands, and then what every change
 * makes different. Rows are never changed in place, so what is different is found by looking at which
 * rows are other objects than before.
 *
 * @module
 */

import type { Row, Sheet, Workbook } from "../book.ts";
import { Calculator } from "../calculator.ts";
import type { Guard, Identity } from "../protection.ts";
import type { FeedMessage } from "./protocol.ts";
import { frameOf, Looks, rowView } from "./view.ts";

/** Who looks at what. */
export interface Viewer {
  readonly spreadsheetId: string;
  readonly sheetId: number | null;
  readonly guard: Guard;
}

/** The keys of the rows from top to bottom, 0 for a row that carries nothing. */
function orderOf(sheet: Sheet): number[] {
  return sheet.rows.map((row) => row?.key ?? 0);
}

function isSameOrder(before: Sheet, after: Sheet): boolean {
  return before.rows.length === after.rows.length &&
    before.rows.every((row, index) => row?.key === after.rows[index]?.key);
}

/** A formula may show something else though its row was not touched. */
function hasFormula(row: Row): boolean {
  return row.cells.some((cell) => typeof cell?.entry === "object");
}

/** What one page has been told so far, and what it has to be told next. */
export class Account {
  readonly #viewer: Viewer;
  readonly #looks = new Looks();
  #told: Sheet | null = null;
  #frame = "";

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
  }

  get spreadsheetId(): string {
    return this.#viewer.spreadsheetId;
  }

  /** The next message, after which the page shows the book as it is now. */
  next(book: Workbook, event: Pick<FeedMessage, "revision" | "by" | "present">): FeedMessage {
    const wanted = this.#viewer.sheetId;
    // The tab may have been deleted meanwhile; the first one is shown in its place.
    const sheet = (wanted === null ? undefined : book.sheetById(wanted)) ?? book.sheets[0];
    if (sheet === undefined) return { ...event, rows: [], looks: [] };
    const before = this.#told?.sheetId === sheet.sheetId ? this.#told : null;
    this.#told = sheet;
    const frame = frameOf(book, sheet, this.#viewer.guard);
    const frameText = JSON.stringify(frame);
    const isFrameNew = frameText !== this.#frame;
    this.#frame = frameText;
    const known = new Set(before?.rows);
    const calculator = new Calculator(book);
    const rows = sheet.rows.flatMap((row, index) => {
      if (row === undefined) return [];
      const isSame = known.has(row) && !(sheet.mayHaveFormulas && hasFormula(row));
      return isSame ? [] : [rowView(calculator, this.#looks, sheet, index, row)];
    });
    return {
      ...event,
      ...(isFrameNew ? { frame } : {}),
      ...(before !== null && isSameOrder(before, sheet) ? {} : { order: orderOf(sheet) }),
      rows,
      looks: this.#looks.take(),
    };
  }
}

/** All pages that look at the spreadsheets of one server. */
export class Feed {
  readonly #pages = new Map<Account, ReadableStreamDefaultController<string>>();
  readonly #revisions = new Map<string, number>();

  /** How often the spreadsheet has changed since the server started. */
  revision(spreadsheetId: string): number {
    return this.#revisions.get(spreadsheetId) ?? 0;
  }

  /** Answers a page with a stream of server-sent events that stays open. */
  open(viewer: Viewer, book: Workbook): Response {
    const account = new Account(viewer);
    const stream = new ReadableStream<string>({
      start: (controller) => {
        this.#pages.set(account, controller);
        this.#tell(account, controller, book, null);
        this.#greet(book, account);
      },
      cancel: () => {
        this.#pages.delete(account);
        this.#greet(book, account);
      },
    });
    return new Response(stream.pipeThrough(new TextEncoderStream()), {
      headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
    });
  }

  /** Tells every page that the book is another one now. */
  publish(book: Workbook, by: Identity): void {
    const { spreadsheetId } = book;
    this.#revisions.set(spreadsheetId, this.revision(spreadsheetId) + 1);
    for (const [account, controller] of this.#pages) {
      if (account.spreadsheetId === spreadsheetId) this.#tell(account, controller, book, by);
    }
  }

  /** Ends every connection. */
  close(): void {
    for (const controller of this.#pages.values()) controller.close();
    this.#pages.clear();
  }

  #tell(
    account: Account,
    controller: ReadableStreamDefaultController<string>,
    book: Workbook,
    by: Identity | null,
  ): void {
    const revision = this.revision(book.spreadsheetId);
    const message = account.next(book, { revision, by, present: this.#present(account) });
    controller.enqueue(`data: ${JSON.stringify(message)}\n\n`);
  }

  /** Tells the others that a page has come or gone. */
  #greet({ spreadsheetId }: Workbook, except: Account): void {
    for (const [account, controller] of this.#pages) {
      if (account === except || account.spreadsheetId !== spreadsheetId) continue;
      const present = this.#present(account);
      controller.enqueue(`event: present\ndata: ${present}\n\n`);
    }
  }

  #present({ spreadsheetId }: Account): number {
    return [...this.#pages.keys()].filter((page) => page.spreadsheetId === spreadsheetId).length;
  }
}
