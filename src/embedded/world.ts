/**
 * The demo world: what the Atlas tables of a real team hold after some weeks, drawn from a seed. The
 * same seed and moment give the same bytes on every machine.
 *
 * @module
 */

import { must } from "../base/assert.ts";
import { isoTime } from "../base/clock.ts";
import { type Random, randomInteger, seededRandom } from "../base/random.ts";
import { atlas } from "../contract/atlas.ts";
import type { Approval, ErrorRow, Run } from "../contract/row.ts";
import type { Database } from "../store/database.ts";
import { insertSource } from "../store/source.ts";
import {
  FAILURES,
  JOBS,
  NOTES,
  REQUESTS,
  RESOLUTIONS,
  TRICKY_TEXTS,
  UNICODE_TEXTS,
} from "./world_corpus.ts";
import { chance, drawId, duration, filler, pick, weighted } from "./world_draw.ts";
import { drawPayload } from "./world_payloads.ts";
import { LEAKS } from "./world_secrets.ts";
import {
  aroundClockChange,
  DAY_MS,
  drawFormat,
  HOUR_MS,
  intoWorkingHours,
  lastClockChange,
  MINUTE_MS,
} from "./world_times.ts";

export interface WorldOptions {
  readonly seed: number;
  /** The moment at which the world is looked at, in milliseconds. Nothing in it is later. */
  readonly now: number;
  readonly runs?: number;
  readonly approvals?: number;
  readonly errors?: number;
  /** How far back runs and errors reach. Approvals reach back three times as far. */
  readonly days?: number;
}

/** A row as it may really stand there: nothing keeps an agent from writing a wrong word. */
type Loose<Row> = { readonly [Field in keyof Row]: string | null };

/** Rows of a transaction: few enough to hold, enough to be quick. */
const BATCH_ROWS = 5_000;

/** Long outputs and runs that never ended, whatever the number of runs: their share is not constant. */
const LONG_OUTPUTS = 12;
const STUCK_RUNS = 8;

/**
 * Fills the source tables, which `initialise` has made and which are empty. Beside the drawn rows
 * there are a few dozen that show every text, time and mistake the mirror must cope with.
 */
export function seedWorld(db: Database, options: WorldOptions): void {
  const { seed, now, runs = 2_000, approvals = 300, errors = 500, days = 60 } = options;
  // A stream of numbers for each table, so that more runs do not change the errors.
  fill(db, "runs", drawRuns(seededRandom(seed), { now, days, count: runs }));
  fill(db, "runs", specialRuns(seededRandom(seed + 1), now));
  fill(db, "approvals", drawApprovals(seededRandom(seed + 2), { now, days, count: approvals }));
  fill(db, "approvals", specialApprovals(seededRandom(seed + 3), now));
  fill(db, "errors", drawErrors(seededRandom(seed + 4), { now, days, count: errors }));
  fill(db, "errors", specialErrors(seededRandom(seed + 5), now));
}

/** Writes the rows batch by batch, without ever holding all of them. */
function fill<Row extends Readonly<Record<string, string | null>>>(
  db: Database,
  table: string,
  rows: Generator<Row>,
): void {
  const tab = must(atlas.tabs.find((tab) => tab.table === table), `the tab of ${table}`);
  for (let more = true; more;) {
    more = db.transaction(() => {
      for (let count = 0; count < BATCH_ROWS; count++) {
        const next = rows.next();
        if (next.done) return false;
        insertSource(db, tab, next.value);
      }
      return true;
    });
  }
}

interface Draw {
  readonly now: number;
  readonly days: number;
  readonly count: number;
}

/** The moment of row `index` of `count`, the last one shortly before `now`. */
function momentOf(random: Random, { now, days, count }: Draw, index: number): number {
  const spread = now - days * DAY_MS * (1 - (index + random.next()) / count);
  return Math.floor(Math.min(now - MINUTE_MS, intoWorkingHours(random, spread)));
}

function drawNotes(random: Random, fill: (text: string) => string, probability: number) {
  if (!chance(random, probability)) return chance(random, 0.2) ? null : "";
  const notes = fill(pick(random, NOTES));
  return chance(random, 0.15) ? `${notes}\n${fill(pick(random, NOTES))}` : notes;
}

function drawDeleted(random: Random, now: number): string | null {
  return chance(random, 0.02) ? isoTime(now - randomInteger(random, 1, 9) * DAY_MS) : null;
}

