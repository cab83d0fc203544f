/**
 * The schedule: which job is due, and when the next one is. Pure; the daemon is a thin shell around it.
 * Times are in milliseconds.
 *
 * A job that was missed, because the machine slept or a cycle took long, is simply due: once, however
 * many ticks went by.
 *
 * @module
 */

import { must } from "../base/assert.ts";
import type { Contract } from "../contract/schema.ts";
import type { ScheduledJob } from "../store/schedule.ts";
import { type Cadence, type CronTime, nextTick, periodAt } from "./cadence.ts";

const MS_PER_MINUTE = 60_000;

/** A job that failed is tried again so many minutes after the first, second and third failure. */
const RETRY_MINUTES: readonly number[] = [5, 10, 15];

/** How often the health of the mirror is looked at. */
const HEALTH_MINUTES = 15;

/** What a job does. */
export type Task =
  /** Syncs a whole tab. */
  | { readonly kind: "sync"; readonly tab: string }
  /** Syncs the urgent rows of a tab. A sync of the whole tab does this, too. */
  | { readonly kind: "urgent"; readonly tab: string }
  /** Looks at the mirror's health. */
  | { readonly kind: "health" }
  /** The daily checks, the report and the retention of what the mirror keeps for itself. */
  | { readonly kind: "daily" };

/** A kind of work that comes again and again. */
export interface Job {
  readonly name: string;
  readonly task: Task;
  readonly cadence: Cadence;
}

/** A job with its last and its next time. */
export interface JobState extends ScheduledJob {
  readonly task: Task;
  readonly cadence: Cadence;
}

export type Schedule = readonly JobState[];

/** What is due at one moment. Titles are in the order of the contract. */
export interface Due {
  readonly sync: readonly string[];
  /** Tabs of which only the urgent rows are due. */
  readonly urgent: readonly string[];
  readonly health: boolean;
  readonly daily: boolean;
}

/** How a job ended, in one word, and when. */
export interface Outcome {
  readonly beganAt: number;
  readonly endedAt: number;
  /** `failed` is tried again soon; a tab that a guard stopped waits for a human. */
  readonly status: "ok" | "failed" | "guarded";
}

/** The jobs of a contract. All ticks are `offsetMs` late, so that jobs due together stay together. */
export function jobsOf(contract: Contract, daily: CronTime, offsetMs: number): readonly Job[] {
  const every = (minutes: number): Cadence => ({ kind: "every", minutes, offsetMs });
  const tabs = contract.tabs.flatMap(({ title: tab, cadence: { minutes, urgent } }): Job[] => [
    { name: `sync ${tab}`, task: { kind: "sync", tab }, cadence: every(minutes) },
    ...(urgent === null ? [] : [
      {
        name: `urgent ${tab}`,
        task: { kind: "urgent", tab },
        cadence: every(urgent.minutes),
      } as const,
    ]),
  ]);
  return [
    ...tabs,
    { name: "health", task: { kind: "health" }, cadence: every(HEALTH_MINUTES) },
    { name: "daily", task: { kind: "daily" }, cadence: { kind: "cron", time: daily, offsetMs } },
  ];
}

/**
 * The schedule as it goes on from what was stored. A job that never ran is due at once, but for the
 * daily one: a report of the first minute would say nothing.
 */
export function openSchedule(
  jobs: readonly Job[],
  stored: readonly ScheduledJob[],
  now: number,
): Schedule {
  return jobs.map(({ name, task, cadence }): JobState => {
    const tick = nextTick(cadence, now);
    const known = stored.find(({ job }) => job === name);
    if (known === undefined) {
      const nextAt = task.kind === "daily" ? tick : now;
      return { job: name, task, cadence, lastAt: null, nextAt, lastStatus: null, failures: 0 };
    }
    // The cadence may be a shorter one since, or the clock may have been set back.
    return { ...known, task, cadence, nextAt: Math.min(known.nextAt, tick) };
  });
}

/** What is due at `now`, paused tabs left out. */
export function dueAt(schedule: Schedule, now: number, paused: ReadonlySet<string>): Due {
  const due = active(schedule, paused).filter(({ nextAt }) => nextAt <= now);
  const tabs = (kind: "sync" | "urgent") =>
    due.flatMap(({ task }) => task.kind === kind ? [task.tab] : []);
  const sync = tabs("sync");
  return {
    sync,
    urgent: tabs("urgent").filter((tab) => !sync.includes(tab)),
    health: due.some(({ task }) => task.kind === "health"),
    daily: due.some(({ task }) => task.kind === "daily"),
  };
}

/** Whether nothing is due. */
export function isIdle({ sync, urgent, health, daily }: Due): boolean {
  return sync.length + urgent.length === 0 && !health && !daily;
}

/** The job that comes next, paused tabs left out. */
export function nextJob(schedule: Schedule, paused: ReadonlySet<string>): JobState {
  const [first, ...others] = active(schedule, paused);
  return others.reduce(
    (next, job) => job.nextAt < next.nextAt ? job : next,
    must(first, "the health job"),
  );
}

function active(schedule: Schedule, paused: ReadonlySet<string>): Schedule {
  return schedule.filter(({ task }) => !("tab" in task) || !paused.has(task.tab));
}

/** The schedule after the task was done. */
export function settle(schedule: Schedule, task: Task, outcome: Outcome): Schedule {
  return schedule.map((job) => isDoneBy(job.task, task) ? settleJob(job, outcome) : job);
}

function isDoneBy(own: Task, done: Task): boolean {
  if (!("tab" in own) || !("tab" in done)) return own.kind === done.kind;
  return own.tab === done.tab && (own.kind === done.kind || done.kind === "sync");
}

function settleJob(job: JobState, { beganAt, endedAt, status }: Outcome): JobState {
  const failures = status === "failed" ? job.failures + 1 : 0;
  const tick = nextTick(job.cadence, beganAt);
  const minutes = failures === 0 ? undefined : RETRY_MINUTES[failures - 1];
  const retryAt = minutes === undefined ? Infinity : endedAt + minutes * MS_PER_MINUTE;
  return {
    ...job,
    lastAt: beganAt,
    nextAt: Math.min(tick, retryAt),
    lastStatus: status,
    failures,
  };
}

/** The schedule where every tab is due now. */
export function syncAllAt(schedule: Schedule, now: number): Schedule {
  return schedule.map((job) =>
    job.task.kind === "sync" ? { ...job, nextAt: Math.min(job.nextAt, now) } : job
  );
}

/**
 * The schedule after the clock was set back by `ms`. What ran a minute ago still ran a minute ago: a
 * job neither waits until the clock has caught up, nor runs again because a tick comes round a second
 * time. The next tick is one at least half a period behind the last run.
 */
export function setBack(schedule: Schedule, ms: number): Schedule {
  return schedule.map((job) => {
    if (job.lastAt === null) return { ...job, nextAt: job.nextAt - ms };
    const lastAt = job.lastAt - ms;
    const nextAt = job.failures > 0
      ? job.nextAt - ms
      : nextTick(job.cadence, lastAt + periodAt(job.cadence, lastAt) / 2 - 1);
    return { ...job, lastAt, nextAt };
  });
}
