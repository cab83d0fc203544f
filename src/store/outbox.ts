/**
 * Messages on their way to humans. A message is written in the same transaction as what it tells of,
 * one row a channel, and stays until the channel took it or it is too old to be of use.
 *
 * @module
 */

import { isoTime } from "../base/clock.ts";
import type { Database } from "./database.ts";

const DAY_MS = 86_400_000;
/** A message that nobody took for so long is not sent any more. */
const EXPIRY_DAYS = 7;
/** How long sent and expired messages are kept for looking at. */
const KEPT_DAYS = 30;

/** A message that waits for its channel. */
export interface WaitingMessage {
  readonly id: number;
  /** The same in every attempt, so that a receiver can tell that it has the message already. */
  readonly key: string;
  readonly channel: string;
  /** JSON text. */
  readonly message: string;
  /** How often it was tried before. */
  readonly attempts: number;
}

/** Writes a message for one channel. `at` is ISO 8601 UTC. Wants to run inside a transaction. */
export function putMessage(
  db: Database,
  { key, channel, message, at }: {
    readonly key: string;
    readonly channel: string;
    readonly message: string;
    readonly at: string;
  },
): void {
  db.run(
    "INSERT INTO mirror_outbox (key, channel, message, created_at, due_at) VALUES (?, ?, ?, ?, ?)",
    key,
    channel,
    message,
    at,
    at,
  );
}

/**
 * Takes the channel's next message that is due at `now`, and puts it off until `until` (both in
 * milliseconds): whoever crashes before the answer is noted sends it again then, and another process
 * does not send it meanwhile. A message from the future was written before the clock was set back; it
 * does not wait until the clock has caught up.
 *
 * @param after only messages with a greater number.
 */
export function claimMessage(
  db: Database,
  channel: string,
  { after, now, until }: { readonly after: number; readonly now: number; readonly until: number },
): WaitingMessage | undefined {
  const [row] = db.all(
    `UPDATE mirror_outbox SET attempts = attempts + 1, due_at = ? WHERE id = (
        SELECT id FROM mirror_outbox WHERE state = 'waiting' AND channel = ? AND id > ?
          AND (due_at <= ? OR created_at > ?) ORDER BY id LIMIT 1)
      RETURNING id, key, channel, message, attempts`,
    isoTime(until),
    channel,
    BigInt(after),
    isoTime(now),
    isoTime(now),
  );
  return row === undefined ? undefined : {
    id: Number(row["id"]),
    key: String(row["key"]),
    channel: String(row["channel"]),
    message: String(row["message"]),
    attempts: Number(row["attempts"]) - 1,
  };
}

/** The channel took the message. `at` is ISO 8601 UTC. */
export function markSent(db: Database, id: number, at: string): void {
  db.run(
    "UPDATE mirror_outbox SET state = 'sent', closed_at = ?, last_error = NULL WHERE id = ?",
    at,
    BigInt(id),
  );
}

/** The attempt failed; the message is due again at `due` (ISO 8601 UTC). */
export function putOff(
  db: Database,
  id: number,
  { due, error }: { readonly due: string; readonly error: string },
): void {
  db.run(
    "UPDATE mirror_outbox SET due_at = ?, last_error = ? WHERE id = ?",
    due,
    error,
    BigInt(id),
  );
}

/** The whole channel is down: none of its messages is due before `due` (ISO 8601 UTC). */
export function putOffChannel(db: Database, channel: string, due: string): void {
  db.run(
    "UPDATE mirror_outbox SET due_at = max(due_at, ?) WHERE state = 'waiting' AND channel = ?",
    due,
    channel,
  );
}

/**
 * Gives up on messages that have waited for a week, and forgets those that were closed a month ago.
 *
 * @returns how many were given up.
 */
export function expireMessages(db: Database, now: number): number {
  const expired = db.run(
    `UPDATE mirror_outbox SET state = 'expired', closed_at = ?
      WHERE state = 'waiting' AND created_at < ?`,
    isoTime(now),
    isoTime(now - EXPIRY_DAYS * DAY_MS),
  );
  db.run("DELETE FROM mirror_outbox WHERE closed_at < ?", isoTime(now - KEPT_DAYS * DAY_MS));
  return expired;
}

/** The messages that wait, and why the last attempt of one of them failed. */
export interface Backlog {
  readonly channel: string;
  readonly waiting: number;
  /** ISO 8601 UTC. */
  readonly oldest: string;
  readonly lastError: string | null;
}

/** What waits, by channel. */
export function readBacklog(db: Database): Backlog[] {
  return db.all(
    `SELECT channel, count(*) AS waiting, min(created_at) AS oldest, max(last_error) AS error
      FROM mirror_outbox WHERE state = 'waiting' GROUP BY channel ORDER BY channel`,
  ).map((row) => ({
    channel: String(row["channel"]),
    waiting: Number(row["waiting"]),
    oldest: String(row["oldest"]),
    lastError: typeof row["error"] === "string" ? row["error"] : null,
  }));
}