function* drawRuns(random: Random, draw: Draw): Generator<Run> {
  const longEvery = Math.ceil(draw.count / LONG_OUTPUTS);
  const stuckEvery = Math.ceil(draw.count / STUCK_RUNS);
  for (let index = 0; index < draw.count; index++) {
    const fill = filler(random);
    const job = pick(random, JOBS);
    const started = momentOf(random, draw, index);
    const completed = started + duration(random, 3 * MINUTE_MS);
    const format = drawFormat(random);
    const status = completed > draw.now || index % stuckEvery === stuckEvery - 1
      ? "running"
      : weighted(random, [[83, "success"], [12, "failed"], [5, "cancelled"]]);
    const failure = fill(pick(random, FAILURES).trace);
    const output = status === "failed"
      ? failure
      : status === "success"
      ? fill(job.output)
      : status === "running"
      ? fill(job.output).split("\n")[0] ?? ""
      : "cancelled by user";
    yield {
      id: drawId(random, "run", 456 + index),
      task: fill(job.task),
      command: chance(random, 0.01) ? pick(random, LEAKS)(random) : fill(job.command),
      status,
      started_at: format(started),
      completed_at: status === "running" ? null : format(completed),
      output: index % longEvery === longEvery - 1
        ? longText(random, 42_000)
        : chance(random, 0.02)
        ? null
        : output,
      notes: drawNotes(random, fill, 0.08),
      deleted_at: drawDeleted(random, draw.now),
      archived_at: null,
    };
  }
}

/** A build log of at least this many characters, with a sign of several code units at any place. */
function longText(random: Random, characters: number): string {
  const lines: string[] = [];
  for (let length = 0; length < characters;) {
    const line = `[${String(lines.length).padStart(5, "0")}] ` +
      (chance(random, 0.1) ? pick(random, UNICODE_TEXTS) : pick(random, JOBS).command);
    lines.push(line);
    length += line.length + 1;
  }
  return lines.join("\n");
}

/** Runs of the last hours, so that they are among the newest, each with something special. */
function* specialRuns(random: Random, now: number): Generator<Loose<Run>> {
  let number = 0;
  const run = (values: Partial<Loose<Run>>): Loose<Run> => {
    number++;
    const started = now - number * 7 * MINUTE_MS;
    return {
      id: `run-x${String(number).padStart(2, "0")}`,
      task: "Try unusual text",
      command: "agent run echo",
      status: "success",
      started_at: isoTime(started),
      completed_at: isoTime(started + MINUTE_MS),
      output: "",
      notes: "",
      deleted_at: null,
      archived_at: null,
      ...values,
    };
  };
  // Several in one row, so that most of the newest runs are still everyday ones.
  for (let index = 0; index * 2 < TRICKY_TEXTS.length; index++) {
    const leak = LEAKS[index]?.(random);
    yield run({
      task: TRICKY_TEXTS[index * 2] ?? "",
      command: leak ?? "agent run echo",
      output: `${TRICKY_TEXTS[index * 2 + 1]}${leak === undefined ? "" : `\n+ ${leak}`}`,
      notes: UNICODE_TEXTS[index] ?? "",
    });
  }
  yield run({ output: longText(random, 60_000) });
  yield run({ output: "x".repeat(1_000) });
  yield run({
    output: "👩\u200D👩\u200D👧\u200D👦".repeat(400),
    task: "Output that is cut inside an emoji",
  });
  for (const [id, days] of [["007", 21], ["run-stuck", 45], ["jobs/etl.nightly", 3]] as const) {
    const started_at = isoTime(now - days * DAY_MS);
    yield run({ id, status: "running", started_at, completed_at: null, task: "Import archive" });
  }
  for (const [index, started_at] of aroundClockChange(lastClockChange(now - DAY_MS)).entries()) {
    yield run({
      id: `run-clock-${index}`,
      task: "Nightly backup",
      started_at,
      completed_at: started_at,
    });
  }
  // Rows that must stay back: an unknown word, a required field that is empty, times that are none.
  yield run({ status: "done" });
  yield run({ task: null });
  yield run({ command: "" });
  yield run({ started_at: "yesterday 5pm", status: "running" });
  yield run({ completed_at: "2026-02-30T25:61:00Z" });
  yield run({ deleted_at: isoTime(now - HOUR_MS) });
}

function* drawApprovals(random: Random, draw: Draw): Generator<Approval> {
  const longer = { ...draw, days: draw.days * 3 };
  for (let index = 0; index < draw.count; index++) {
    const fill = filler(random);
    const request = pick(random, REQUESTS);
    const requested = momentOf(random, longer, index);
    const decided = requested + duration(random, 3 * HOUR_MS);
    const format = drawFormat(random);
    const status = decided > draw.now || chance(random, 0.06)
      ? "pending"
      : weighted(random, [[78, "approved"], [22, "rejected"]]);
    yield {
      id: drawId(random, "approval", 123 + index),
      type: request.type,
      action: request.action,
      item: fill(request.item),
      status,
      requested_at: format(requested),
      notes: drawNotes(random, fill, status === "pending" ? 0.1 : 0.4),
      payload: drawPayload(random, fill(request.item)),
      decided_at: status === "pending" ? null : format(decided),
      deleted_at: drawDeleted(random, draw.now),
      archived_at: null,
    };
  }
}

