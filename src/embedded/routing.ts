/** From a path to the operation that it names. @module */

import { findOperation, type Operation } from "./operations.ts";

const ROOT = "/v4/spreadsheets";

/** A path taken apart at the spreadsheet's id. */
export interface Target {
  /** null: the call creates a spreadsheet. */
  readonly spreadsheetId: string | null;
  readonly operation: Operation | null;
  readonly parts: readonly string[];
}

/** What a path names; null: it leads nowhere. */
export function findTarget(method: string, pathname: string): Target | null {
  if (pathname === ROOT) {
    return method === "POST" ? { spreadsheetId: null, operation: null, parts: [] } : null;
  }
  // Google takes `ID/` for `ID` and `ID/:batchUpdate` for `ID:batchUpdate`: clients in wide use write so.
  const [, id, rest] = /^\/v4\/spreadsheets\/([^/:]+)(?:\/(?=:|$))?(.*)$/.exec(pathname) ?? [];
  const found = rest === undefined ? null : findOperation(method, rest);
  if (id === undefined || found === null) return null;
  try {
    const parts = found.parts.map(decodeURIComponent);
    return { spreadsheetId: decodeURIComponent(id), operation: found.operation, parts };
  } catch {
    // A percent sign that stands for nothing.
    return null;
  }
}

/** The page that Google's servers show for a path that leads nowhere. */
export function unknownPath(path: string): Response {
  const text = "<!DOCTYPE html>\n<title>Error 404 (Not Found)!!1</title>\n" +
    `<p>The requested URL <code>${encodeURI(path)}</code> was not found on this server.\n`;
  return new Response(text, {
    status: 404,
    headers: { "content-type": "text/html; charset=UTF-8" },
  });
}
