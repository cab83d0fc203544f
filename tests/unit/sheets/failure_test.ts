import assert from "node:assert/strict";
import type { AtlasError, ErrorKind } from "../../../src/base/errors.ts";
import {
  failureOfAnswer,
  failureOfShape,
  failureOfTransport,
  isUnknownRange,
  readRetryAfter,
  scrub,
} from "../../../src/sheets/failure.ts";

const NOW = Date.UTC(2026, 0, 15, 14, 30);
const EMAIL = "mirror@atlas.iam.gserviceaccount.com";

function refusal(status: number, message: string, extra: object = {}): string {
  return JSON.stringify({ error: { code: status, message, ...extra } });
}

function failed(kind: "read" | "write", status: number, text: string): AtlasError {
  const context = { kind, action: "do it", email: EMAIL };
  const body = new TextEncoder().encode(text);
  return failureOfAnswer(context, { status, body, retryAfter: null }, NOW);
}

Deno.test("failureOfAnswer() gives every status its kind, its message and its way out", () => {
  const quota = refusal(429, "Quota exceeded for quota metric 'Read requests'");
  const oldQuota = refusal(403, "Too fast", { errors: [{ reason: "userRateLimitExceeded" }] });
  const off = refusal(403, "Google Sheets API has not been used in project 7 before or it is off");
  const shared = refusal(403, "The caller does not have permission");
  const guarded = refusal(400, "You are trying to edit a protected cell or object. Please ask.");
  const range = refusal(400, "Unable to parse range: 'Nope'!A:H");
  const table: readonly (readonly [number, string, ErrorKind, ErrorKind, RegExp, RegExp])[] = [
    [429, quota, "rate-limited", "rate-limited", /quota/, /undefined/],
    [403, oldQuota, "rate-limited", "rate-limited", /quota/, /undefined/],
    [401, refusal(401, "No"), "configuration", "configuration", /credentials/, /clock/],
    [403, shared, "configuration", "configuration", /not shared/, new RegExp(`with ${EMAIL}`)],
    [403, off, "configuration", "configuration", /switched off/, /Enable/],
    [404, refusal(404, "Nope"), "configuration", "configuration", /no such/, /spreadsheetId/],
    [400, range, "refused-request", "refused-request", /Unable to parse/, /undefined/],
    [400, guarded, "refused-request", "refused-request", /protected/, /--setup --repair/],
    [400, "<html>", "refused-request", "refused-request", /answered 400/, /undefined/],
    [500, refusal(500, "Internal"), "server", "ambiguous-write", /500/, /undefined|next cycle/],
    [502, "<html>", "server", "ambiguous-write", /502/, /undefined|next cycle/],
    [503, refusal(503, "Busy"), "server", "ambiguous-write", /503/, /undefined|next cycle/],
    [504, "", "server", "ambiguous-write", /504/, /undefined|next cycle/],
    [408, "", "server", "ambiguous-write", /408/, /undefined|next cycle/],
    [302, "<html>", "unreachable", "unreachable", /redirect/, /proxy/],
  ];
  for (const [status, text, onRead, onWrite, message, hint] of table) {
    for (const [kind, expected] of [["read", onRead], ["write", onWrite]] as const) {
      const error = failed(kind, status, text);
      assert.equal(error.kind, expected, `${kind} ${status}`);
      assert.match(error.message, message);
      assert.match(error.message, /^Cannot do it: .*[^.]$/);
      assert.match(String(error.hint), hint);
    }
  }
});

