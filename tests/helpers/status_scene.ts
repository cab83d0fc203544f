/** A day of a small team, so that a status page has something to tell. @module */

import { must } from "../../src/base/assert.ts";
import { isoTime } from "../../src/base/clock.ts";
import { seededRandom } from "../../src/base/random.ts";
import { atlas } from "../../src/contract/atlas.ts";
import type { Person } from "../../src/embedded/people.ts";
import { openAlert } from "../../src/store/alerts.ts";
import { pauseTab } from "../../src/store/pauses.ts";
import { putSchedule } from "../../src/store/schedule.ts";
import { daemonCycle } from "./status_site.ts";
import { approval, error, run, type TestClock, World } from "./world.ts";

const MINUTE_MS = 60_000;
const APPROVALS = "Pending_Approvals";
const ERRORS = "Errors_Hotlist";

const ITEMS = [
  "Rotate the API keys of the billing service",
  "Delete 14 orphaned preview environments",
  "Send the January invoice reminders",
  "Upgrade PostgreSQL 15 to 17 on staging",
  "Publish the release notes of 4.2",
  "Grant read access on the warehouse to Mira",
  "Merge duplicate customers 1182 and 1190",
  "Turn off the legacy webhook endpoint",
];

const FAULTS = [
  ["Deploy to staging", "Connection timeout to database after 30 s", "high"],
  ["Nightly backup", "Upload refused: quota of the bucket is used up", "critical"],
  ["Import customers", "Row 4113: unknown country code XK", "low"],
  ["Send reminders", "SMTP answered 421, try again later", "medium"],
] as const;

/** Writes into the cell of a row under a header. */
export async function write(
  person: Person,
  title: string,
  { id, header, text }: { readonly id: string; readonly header: string; readonly text: string },
): Promise<void> {
  const row = must(await person.findRow(title, id), id);
  const [headers = []] = await person.read(title);
  const letter = String.fromCharCode(65 + headers.indexOf(header));
  await person.type(title, `${letter}${row}`, text);
}

/** A world at the end of that day, with requests that take their time. */
export async function dayAtWork(): Promise<World> {
  const random = seededRandom(11);
  const delays: TestClock[] = [];
  const world = await World.start({
    async intercept(_call, handle) {
      for (const clock of delays) clock.advance(180 + Math.floor(random.next() * 450));
      return await handle();
    },
  });
  delays.push(world.clock);
  const { clock } = world;
  const began = clock.now();
  for (let step = 0; step <= 48; step++) {
    clock.advance(began + step * 30 * MINUTE_MS - clock.now());
    await agentsWork(world, step);
    await peopleWork(world, step);
    await daemonCycle(world);
  }
  finish(world);
  return world;
}

function agentsWork(world: World, step: number): Promise<void> {
  const now = isoTime(world.clock.now());
  const name = (prefix: string) => `${prefix}-${String(100 + step)}`;
  if (step % 4 === 0) {
    const item = must(ITEMS[(step / 4) % ITEMS.length], "an item");
    world.insert("approvals", approval(name("apr"), { item, requested_at: now }));
  }
  world.insert("runs", run(name("run"), { started_at: now, completed_at: now }));
  if (step % 9 === 2) {
    const [task, text, severity] = must(FAULTS[((step - 2) / 9) % FAULTS.length], "a fault");
    world.insert("errors", error(name("err"), { task, error: text, severity, occurred_at: now }));
  }
  return Promise.resolve();
}

async function peopleWork({ editor, owner }: World, step: number): Promise<void> {
  const id = (prefix: string, made: number) => `${prefix}-${100 + made}`;
  // Some requests are answered, each after another time.
  for (const [made, delay] of [[8, 3], [16, 7], [24, 2], [32, 5], [40, 1]] as const) {
    if (step !== made + delay) continue;
    await write(editor, APPROVALS, { id: id("apr", made), header: "Status", text: "approved" });
  }
  if (step % 16 === 7) {
    await write(editor, APPROVALS, { id: id("apr", step - 3), header: "Status", text: "aproved" });
  }
  if (step === 30) {
    await write(editor, APPROVALS, { id: id("apr", 8), header: "Status", text: "rejected" });
  }
  if (step === 34) {
    await write(owner, APPROVALS, { id: id("apr", 20), header: "Item", text: "Send nothing" });
  }
  for (const [made, delay] of [[2, 3], [11, 1], [20, 9], [29, 4]] as const) {
    if (step !== made + delay) continue;
    await write(editor, ERRORS, { id: id("err", made), header: "Resolved", text: "true" });
  }
}

/** What a daemon would have left behind: its schedule, a pause and an alert. */
function finish({ db, clock }: World): void {
  const now = clock.now();
  const at = Math.ceil(now / (30 * MINUTE_MS)) * 30 * MINUTE_MS;
  const job = (name: string, nextAt: number) => ({
    job: name,
    lastAt: now,
    nextAt,
    lastStatus: "ok",
    failures: 0,
  });
  putSchedule(db, [
    ...atlas.tabs.map(({ title }) => job(`sync ${title}`, at)),
    job(`urgent ${ERRORS}`, now + 12 * MINUTE_MS),
  ]);
  pauseTab(db, {
    tab: "Runs",
    since: isoTime(now - 40 * MINUTE_MS),
    reason: "the columns are being moved",
  });
  openAlert(db, {
    rule: "approval-pending",
    tab: APPROVALS,
    severity: "warning",
    message: "1 request has been waiting for over 24 hours",
    count: 1,
  }, isoTime(now - MINUTE_MS / 2));
}
