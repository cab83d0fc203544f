/**
 * Telling humans. Messages are put into the outbox in the transaction of what they tell of, and
 * delivered from there: each attempt carries the same key, a crash between sending and noting it leads
 * to one more attempt, and a receiver that is down finds everything when it is back.
 *
 * @module
 */

import { must } from "../base/assert.ts";
import { type Clock, isoTime } from "../base/clock.ts";
import { AtlasError, messageOf } from "../base/errors.ts";
import { getLog } from "../base/log.ts";
import type { Random } from "../base/random.ts";
import type { Database } from "../store/database.ts";
import {
  claimMessage,
  expireMessages,
  markSent,
  putMessage,
  putOff,
  putOffChannel,
  type WaitingMessage,
} from "../store/outbox.ts";
import type { Masker } from "../text/secrets.ts";
import { type Channel, wants } from "./channels.ts";
import { HOUR_MS, MINUTE_MS } from "./durations.ts";
import { type Message, messageSchema, plainText } from "./messages.ts";
import { slackBody } from "./slack.ts";
import { type Fetch, post } from "./webhook.ts";

/** A claimed message is due again after this time unless its attempt was noted: longer than any takes. */
const CLAIM_MS = 2 * MINUTE_MS;
/** The wait after a first failure is up to this long; it doubles with every attempt. */
const BACKOFF_MS = MINUTE_MS;
const BACKOFF_CAP_MS = HOUR_MS;
/** One call sends no more to a channel: a receiver that comes back is not flooded. */
const BATCH = 20;

const log = getLog("notify");

/**
 * Puts a message into the outbox for every channel that wants it. Run it inside the transaction of
 * what it tells of. Another copy of the same event must not be enqueued again.
 */
export function enqueue(
  db: Database,
  channels: readonly Channel[],
  message: Message,
  random: Random,
): void {
  for (const channel of channels) {
    if (!wants(channel, message)) continue;
    const { at } = message;
    const text = JSON.stringify(message);
    putMessage(db, { key: random.uuid(), channel: channel.name, message: text, at });
  }
}

/** What sending needs of the world. */
export interface SendDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly masker: Masker;
  readonly signal?: AbortSignal;
  /** How long a receiver has, in milliseconds; 10 seconds unless told otherwise. */
  readonly timeoutMs?: number;
}

/** What came of a delivery. */
export interface Delivery {
  readonly sent: number;
  readonly failed: number;
}

/**
 * Sends what is due, all channels at once and the messages of each in their order. A channel that
 * fails is left alone until later, with growing intervals; a message that its receiver refuses for
 * what it is does not hold up the others. Never throws for a receiver.
 */
export async function deliver(
  db: Database,
  channels: readonly Channel[],
  deps: SendDeps,
): Promise<Delivery> {
  const deliveries = await Promise.all(channels.map((channel) => drain(db, channel, deps)));
  const expired = expireMessages(db, deps.clock.now());
  if (expired > 0) log.error("Gave up on {expired} messages that nobody took", { expired });
  return {
    sent: deliveries.reduce((sum, { sent }) => sum + sent, 0),
    failed: deliveries.reduce((sum, { failed }) => sum + failed, 0),
  };
}

async function drain(db: Database, channel: Channel, deps: SendDeps): Promise<Delivery> {
  const { clock, signal } = deps;
  let [sent, failed, after] = [0, 0, 0];
  while (sent + failed < BATCH && signal?.aborted !== true) {
    const now = clock.now();
    const claimed = claimMessage(db, channel.name, { after, now, until: now + CLAIM_MS });
    if (claimed === undefined) break;
    after = claimed.id;
    try {
      await send(channel, messageSchema.parse(JSON.parse(claimed.message)), claimed.key, deps);
      markSent(db, claimed.id, isoTime(clock.now()));
      sent++;
    } catch (thrown) {
      failed++;
      if (!noteFailure(db, channel, claimed, thrown, deps)) break;
    }
  }
  return { sent, failed };
}

/** Puts the message off; returns whether the channel's other messages are worth an attempt. */
function noteFailure(
  db: Database,
  channel: Channel,
  { id, attempts }: WaitingMessage,
  thrown: unknown,
  { clock, random }: SendDeps,
): boolean {
  const error = messageOf(thrown);
  const asked = thrown instanceof AtlasError ? thrown.retryAfterMs ?? 0 : 0;
  const isStopped = thrown instanceof AtlasError && thrown.kind === "stopped";
  // Who was only asked to stop sends it as soon as it runs again.
  const waitMs = isStopped ? 0 : Math.max(asked, backoff(attempts, random));
  const due = isoTime(clock.now() + waitMs);
  putOff(db, id, { due, error });
  if (isStopped) return false;
  const hint = thrown instanceof AtlasError ? thrown.hint : undefined;
  log.warn("{error}; {channel} is tried again at {due}", {
    error,
    channel: channel.name,
    due,
    hint,
  });
  if (thrown instanceof AtlasError && thrown.kind === "refused-request") return true;
  putOffChannel(db, channel.name, due);
  return false;
}

/** Half of it is fixed, so that a dead receiver is not asked at once again by chance. */
function backoff(attempts: number, random: Random): number {
  const bound = Math.min(BACKOFF_CAP_MS, BACKOFF_MS * 2 ** attempts);
  return Math.floor(bound / 2 + random.next() * bound / 2);
}

/**
 * Sends one message to one channel, now, with its secrets masked.
 *
 * @throws {AtlasError} as {@linkcode post} does.
 */
export async function send(
  channel: Channel,
  message: Message,
  key: string,
  deps: SendDeps,
): Promise<void> {
  const masked = await maskMessage(message, deps.masker);
  switch (channel.type) {
    case "log":
      return say(masked);
    case "slack":
      return await post(
        { url: channel.url, body: slackBody(masked), idempotencyKey: key, secret: null },
        deps,
      );
    case "webhook": {
      const body = JSON.stringify({ version: 1, id: key, ...masked, text: plainText(masked) });
      return await post(
        { url: channel.url, body, idempotencyKey: key, secret: channel.secret },
        deps,
      );
    }
  }
}

function say(message: Message): void {
  const { kind, rule, tab, rows } = message;
  const properties = { text: plainText(message), kind, rule, tab, rows };
  if (message.severity === "critical" && kind !== "over") log.error("{text}", properties);
  else if (message.severity === "info" || kind === "over") log.info("{text}", properties);
  else log.warn("{text}", properties);
}

/** Every text that can hold something of a cell. */
async function maskMessage(message: Message, masker: Masker): Promise<Message> {
  const { title, what, rows } = message;
  const masked = await masker.mask([title, ...what, ...rows]);
  const [first, ...rest] = masked;
  return {
    ...message,
    title: must(first, "the masked title"),
    what: rest.slice(0, what.length),
    rows: rest.slice(what.length),
  };
}
