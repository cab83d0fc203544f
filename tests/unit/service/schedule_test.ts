import assert from "node:assert/strict";
import fc from "fast-check";
import { atlas } from "../../../src/contract/atlas.ts";
import {
  dueAt,
  isIdle,
  jobsOf,
  nextJob,
  openSchedule,
  type Outcome,
  type Schedule,
  setBack,
  settle,
  syncAllAt,
  type Task,
} from "../../../src/service/schedule.ts";

const NOBODY = new Set<string>();
const DAILY = { cron: "30 3 * * *", timeZone: "UTC" };
const JOBS = jobsOf(atlas, DAILY, 0);
const TABS = ["Pending_Approvals", "Runs", "Errors_Hotlist"];

const at = (time: string) => Date.parse(`2026-01-15T${time}Z`);
const clock = (ms: number) => new Date(ms).toISOString().slice(11, 19);

function outcome(time: string, status: Outcome["status"] = "ok"): Outcome {
  return { beganAt: at(time), endedAt: at(time), status };
}

/** Everything ran at noon and went well. */
function atNoon(): Schedule {
  return JOBS.reduce<Schedule>(
    (schedule, { task }) => settle(schedule, task, outcome("12:00:00")),
    openSchedule(JOBS, [], at("12:00:00")),
  );
}

function nextOf(schedule: Schedule, name: string): string {
  return clock(schedule.find(({ job }) => job === name)?.nextAt ?? NaN);
}

Deno.test("jobsOf() takes the cadences from the contract", () => {
  const named = JOBS.map(({ name, cadence }) =>
    `${name}: ${cadence.kind === "every" ? `${cadence.minutes} min` : cadence.time.cron}`
  );
  assert.deepEqual(named, [
    "sync Pending_Approvals: 60 min",
    "sync Runs: 60 min",
    "sync Errors_Hotlist: 60 min",
    "urgent Errors_Hotlist: 15 min",
    "health: 15 min",
    "daily: 30 3 * * *",
  ]);
});

Deno.test("openSchedule() begins with a sync of every tab and leaves the report for the night", () => {
  const schedule = openSchedule(JOBS, [], at("12:07:00"));
  assert.deepEqual(dueAt(schedule, at("12:07:00"), NOBODY), {
    sync: TABS,
    urgent: [],
    health: true,
    daily: false,
  });
  assert.equal(nextOf(schedule, "daily"), "03:30:00");
});

Deno.test("openSchedule() goes on where an earlier daemon stopped", () => {
  const stored = atNoon();
  const soon = openSchedule(JOBS, stored, at("12:05:00"));
  assert(isIdle(dueAt(soon, at("12:05:00"), NOBODY)));
  assert.equal(nextOf(soon, "sync Runs"), "13:00:00");
  const missed = openSchedule(JOBS, stored, at("13:20:00"));
  assert.deepEqual(dueAt(missed, at("13:20:00"), NOBODY).sync, TABS);
});

Deno.test("openSchedule() does not believe a stored time that lies beyond the next tick", () => {
  const stored = atNoon().map((job) => ({ ...job, nextAt: job.nextAt + 605_000_000 }));
  assert.equal(nextOf(openSchedule(JOBS, stored, at("12:05:00")), "sync Runs"), "13:00:00");
});

Deno.test("dueAt() keeps to the table of cadences", () => {
  const table: readonly (readonly [time: string, due: string])[] = [
    ["12:14:59", ""],
    ["12:15:00", "urgent health"],
    ["12:59:59", "urgent health"],
    ["13:00:00", "sync health"],
  ];
  for (const [time, expected] of table) {
    const { sync, urgent, health, daily } = dueAt(atNoon(), at(time), NOBODY);
    const due = [
      sync.length === 3 ? "sync" : "",
      urgent.join() === "Errors_Hotlist" ? "urgent" : "",
      health ? "health" : "",
      daily ? "daily" : "",
    ].filter((word) => word !== "").join(" ");
    assert.equal(due, expected, time);
  }
});

Deno.test("settle() runs a job that was missed many times once", () => {
  const late = at("12:00:00") + 86_400_000 + 7 * 60_000;
  let schedule = atNoon();
  const due = dueAt(schedule, late, NOBODY);
  assert.deepEqual(due, { sync: TABS, urgent: [], health: true, daily: true });
  for (const { task } of JOBS) {
    schedule = settle(schedule, task, { beganAt: late, endedAt: late, status: "ok" });
  }
  assert(isIdle(dueAt(schedule, late, NOBODY)));
  assert.equal(clock(nextJob(schedule, NOBODY).nextAt), "12:15:00");
});

Deno.test("settle() tries a failed tab again after 5, 10 and 15 minutes, then at its cadence", () => {
  const task: Task = { kind: "sync", tab: "Runs" };
  const steps: readonly (readonly [runs: string, Outcome["status"], next: string])[] = [
    ["13:00:00", "failed", "13:05:00"],
    ["13:05:00", "failed", "13:15:00"],
    ["13:15:00", "failed", "13:30:00"],
    ["13:30:00", "failed", "14:00:00"],
    ["14:00:00", "failed", "15:00:00"],
    ["15:00:00", "ok", "16:00:00"],
    ["16:00:00", "failed", "16:05:00"],
    ["16:05:00", "ok", "17:00:00"],
    ["17:00:00", "guarded", "18:00:00"],
    // A cadence that comes before the retry is taken as well.
    ["17:58:00", "failed", "18:00:00"],
  ];
  let schedule = atNoon();
  for (const [time, status, next] of steps) {
    schedule = settle(schedule, task, outcome(time, status));
    assert.equal(nextOf(schedule, "sync Runs"), next, `${status} at ${time}`);
  }
  assert.equal(
    nextOf(schedule, "sync Pending_Approvals"),
    "13:00:00",
    "another tab is not touched",
  );
});

