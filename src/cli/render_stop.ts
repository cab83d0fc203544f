/** Why tabs were left as they are, and how to go on: for plans, reports and standard error alike. @module */

import type { TabReport } from "../mirror/report.ts";
import { startSmall } from "./print_error.ts";
import type { RowOptions } from "./render_row.ts";
import { oneLine, safeText, wrap } from "./terminal_text.ts";

/** What there is to say about a tab that was stopped. */
export type StoppedTab = Pick<TabReport, "tab" | "guards" | "error">;

/** One reason, and all the tabs it stopped: an outage is told once, not once a tab. */
interface Stop {
  readonly tabs: string[];
  /** Null: it is a failure. */
  readonly guard: string | null;
  readonly message: string;
  readonly step: string | null;
}

/** The reasons as paragraphs on a terminal. */
export function stopLines(tabs: readonly StoppedTab[], options: RowOptions): string[] {
  const { paint, width, mask } = options;
  return stopsOf(tabs).flatMap(({ tabs, guard, message, step }) => [
    guard === null
      ? paint("bad", `✗ ${tabs.join(", ")}`)
      : `${paint("bad", `✋ ${tabs.join(", ")}`)} stopped by the guard ${paint("strong", guard)}`,
    ...wrap(safeText(mask(message)), width, "    "),
    ...(step === null ? [] : wrap(`what to do: ${safeText(step)}`, width, "    ")),
    "",
  ]);
}

/** The reasons for standard error, in the form of every other error; empty where there is none. */
export function stopsText(tabs: readonly StoppedTab[], mask: (text: string) => string): string {
  return stopsOf(tabs).flatMap(({ tabs, guard, message, step }) => [
    `atlas-mirror: ${tabs.join(", ")}: ${guard === null ? "" : `guard ${guard}: `}${
      oneLine(startSmall(mask(message)), Infinity)
    }`,
    ...(step === null ? [] : [`  what to do: ${oneLine(step, Infinity)}`]),
  ]).map((line) => `${line}\n`).join("");
}

function stopsOf(tabs: readonly StoppedTab[]): readonly Stop[] {
  const stops = new Map<string, Stop>();
  const add = (tab: string, stop: Omit<Stop, "tabs">) => {
    const key = JSON.stringify([stop.guard, stop.message]);
    const known = stops.get(key);
    if (known === undefined) stops.set(key, { ...stop, tabs: [tab] });
    else known.tabs.push(tab);
  };
  for (const { tab, guards, error } of tabs) {
    if (error !== null) {
      add(tab, { guard: null, message: error.message, step: error.hint ?? null });
    }
    for (const { guard, message, hint } of guards) add(tab, { guard, message, step: hint });
  }
  return [...stops.values()];
}
