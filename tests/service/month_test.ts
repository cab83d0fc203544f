/**
 * A month of the daemon on a virtual clock, with everything it does but the cycles themselves. Two
 * golden timelines hold it: `daemon_two_days.txt` has all that ran at which virtual minute, and
 * `daemon_month.txt` what was out of the ordinary on the days after, and what humans were told of it.
 *
 * @module
 */

import assert from "node:assert/strict";
import { isoTime } from "../../src/base/clock.ts";
import { readHeartbeat } from "../../src/store/heartbeat.ts";
import { readBacklog } from "../../src/store/outbox.ts";
import { pauseTab, resumeTab } from "../../src/store/pauses.ts";
import { testFolder } from "../cli/program.ts";
import { matchesGolden } from "../helpers/golden.ts";
import { WatchedRig } from "../helpers/watched_rig.ts";
import { approval, error } from "../helpers/world.ts";

const HOUR = 3_600_000;
const APPROVALS = "Pending_Approvals";
const ERRORS = "Errors_Hotlist";

/** Lets the time pass until the clock shows `time` on that day, counted from the first of January. */
async function until(rig: WatchedRig, day: number, time: string): Promise<void> {
  const moment = Date.parse(`1970-01-01T${time}:00Z`) + Date.UTC(2026, 0, day);
  await rig.clock.pass(moment - rig.clock.now());
}

/** What happens in the first two days. */
async function playTwoDays(rig: WatchedRig): Promise<void> {
  await until(rig, 1, "02:00");
  rig.note("-- Runs cannot be read from here on");
  rig.play = (options) => Promise.resolve(rig.outage(options, "Runs"));
  await until(rig, 1, "04:10");
  rig.note("-- Runs can be read again");
  rig.play = () => undefined;
  await until(rig, 1, "10:05");
  rig.note("-- somebody pauses Runs");
  pauseTab(rig.db, { tab: "Runs", since: "2026-01-01T10:05:00Z", reason: "a test" });
  await until(rig, 1, "12:20");
  rig.note("-- somebody resumes Runs");
  resumeTab(rig.db, "Runs");
  await until(rig, 1, "16:07");
  rig.note("-- SIGUSR1");
  rig.request("sync-now");
  await until(rig, 1, "20:59");
  rig.note("-- Google is down");
  google(rig, "down");
  await until(rig, 1, "22:10");
  rig.note("-- Google is back");
  google(rig, "back");
  await until(rig, 2, "09:20");
  rig.clock.jump(-HOUR);
  rig.note("-- somebody sets the clock back by an hour");
  await until(rig, 2, "12:10");
  rig.note("-- the machine is suspended for three hours");
  rig.clock.jump(3 * HOUR);
  await until(rig, 2, "18:30");
  rig.note("-- the daemon is started anew");
  await rig.stop();
  rig.start();
  await until(rig, 3, "00:00");
}

function google(rig: WatchedRig, state: "down" | "back"): void {
  rig.answers = state === "back";
  rig.play = state === "back"
    ? () => undefined
    : (options) => Promise.resolve(rig.blackout(options));
}

/** What happens on a later day, and how the timeline calls it. */
interface Happening {
  readonly day: number;
  readonly time: string;
  readonly what: string;
  readonly play: (rig: WatchedRig) => void;
}

const MONTH: readonly Happening[] = [
  { day: 3, time: "09:10", what: "Google is down", play: (rig) => google(rig, "down") },
  { day: 3, time: "18:10", what: "Google is back", play: (rig) => google(rig, "back") },

  { day: 5, time: "10:05", what: "critical error err-a", play: (rig) => fail(rig, "err-a") },
  {
    day: 5,
    time: "19:05",
    what: 'somebody writes into the Notes of err-a: "on it"',
    play: (rig) => rig.imports(ERRORS, "err-a", "notes", "on it"),
  },
  { day: 6, time: "09:05", what: "somebody resolves err-a", play: (rig) => resolve(rig, "err-a") },

  {
    day: 7,
    time: "08:05",
    what: "approval-a is requested",
    play: (rig) => rig.insert("approvals", approval("approval-a", { requested_at: now(rig) })),
  },
  {
    day: 10,
    time: "15:05",
    what: "somebody approves approval-a",
    play(rig) {
      rig.change("approvals", "approval-a", { status: "approved", decided_at: now(rig) });
      rig.imports(APPROVALS, "approval-a", "status", "approved");
    },
  },

  {
    day: 12,
    time: "11:50",
    what: "40 values are typed, of which 3 are refused",
    play: (rig) => edits(rig, { imported: 37, refused: 3 }),
  },
  { day: 12, time: "12:10", what: "nobody types any more", play: (rig) => edits(rig, {}) },

  ...Array.from({ length: 10 }, (_, index): Happening => ({
    day: 14 + index,
    time: "07:05",
    what: `error err-${index}, which nobody resolves`,
    play: (rig) => fail(rig, `err-${index}`, "low"),
  })),
  {
    day: 25,
    time: "10:05",
    what: "somebody resolves all ten errors",
    play(rig) {
      for (let index = 0; index < 10; index++) resolve(rig, `err-${index}`);
    },
  },

  {
    day: 29,
    time: "09:05",
    what: "the receiver of messages is down",
    play: (rig) => rig.receives = false,
  },
  { day: 29, time: "10:05", what: "critical error err-b", play: (rig) => fail(rig, "err-b") },
  { day: 29, time: "13:05", what: "somebody resolves err-b", play: (rig) => resolve(rig, "err-b") },
  { day: 29, time: "15:05", what: "the receiver is back", play: (rig) => rig.receives = true },
];

