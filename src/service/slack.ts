/**
 * The form of a message that Slack's incoming webhooks take, and everything that speaks like them
 * (Mattermost, Rocket.Chat, Discord's `/slack` addresses).
 * Format: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 *
 * @module
 */

import { type Message, plainText } from "./messages.ts";

/** Longer texts are cut by Slack itself, in the middle of a word. */
const TEXT_CHARACTERS = 3_500;

/**
 * The body for Slack. The three characters that can begin a link or a mention are escaped, so that a
 * cell with `<!channel>` in it calls nobody.
 */
export function slackBody(message: Message): string {
  const [title = "", ...lines] = plainText(message).split("\n");
  const text = [`*${escaped(title)}*`, ...lines.map(escaped)].join("\n");
  return JSON.stringify({ text: cut(text) });
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function cut(text: string): string {
  if (text.length <= TEXT_CHARACTERS) return text;
  return `${text.slice(0, TEXT_CHARACTERS).toWellFormed()} …`;
}