Deno.test("settle() counts a sync of the whole tab for its urgent rows, but not the other way round", () => {
  const whole = settle(
    atNoon(),
    { kind: "sync", tab: "Errors_Hotlist" },
    outcome("12:20:00"),
  );
  assert.equal(nextOf(whole, "urgent Errors_Hotlist"), "12:30:00");
  const urgent = settle(
    atNoon(),
    { kind: "urgent", tab: "Errors_Hotlist" },
    outcome("12:15:00", "failed"),
  );
  assert.equal(nextOf(urgent, "urgent Errors_Hotlist"), "12:20:00");
  assert.equal(nextOf(urgent, "sync Errors_Hotlist"), "13:00:00");
});

Deno.test("dueAt() leaves paused tabs out, and nextJob() does not wait for them", () => {
  const paused = new Set(["Runs", "Errors_Hotlist"]);
  const now = at("13:30:00");
  const due = dueAt(atNoon(), now, paused);
  assert.deepEqual([due.sync, due.urgent], [["Pending_Approvals"], []]);
  const others = settle(
    settle(atNoon(), { kind: "sync", tab: "Pending_Approvals" }, outcome("13:30:00")),
    { kind: "health" },
    outcome("13:30:00"),
  );
  assert.equal(clock(nextJob(others, paused).nextAt), "13:45:00");
  assert.deepEqual(dueAt(others, now, NOBODY).sync, ["Runs", "Errors_Hotlist"]);
});

Deno.test("syncAllAt() makes every tab due and nothing else", () => {
  const now = at("12:03:00");
  assert.deepEqual(dueAt(syncAllAt(atNoon(), now), now, NOBODY), {
    sync: TABS,
    urgent: [],
    health: false,
    daily: false,
  });
});

Deno.test("setBack() neither stalls nor repeats, however far the clock was set back", () => {
  const table: readonly (readonly [back: string, now: string, sync: string, health: string])[] = [
    // The clock after it was set back; everything last ran at 12:00 by the old one.
    ["00:00:50", "11:59:30", "13:00:00", "12:15:00"],
    ["01:00:00", "11:00:20", "12:00:00", "11:15:00"],
    ["01:00:00", "11:14:00", "12:00:00", "11:15:00"],
    ["00:37:00", "11:23:20", "12:00:00", "11:45:00"],
    ["24:00:00", "12:00:20", "13:00:00", "12:15:00"],
  ];
  for (const [back, now, sync, health] of table) {
    const [hours = 0, minutes = 0, seconds = 0] = back.split(":").map(Number);
    const ms = ((hours * 60 + minutes) * 60 + seconds) * 1_000;
    const schedule = setBack(atNoon(), ms);
    assert.equal(nextOf(schedule, "sync Runs"), sync, `${back} to ${now}`);
    assert.equal(nextOf(schedule, "health"), health, `${back} to ${now}`);
  }
});

Deno.test("setBack() keeps the wait of a tab that is tried again", () => {
  const failed = settle(atNoon(), { kind: "sync", tab: "Runs" }, outcome("12:20:00", "failed"));
  assert.equal(nextOf(setBack(failed, 3_600_000), "sync Runs"), "11:25:00");
});

Deno.test("setBack() keeps every job near its cadence however often the clock is set back", () => {
  const MINUTE = 60_000;
  const setBacks = fc.array(
    fc.record({
      afterMinutes: fc.integer({ min: 1, max: 180 }),
      backMs: fc.integer({ min: 1, max: 5 * 60 * MINUTE }),
    }),
    { maxLength: 6 },
  );
  fc.assert(fc.property(setBacks, (jumps) => {
    let schedule = openSchedule(JOBS.slice(0, -1), [], at("12:00:00"));
    let now = at("12:00:00");
    let seen = now;
    const lastRun = new Map<string, number>();
    const jumpAt = new Map<number, number>();
    let sum = 0;
    for (const { afterMinutes, backMs } of jumps) jumpAt.set(sum += afterMinutes, backMs);
    // `minute` is the time that passed, `now` what the clock shows.
    for (let minute = 0; minute < sum + 300; minute++) {
      now += MINUTE - (jumpAt.get(minute) ?? 0);
      if (now < seen) schedule = setBack(schedule, seen - now);
      seen = now;
      const { sync, urgent, health } = dueAt(schedule, now, NOBODY);
      const tasks: Task[] = [
        ...sync.map((tab): Task => ({ kind: "sync", tab })),
        ...urgent.map((tab): Task => ({ kind: "urgent", tab })),
        ...(health ? [{ kind: "health" } as const] : []),
      ];
      for (const task of tasks) {
        const name = "tab" in task ? `${task.kind} ${task.tab}` : task.kind;
        lastRun.set(name, minute);
        schedule = settle(schedule, task, { beganAt: now, endedAt: now, status: "ok" });
      }
      for (const [job, ran] of lastRun) {
        if (job.startsWith("urgent")) continue;
        const period = job === "health" ? 15 : 60;
        assert(minute - ran <= 1.5 * period + 2, `${job} has not run for ${minute - ran} minutes`);
      }
    }
  }));
});