function now(rig: WatchedRig): string {
  return isoTime(rig.clock.now());
}

/** The agent reports an error. */
function fail(rig: WatchedRig, id: string, severity = "critical"): void {
  rig.insert("errors", error(id, { occurred_at: now(rig), severity }));
}

/** Somebody sets Resolved, and a cycle imports it. */
function resolve(rig: WatchedRig, id: string): void {
  rig.change("errors", id, { resolved: "true", resolved_at: now(rig) });
  rig.imports(ERRORS, id, "resolved", "true");
}

/** What people type from now on, by the cycle over all tabs. */
function edits(rig: WatchedRig, counts: { readonly imported?: number; readonly refused?: number }) {
  rig.play = (options) =>
    Promise.resolve(rig.report(options, (run) => {
      if (run.tab.title === APPROVALS) run.add(counts);
    }));
}

/** What runs again and again, as the timeline counts it. */
const ROUTINE: readonly (readonly [string, RegExp])[] = [
  ["whole", / \d\d:00:23 sync Pending_Approvals Runs Errors_Hotlist$/],
  ["urgent", / \d\d:(15|30|45):23 sync Errors_Hotlist!$/],
  ["again", / sync /],
  ["failed", / (failed|partial)$/],
  ["health", / health$/],
  ["daily", / 03:30:\d\d daily$/],
  ["report", / 03:30:\d\d told info report: .*\n +Nothing wants a look$/],
];

/** The events of a day: what is routine in one line, the rest as it was. */
function digest(day: string, events: readonly string[]): string[] {
  const counts = new Map<string, number>();
  const rest: string[] = [];
  for (const event of events) {
    const name = ROUTINE.find(([, pattern]) => pattern.test(event))?.[0];
    if (name === undefined) rest.push(event);
    else counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const figures = ROUTINE.flatMap(([name]) =>
    counts.has(name) ? [`${counts.get(name)} ${name}`] : []
  );
  return [`${day} all day: ${figures.join(", ")}`, ...rest];
}

Deno.test("a simulated month runs everything at its minute, and tells what humans must know", async () => {
  const began = performance.now();
  await using folder = await testFolder();
  const rig = new WatchedRig("2026-01-01T00:00:00Z", folder.path);
  rig.start();
  await playTwoDays(rig);
  await matchesGolden("daemon_two_days.txt", rig.taken().join("\n") + "\n");

  const timeline: string[] = [];
  for (let day = 3; day <= 31; day++) {
    for (const { time, what, play } of MONTH.filter((happening) => happening.day === day)) {
      await until(rig, day, time);
      rig.note(`-- ${what}`);
      play(rig);
    }
    await until(rig, day + 1, "00:00");
    timeline.push(...digest(`01-${String(day).padStart(2, "0")}`, rig.taken()));
  }
  await matchesGolden("daemon_month.txt", timeline.join("\n") + "\n");
  assert.equal(readHeartbeat(rig.db)?.at.slice(0, 16), "2026-02-01T00:00");
  assert.deepEqual(readBacklog(rig.db), [], "everything was told in the end");
  const reports = [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
  assert.deepEqual(
    reports,
    Array.from(
      { length: 31 },
      (_, index) => `report-2026-01-${String(index + 1).padStart(2, "0")}.txt`,
    ),
  );
  await rig.stop();
  const seconds = (performance.now() - began) / 1_000;
  assert(seconds < 60, `a simulated month took ${seconds.toFixed(1)} s`);
});