/** Requests that wait for a decision, each with something special. */
function* specialApprovals(random: Random, now: number): Generator<Loose<Approval>> {
  let number = 0;
  const approval = (values: Partial<Loose<Approval>>): Loose<Approval> => {
    number++;
    return {
      id: `approval-x${String(number).padStart(2, "0")}`,
      type: "task",
      action: "create",
      item: "Add OAuth integration",
      status: "pending",
      requested_at: isoTime(now - number * 3 * HOUR_MS),
      notes: "",
      payload: '{"title":"Add OAuth","assignee":"AI IDE Agent"}',
      decided_at: null,
      deleted_at: null,
      archived_at: null,
      ...values,
    };
  };
  yield approval({ id: "007", item: "Renew licence 007" });
  yield approval({ id: "00123", payload: '{"number":"00123"}' });
  yield approval({ id: "config/eu-central-1.tls", type: "config", action: "update" });
  for (let index = 0; index * 2 < UNICODE_TEXTS.length; index++) {
    yield approval({ item: TRICKY_TEXTS[index] ?? "", notes: UNICODE_TEXTS[index * 2] ?? "" });
    yield approval({ item: UNICODE_TEXTS[index * 2 + 1] ?? "" });
  }
  for (const payload of ["", "{'title': 'single quotes'}", '{"title":"cut off', "[1,2,]", "null"]) {
    yield approval({ payload });
  }
  yield approval({ payload: JSON.stringify({ log: longText(random, 4_000) }) });
  yield approval({ payload: JSON.stringify({ command: pick(random, LEAKS)(random) }) });
  for (const requested_at of aroundClockChange(lastClockChange(now - DAY_MS)).slice(2, 6)) {
    yield approval({ requested_at, type: "deployment", action: "execute" });
  }
  for (const days of [89, 91, 400]) {
    const time = isoTime(now - days * DAY_MS);
    yield approval({ status: "approved", requested_at: time, decided_at: time });
  }
  // Decided by an agent that sets no time, and rows that must stay back.
  yield approval({ status: "rejected" });
  yield approval({ type: "budget" });
  yield approval({ action: "" });
  yield approval({ status: "Approved" });
  yield approval({ requested_at: "15/01/2026 14:30" });
  yield approval({ deleted_at: isoTime(now - HOUR_MS) });
}

function* drawErrors(random: Random, draw: Draw): Generator<ErrorRow> {
  for (let index = 0; index < draw.count; index++) {
    const fill = filler(random);
    const failure = pick(random, FAILURES);
    const occurred = momentOf(random, draw, index);
    const resolvedAt = occurred + duration(random, 12 * HOUR_MS);
    const format = drawFormat(random);
    const severity = weighted(random, [[20, "low"], [45, "medium"], [26, "high"], [9, "critical"]]);
    const resolved = resolvedAt < draw.now && chance(random, 0.85) ? "true" : "false";
    yield {
      id: drawId(random, "err", 789 + index),
      task: fill(pick(random, JOBS).task),
      // Some agents write the summary, some the whole trace.
      error: fill(chance(random, 0.8) ? failure.summary : failure.trace),
      occurred_at: format(occurred),
      severity,
      resolved,
      resolution: resolved === "true" ? fill(pick(random, RESOLUTIONS)) : "",
      notes: drawNotes(random, fill, 0.3),
      resolved_at: resolved === "true" && chance(random, 0.97) ? format(resolvedAt) : null,
      deleted_at: drawDeleted(random, draw.now),
      archived_at: null,
    };
  }
}

/** Errors that are open, each with something special, and those at the edge of their retention. */
function* specialErrors(random: Random, now: number): Generator<Loose<ErrorRow>> {
  let number = 0;
  const error = (values: Partial<Loose<ErrorRow>>): Loose<ErrorRow> => {
    number++;
    return {
      id: `err-x${String(number).padStart(2, "0")}`,
      task: "Deploy to staging",
      error: "Connection timeout to database",
      occurred_at: isoTime(now - number * HOUR_MS),
      severity: "medium",
      resolved: "false",
      resolution: "",
      notes: "",
      resolved_at: null,
      deleted_at: null,
      archived_at: null,
      ...values,
    };
  };
  for (const failure of FAILURES) yield error({ error: failure.trace, severity: "high" });
  for (const text of UNICODE_TEXTS) yield error({ error: text, resolution: text });
  for (const text of TRICKY_TEXTS.slice(0, 8)) yield error({ error: text, notes: text });
  yield error({ error: `fatal: could not read from ${pick(random, LEAKS)(random)}` });
  for (const occurred_at of aroundClockChange(lastClockChange(now - DAY_MS))) {
    yield error({ task: "Nightly backup", occurred_at, severity: "low" });
  }
  for (const days of [29, 30, 31, 200]) {
    const time = isoTime(now - days * DAY_MS);
    yield error({ occurred_at: time, resolved: "true", resolved_at: time });
  }
  yield error({
    severity: "critical",
    task: "Take payments",
    occurred_at: isoTime(now - 3 * HOUR_MS),
  });
  yield error({ resolved: "true", resolution: "resolved without a time" });
  // Rows that must stay back.
  yield error({ severity: "urgent" });
  yield error({ resolved: "yes" });
  yield error({ task: "" });
  yield error({ error: null });
  yield error({ occurred_at: "" });
  yield error({ deleted_at: isoTime(now - HOUR_MS) });
}
