/** What humans are told, as data and as text: what happened, to which row, what to do. @module */

import * as z from "zod";
import { isoTime } from "../base/clock.ts";
import type { Contract } from "../contract/schema.ts";
import type { Finding } from "../store/records.ts";
import type { ToldEvent } from "./alerts.ts";
import { spanText } from "./durations.ts";

/** From the least to the most severe. */
export const SEVERITIES = ["info", "warning", "critical"] as const;

export type MessageSeverity = (typeof SEVERITIES)[number];

export const messageSchema = z.strictObject({
  kind: z.enum(["alert", "reminder", "over", "summary", "report"]),
  severity: z.enum(SEVERITIES),
  /** The name of the alert's rule; null: it is no alert. */
  rule: z.string().nullable(),
  /** The title in the contract; null: it is about more than one, or the database. */
  tab: z.string().nullable(),
  /** The rows it is about, the most urgent first. */
  rows: z.array(z.string()),
  /** One line. */
  title: z.string(),
  /** What happened, one line each. */
  what: z.array(z.string()),
  /** What to do next; null: nothing. */
  todo: z.string().nullable(),
  /** ISO 8601 UTC. */
  at: z.string(),
});

/** One message. Secrets are masked when it is sent. */
export type Message = Readonly<z.infer<typeof messageSchema>>;

/** More rows or findings are only counted. */
const LISTED = 10;

/** The message about an alert. `now` is in milliseconds. */
export function alertMessage(event: ToldEvent, now: number): Message {
  const { rule, tab, severity, count } = event.alert;
  const about = { rule, tab: tab === "" ? null : tab, severity, at: isoTime(now) };
  const title = tab === "" ? "" : `: ${tab}`;
  switch (event.change) {
    case "fired":
    case "reminded": {
      const { alert } = event;
      const held = event.change === "reminded"
        ? [`It has held for ${spanText(now - event.firedAt)}`]
        : [];
      return {
        ...about,
        kind: event.change === "fired" ? "alert" : "reminder",
        title: `${event.change === "fired" ? "" : "Still: "}${alert.title}${title}`,
        what: [alert.message, ...held],
        rows: [...alert.rows],
        todo: alert.todo,
      };
    }
    case "over":
      return {
        ...about,
        kind: "over",
        title: `Over: ${event.title}${title}`,
        what: [
          `It held for ${spanText(now - event.alert.firedAt)} and was about ${count} at the end`,
        ],
        rows: [],
        todo: null,
      };
  }
}

/** One message about all that a cycle found for the first time; null: it found nothing. */
export function summaryMessage(
  contract: Contract,
  fresh: readonly Finding[],
  at: string,
): Message | null {
  if (fresh.length === 0) return null;
  const lines = fresh.slice(0, LISTED).map((finding) => findingLine(contract, finding));
  const rest = fresh.length - lines.length;
  const tabs = new Set(fresh.map(({ tab }) => tab));
  const [only] = tabs;
  return {
    kind: "summary",
    severity: "warning",
    rule: null,
    tab: tabs.size === 1 && only !== undefined ? only : null,
    rows: [...new Set(fresh.map(({ row }) => row).filter((row) => row !== ""))],
    title: fresh.length === 1
      ? `1 new finding in ${only}`
      : `${fresh.length} new findings in ${[...tabs].join(", ")}`,
    what: rest > 0 ? [...lines, `and ${rest} more`] : lines,
    todo: "Look the rows up in the sheet; atlas-mirror --history ID tells all about one, and " +
      "docs/findings.md what each code means",
    at,
  };
}

function findingLine(contract: Contract, { tab, row, column, code, reason }: Finding): string {
  const header = contract.tabs.find(({ title }) => title === tab)?.columns
    .find(({ field }) => field === column)?.header ?? column;
  const place = [tab, row, header].filter((part) => part !== "").join(" · ");
  return `${place}: ${reason} (${code})`;
}

/** A message as plain text: the title, what happened, the rows, what to do. */
export function plainText({ severity, title, what, rows, todo, kind }: Message): string {
  const listed = rows.slice(0, LISTED);
  const rest = rows.length - listed.length;
  const lines = [`[${severity}] ${title}`, ...what];
  // A summary names the row in each of its lines.
  if (listed.length > 0 && kind !== "summary") {
    lines.push(`Rows: ${listed.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`);
  }
  if (todo !== null) lines.push(`To do: ${todo}.`);
  return lines.join("\n");
}
