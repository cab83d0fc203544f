/** Where messages go. @module */

import { type Message, type MessageSeverity, SEVERITIES } from "./messages.ts";

/** A place that the configuration names. */
export type ChannelSettings =
  /** Slack, or what speaks like it. */
  | { readonly type: "slack"; readonly url: string; readonly minSeverity: MessageSeverity }
  /** Any receiver of JSON; with a secret, messages are signed. */
  | {
    readonly type: "webhook";
    readonly url: string;
    readonly secret?: string | undefined;
    readonly minSeverity: MessageSeverity;
  };

/** A place messages go to, with the name under which they wait in the outbox. */
export type Channel =
  & { readonly name: string; readonly minSeverity: MessageSeverity }
  & (
    | { readonly type: "slack"; readonly url: string }
    | { readonly type: "webhook"; readonly url: string; readonly secret: string | null }
    /** The program's own log. */
    | { readonly type: "log" }
  );

/**
 * The log, and the places of the configuration in its order. A place is named by its type and its
 * place among those, `slack-1`, and not by its address: what waits for a receiver whose address was
 * wrong goes to the corrected one.
 */
export function channelsOf(settings: readonly ChannelSettings[]): readonly Channel[] {
  const counts = new Map<string, number>();
  const named = settings.map((place): Channel => {
    const count = (counts.get(place.type) ?? 0) + 1;
    counts.set(place.type, count);
    const { url, minSeverity } = place;
    const name = `${place.type}-${count}`;
    return place.type === "slack"
      ? { type: "slack", name, url, minSeverity }
      : { type: "webhook", name, url, secret: place.secret ?? null, minSeverity };
  });
  return [{ type: "log", name: "log", minSeverity: "info" }, ...named];
}

/** Whether the channel wants messages of this severity. */
export function wants(channel: Channel, { severity }: Pick<Message, "severity">): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(channel.minSeverity);
}
