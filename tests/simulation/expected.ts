/** What the tabs should show when everything is at rest, by the contract's own words. @module */

import type { Entry } from "../../src/embedded/book.ts";
import { text } from "./ledger.ts";
import { entryText, isReport, type TabFacts, type Tables } from "./look.ts";
import type { ExpectedTab } from "./rest.ts";
import { fits, shownOf } from "./texts.ts";

const DAY_MS = 86_400_000;
/** 1970-01-01 as a serial, https://developers.google.com/workspace/sheets/api/guides/formats#about_date_time_values. */
const EPOCH_SERIAL = 25_569;

type Values = Readonly<Record<string, unknown>>;
type Check = (cell: Entry) => string | null;

/** The moment as a serial in the spreadsheet's time zone. */
function serialOf(iso: string, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(new Date(iso));
  const part = (type: string) => Number(parts.find((found) => found.type === type)?.value);
  const local = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return local / DAY_MS + EPOCH_SERIAL;
}

function checkOf(facts: TabFacts, field: string, values: Values, zone: string): Check {
  const raw = text(values[field]);
  const id = text(values["id"]);
  if (facts.dates.some((date) => date === field) && raw !== "") {
    const serial = serialOf(raw, zone);
    return (cell) =>
      typeof cell === "number" && Math.abs(cell - serial) * DAY_MS < 1_001
        ? null
        : `${raw} in ${zone} should be ${serial} and is ${JSON.stringify(cell)}`;
  }
  return (cell) =>
    fits(shownOf(raw, id), entryText(cell)) || (isReport(id) && field !== "resolved")
      ? null
      : `"${raw}" should stand there and "${entryText(cell)}" does`;
}

/** Whether a row belongs into its tab. The newest runs are chosen by the caller. */
function isDue({ table }: TabFacts, values: Values, now: number): boolean {
  if (text(values["deleted_at"]) !== "" || text(values["archived_at"]) !== "") return false;
  const age = (field: string) => now - Date.parse(text(values[field]));
  if (table === "approvals" && values["status"] !== "pending") {
    return !(age("decided_at") > 90 * DAY_MS);
  }
  if (table === "errors" && values["resolved"] === "true") {
    return !(age("resolved_at") > 30 * DAY_MS);
  }
  return true;
}

/** What the tab should show, and what it does. Rows that break the contract are left out. */
export function expectedTab(
  tab: { readonly facts: TabFacts; readonly rows: ExpectedTab["standing"] },
  tables: Tables,
  { now, zone, runsMax }: { readonly now: number; readonly zone: string; readonly runsMax: number },
): ExpectedTab {
  const { facts, rows } = tab;
  const due = [...tables].filter(([, row]) => row.facts === facts && isDue(facts, row.values, now))
    .map(([id, { values }]) => ({ id, values, at: Date.parse(text(values[facts.time])) }));
  const byAge = due.toSorted((a, b) => (b.at || 0) - (a.at || 0) || (a.id < b.id ? -1 : 1));
  const shown = facts.table === "runs"
    ? byAge.filter(({ values }, index) => index < runsMax || values["status"] === "running")
    : byAge;
  const broken = new Set(due.filter(({ at }) => Number.isNaN(at)).map(({ id }) => id));
  return {
    title: facts.title,
    expected: new Map(
      shown.filter(({ id }) => !broken.has(id)).map(({ id, values }) =>
        [id, facts.fields.map((field) => checkOf(facts, field, values, zone))] as const
      ),
    ),
    standing: rows.filter(({ id }) => !broken.has(id)),
  };
}