Deno.test("failureOfTransport() calls a write unsent only where no connection ever stood", () => {
  const url = "http://127.0.0.1:1/v4/spreadsheets/s?fields=x&access_token=ya29";
  const causeOf = (text: string) => new TypeError("fetch failed", { cause: new Error(text) });
  const wrap = (text: string) => `error sending request for url (${url}): client error ${text}`;
  const timeout = new DOMException("Signal timed out.", "TimeoutError");
  const table: readonly (readonly [Error, ErrorKind, RegExp])[] = [
    [new TypeError(wrap("(Connect): tcp connect error: Connection refused")), "unreachable", /ref/],
    [causeOf(wrap("(Connect): dns error: failed to lookup")), "unreachable", /host name/],
    [causeOf(wrap("(SendRequest): connection closed")), "ambiguous-write", /broke.*may have been/],
    [new TypeError("error reading a body from connection"), "ambiguous-write", /failed/],
    [timeout, "ambiguous-write", /in time/],
  ];
  for (const [thrown, onWrite, message] of table) {
    const context = { action: "do it", email: null };
    const write = failureOfTransport({ ...context, kind: "write" }, thrown);
    const read = failureOfTransport({ ...context, kind: "read" }, thrown);
    assert.equal(write.kind, onWrite, thrown.message);
    assert.equal(read.kind, "unreachable");
    assert.match(write.message, message);
    assert.ok(!/ya29|fields=/.test(write.message + read.message + write.hint));
  }
});

Deno.test("failureOfTransport() tells a missing permission from a missing network", () => {
  const denied = new Error('Requires net access to "sheets.googleapis.com:443", run again with');
  const error = failureOfTransport({ kind: "write", action: "do it", email: null }, denied);
  assert.equal(error.kind, "configuration");
  assert.match(String(error.hint), /--allow-net/);
});

Deno.test("failureOfShape() takes a malformed answer to a write for an open question", () => {
  const context = { action: "do it", email: null };
  assert.equal(failureOfShape({ ...context, kind: "read" }, "x").kind, "malformed-answer");
  assert.equal(failureOfShape({ ...context, kind: "write" }, "x").kind, "ambiguous-write");
});

Deno.test("isUnknownRange() knows the refusal of a tab that is not there", () => {
  assert.ok(isUnknownRange(failed("read", 400, refusal(400, "Unable to parse range: 'X'!A:H"))));
  assert.ok(!isUnknownRange(failed("read", 400, refusal(400, "Invalid value"))));
  assert.ok(!isUnknownRange(new Error("Unable to parse range")));
});

Deno.test("readRetryAfter() reads seconds and dates and nothing else", () => {
  assert.equal(readRetryAfter("7", NOW), 7_000);
  assert.equal(readRetryAfter("Thu, 15 Jan 2026 14:30:30 GMT", NOW), 30_000);
  assert.equal(readRetryAfter("Thu, 15 Jan 2026 14:00:00 GMT", NOW), 0);
  assert.equal(readRetryAfter("soon", NOW), undefined);
  assert.equal(readRetryAfter(null, NOW), undefined);
});

Deno.test("scrub() takes out queries and tokens", () => {
  const text = scrub("at https://x.test/a?key=1 with Bearer ya29.abc and assertion=eyJ");
  assert.equal(text, "at https://x.test/a with Bearer … and assertion= …");
});

Deno.test("scrub() takes out whatever signs in, however it is written", () => {
  const token = ["ya29", "fuzz-Token_0123456789"].join(".");
  const texts = [
    `Bearer ${token}`,
    `{"authorization":"Bearer ${token}"}`,
    `{"access_token":"${token}"}`,
    `{\\"access_token\\": \\"${token}\\"}`,
    `access_token: ${token}`,
    `assertion=${token}&x=1`,
    `the token ${token} is not valid`,
    `https://example.org/?key=${token}`,
  ];
  for (const text of texts) assert.ok(!scrub(text).includes("fuzz-Token"), scrub(text));
});

Deno.test("scrub() leaves nothing in a text that a terminal would obey", () => {
  assert.equal(scrub("\u001b[2JNo\nsuch\u202e range.\n"), " [2JNo such  range");
});

Deno.test("scrub() spends no time on a text that nobody would read", () => {
  const started = performance.now();
  for (const part of ["http://", "Bearer ", "eyJ.", "."]) scrub(part.repeat(100_000));
  assert.ok(performance.now() - started < 2_000);
});
