/** The whole world of one history: database, spreadsheet, people, the agent, time, and the mirror. @module */

import { generateKeyPairSync } from "node:crypto";
import { isoTime } from "../../src/base/clock.ts";
import { AtlasError } from "../../src/base/errors.ts";
import { seededRandom } from "../../src/base/random.ts";
import { type Person, person } from "../../src/embedded/people.ts";
import { type EmbeddedSpreadsheet, startEmbedded } from "../../src/embedded/server.ts";
import type { CycleOptions } from "../../src/mirror/context.ts";
import { runCycle } from "../../src/mirror/cycle.ts";
import type { CycleReport } from "../../src/mirror/report.ts";
import { withLease } from "../../src/service/with_lease.ts";
import { createSheetsClient, type SheetsClient } from "../../src/sheets/client.ts";
import type { Credentials } from "../../src/sheets/credentials.ts";
import type { Fetch } from "../../src/sheets/transport.ts";
import type { Database } from "../../src/store/database.ts";
import { createMasker } from "../../src/text/secrets.ts";
import { VirtualClock } from "../helpers/virtual_clock.ts";
import { actAsAgent, addRow } from "./agent.ts";
import { expectedTab } from "./expected.ts";
import type { Act, History, RequestMoment } from "./history.ts";
import { Ledger, type Sight } from "./ledger.ts";
import { type BookTab, lookAtBook, lookAtTables, TABS } from "./look.ts";
import { type Answer, type Call, connect, isWrite } from "./network.ts";
import { Oracle, type OracleDesk } from "./oracle.ts";
import { actAsPerson, type PersonDesk } from "./people.ts";
import { mortal } from "./process.ts";
import { Replica } from "./replica.ts";
import { judgeRest } from "./rest.ts";
import type { Tally } from "./tally.ts";
import {
  BEGINNING,
  contract,
  makeTemplate,
  openQuickly,
  RUNS_MAX,
  type Template,
} from "./template.ts";
import { Killed, NO_TROUBLE, Timeline, type Trouble } from "./timeline.ts";

/** A guarded tab, a retry, a row that leaves later: more cycles than this no history needs to come to rest. */
const REST_MAX = 12;

// Loading the rules that find secrets, making a key and setting up take a while; all histories share
// them. The key is the shortest that will do, for it signs in a hundred thousand times and guards nothing.
const masker = createMasker();
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 512 });
let template: Promise<Template> | null = null;

/** A cycle as the daemon runs it. */
export const BOTH: CycleOptions = { direction: "both", tabs: null, accept: [], apply: true };

/** Something that must never happen has happened. */
export class Violation extends Error {
  override readonly name = "Violation";
  readonly story: readonly string[];

  constructor(what: string, story: readonly string[]) {
    super(what);
    this.story = story;
  }
}

/** What a process that lives on keeps for its next cycle. Death takes it away. */
interface Equipment {
  readonly file: Database;
  readonly client: SheetsClient;
  /** The network of the cycle that is under way. */
  fetch: Fetch;
}

/** How a process ended. */
export type Outcome =
  | { readonly kind: "report"; readonly report: CycleReport }
  | { readonly kind: "refused"; readonly error: AtlasError }
  | { readonly kind: "killed" };

/** The whole world of one history. */
export class Stage implements AsyncDisposable {
  readonly folder: string;
  readonly clock: VirtualClock;
  readonly random = seededRandom(2);
  readonly tally: Tally;
  readonly sheet: EmbeddedSpreadsheet;
  readonly ledger = new Ledger();
  readonly story: string[] = [];
  readonly agent: Database;
  readonly oracle: Oracle;
  readonly #oracleDesk: OracleDesk;
  readonly people: Readonly<Record<"owner" | "editor", Person>>;
  readonly #sheetIds: readonly number[];
  readonly #memory: PersonDesk["memory"] = { last: null, hot: null };
  readonly #accusations: string[] = [];
  readonly #replica: Replica<Sight>;
  /** The time zone that the mirror saw last. */
  #zone = "Etc/GMT";
  #marks = 0;
  #cycles = 0;
  /** The process that usually works, and one that wants to. */
  readonly #equipment: [Equipment | null, Equipment | null] = [null, null];

  private constructor(
    folder: string,
    sheet: EmbeddedSpreadsheet,
    sheetIds: readonly number[],
    tally: Tally,
    clock: VirtualClock,
  ) {
    this.folder = folder;
    this.#sheetIds = sheetIds;
    this.clock = clock;
    this.#replica = new Replica(clock);
    this.sheet = sheet;
    this.tally = tally;
    this.agent = openQuickly(this.path);
    const { url, spreadsheetId } = sheet;
    const send = (address: string, init: RequestInit) => sheet.handle(new Request(address, init));
    this.people = {
      owner: person(url, spreadsheetId, "owner", send),
      editor: person(url, spreadsheetId, "editor", send),
    };
    this.#oracleDesk = {
      ledger: this.ledger,
      tally,
      db: this.agent,
      look: () => this.look(),
      lookAtTables: () => lookAtTables(this.agent),
      accuse: (invariant, what) => {
        this.tell(`!! invariant ${invariant}: ${what}`);
        this.#accusations.push(`invariant ${invariant}: ${what}`);
      },
    };
    this.oracle = new Oracle(this.#oracleDesk);
  }

  static async open({ opening }: History, tally: Tally): Promise<Stage> {
    template ??= makeTemplate();
    const { database, book, sheetIds } = await template;
    const folder = Deno.makeTempDirSync({ prefix: "atlas-simulation-" });
    Deno.writeFileSync(`${folder}/atlas.db`, database);
    const clock = new VirtualClock(BEGINNING);
    const random = seededRandom(1);
    const sheet = await startEmbedded({ storage: ":memory:", book, clock, random });
    const stage = new Stage(folder, sheet, sheetIds, tally, clock);
    for (const facts of TABS) {
      for (let count = 0; count < opening[facts.table]; count++) {
        stage.tell(`the agent adds ${addRow(stage.#agentDesk(), facts)}`);
      }
    }
    stage.ledger.noteTables(lookAtTables(stage.agent));
    stage.ledger.noteBook(stage.look(), "person");
    return stage;
  }

  get path(): string {
    return `${this.folder}/atlas.db`;
  }

  look(): readonly BookTab[] {
    return lookAtBook(this.sheet.book, this.#sheetIds);
  }

  tell(line: string): void {
    this.story.push(`${isoTime(this.clock.now()).slice(0, 19)}  ${line}`);
  }

  /** Stops the history where the oracle has something to say. */
  check(): void {
    const [first] = this.#accusations;
    if (first !== undefined) throw new Violation(first, this.story);
  }

  #agentDesk() {
    return {
      db: this.agent,
      now: () => isoTime(this.clock.now()),
      mark: () => `g${++this.#marks}z`,
      next: () => ++this.#marks,
      hot: this.#memory.hot,
    };
  }

  actAsAgent(act: Extract<Act, { who: "agent" }>): void {
    const told = actAsAgent(this.#agentDesk(), act);
    if (told === null) return;
    this.tally.hit("agent", act.what);
    this.tell(`the agent: ${told}`);
    this.ledger.noteTables(lookAtTables(this.agent));
  }

  async act(act: Act): Promise<void> {
    if (act.who === "agent") return this.actAsAgent(act);
    const done = await actAsPerson({
      hands: this.people[act.who],
      look: () => this.look(),
      mark: () => `h${++this.#marks}z`,
      memory: this.#memory,
    }, act);
    if (done.kind === "done") {
      this.tally.hit("person", act.what);
      this.tell(`the ${act.who}: ${done.text}`);
    }
    this.ledger.noteBook(this.look(), "person");
  }

  #client(fetch: Fetch): SheetsClient {
    const { sheet: { url, spreadsheetId }, random } = this;
    const credentials: Credentials = {
      email: "atlas-mirror@embedded.iam.gserviceaccount.com",
      privateKey,
      keyId: null,
      tokenUri: `${url}token`,
    };
    const clock = { now: () => this.clock.now(), sleep: (ms: number) => this.clock.pass(ms) };
    return createSheetsClient({ endpoint: url, spreadsheetId, credentials, clock, random, fetch });
  }

  /** Runs one process of the mirror until it ends or dies. */
  async process(options: CycleOptions, trouble: Trouble, which: 0 | 1 = 0): Promise<Outcome> {
    const number = ++this.#cycles;
    const tell = (line: string) => this.tell(`cycle ${number}: ${line}`);
    const timeline = new Timeline({
      tally: this.tally,
      tell,
      agent: (act) => this.actAsAgent(act),
      anybody: (act) => this.act(act),
    }, trouble);
    let isAsleep = false;
    const meetRival = async (call: Call, moment: RequestMoment) => {
      const rival = timeline.rivalAt(moment);
      if (rival === null) return;
      isAsleep = rival.stall;
      const hasRun = await this.#rival(rival.stall);
      isAsleep = false;
      const underWay = moment.side === "before" && isWrite(call) ? 1 : 0;
      if (hasRun) this.oracle.afterTakeover(number, { slept: rival.stall, underWay });
    };
    const fetch = connect({
      apply: (request) => this.#apply(request, number, tell),
      onWay: async (call, phase) => {
        const at = await timeline.beforeRequest(phase);
        await meetRival(call, { number: at, side: "before" });
        return { number: at, fault: timeline.faultAt(at) };
      },
      onApplied: async (call, at, phase) => {
        await timeline.afterRequest(at, phase);
        await meetRival(call, { number: at, side: "after" });
      },
      onDelivered: (call, text, sight, isStale) => {
        this.ledger.noteDelivery(text);
        if (call !== "full read") return;
        this.#zone = zoneIn(text) ?? this.#zone;
        this.oracle.afterRead(number, sight, isStale ? this.ledger.book : sight.book);
      },
      answerLate: async (request) => {
        const late = await this.#replica.answer(request);
        return late === null ? null : { response: late.response, sight: late.known };
      },
      pass: (kind) =>
        this.clock.pass(kind === "timeout" ? 60_000 : 20 + Math.floor(this.random.next() * 300)),
      hit: (fault) => {
        this.tally.hit("fault", fault);
        tell(`the network: ${fault}`);
      },
    });
    tell(`starts: ${options.direction}${options.apply ? "" : ", only to plan"}`);
    const equipment = this.#equipment[which] ??= this.#equip();
    equipment.fetch = fetch;
    const outcome = await this.#live(equipment, options, timeline, {
      isAsleep: () => isAsleep,
      onCommit: () => this.oracle.afterCommit(number),
    });
    if (timeline.isDead) {
      equipment.file.close();
      this.#equipment[which] = null;
    }
    tell(told(outcome));
    this.oracle.afterProcess({
      isWhole: outcome.kind === "report" && outcome.report.status === "ok",
      isDead: outcome.kind === "killed",
    });
    for (const act of timeline.leftOver()) await this.act(act);
    return outcome;
  }

  #equip(): Equipment {
    const equipment: Equipment = {
      file: openQuickly(this.path),
      client: this.#client((input, init) => equipment.fetch(input, init)),
      fetch: () => Promise.reject(new TypeError("no cycle is under way")),
    };
    return equipment;
  }

  async #live(
    { file, client }: Equipment,
    options: CycleOptions,
    timeline: Timeline,
    { isAsleep, onCommit }: {
      readonly isAsleep: () => boolean;
      readonly onCommit: () => void;
    },
  ): Promise<Outcome> {
    const { random } = this;
    const db = mortal(file, timeline, onCommit);
    const sleeping = {
      now: () => this.clock.now(),
      sleep: async (ms: number, signal?: AbortSignal) => {
        await this.clock.pass(ms);
        signal?.throwIfAborted();
      },
    };
    // The lease is renewed beside the work, unless the whole process sleeps.
    const beside = {
      now: () => this.clock.now(),
      sleep: async (ms: number, signal?: AbortSignal) => {
        await this.clock.sleep(ms, signal);
        while (isAsleep()) await this.clock.sleep(1_000, signal);
      },
    };
    const { signal } = new AbortController();
    try {
      const report = await withLease(
        db,
        { clock: beside, random, pid: this.#cycles, signal },
        { wait: false },
        (held) =>
          runCycle({
            db,
            client,
            contract,
            clock: sleeping,
            random,
            masker,
            fence: held.fence,
            signal: held.signal,
          }, options),
      );
      return { kind: "report", report };
    } catch (thrown) {
      if (timeline.isDead || thrown instanceof Killed) return { kind: "killed" };
      if (thrown instanceof AtlasError && thrown.kind !== "internal") {
        return { kind: "refused", error: thrown };
      }
      throw thrown;
    }
  }

  /**
   * Another process wants its turn; where the first one sleeps, time enough passes for its lease to end.
   * Returns whether it got it.
   */
  async #rival(stall: boolean): Promise<boolean> {
    if (stall) await this.clock.pass(90_000);
    const outcome = await this.process(BOTH, NO_TROUBLE, 1);
    if (stall) this.tally.hit("rival", "took over from a process that slept");
    else if (outcome.kind === "refused") this.tally.hit("rival", "was refused");
    return outcome.kind === "report";
  }

  async #apply(request: Request, process: number, tell: (line: string) => void): Promise<Answer> {
    const { pathname } = new URL(request.url);
    const { book } = this.sheet;
    const sight = this.ledger.sight();
    const response = await this.sheet.handle(request);
    const name = pathname.split(/[/:]/).at(-1) ?? pathname;
    tell(`${request.method} ${name} → ${response.status}`);
    if (request.method !== "GET" && pathname !== "/token") {
      this.#replica.noteWrite(book, sight);
      this.oracle.afterWrite(process, pathname.endsWith(":batchUpdateByDataFilter"));
    }
    return { response, sight };
  }

  /** What the operator does about the tabs that a guard has stopped. */
  async attend(report: CycleReport): Promise<void> {
    const guards = new Set(report.tabs.flatMap(({ guards }) => guards.map(({ guard }) => guard)));
    if (guards.size === 0) return;
    this.tally.hit("guard", "answered by the operator");
    this.tell(`the operator answers ${[...guards].join(", ")}`);
    if (guards.delete("structure")) {
      for (const { facts, title, header } of this.look()) {
        for (const [index, name] of facts.headers.entries()) {
          const letter = String.fromCharCode(65 + index);
          if (header[index] !== name) await this.people.owner.type(title, `${letter}1`, name);
        }
      }
      this.ledger.noteBook(this.look(), "person");
    }
    if (guards.size > 0) await this.process({ ...BOTH, accept: [...guards] }, NO_TROUBLE);
  }

  /** Everybody goes home; the mirror comes to rest, and both sides must agree. */
  async rest(): Promise<void> {
    for (let cycle = 0; cycle < REST_MAX; cycle++) {
      await this.clock.pass(15 * 60_000);
      const outcome = await this.process(BOTH, NO_TROUBLE);
      this.check();
      if (outcome.kind !== "report") continue;
      const { status, requests, tabs } = outcome.report;
      // A row that people have just worked on leaves only with the next cycle.
      const hasTaken = tabs.some(({ imported }) => imported > 0);
      if (status === "ok" && !hasTaken && requests.write === 0 && requests.read === 1) {
        // Only a full look shows the zone; a quiet spreadsheet gets none.
        const at = { now: this.clock.now(), zone: this.#zone, runsMax: RUNS_MAX };
        const tables = lookAtTables(this.agent);
        judgeRest(this.#oracleDesk, this.look().map((tab) => expectedTab(tab, tables, at)));
        return this.check();
      }
      await this.attend(outcome.report);
    }
    throw new Violation(`invariant 6: no rest after ${REST_MAX} cycles`, this.story);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const equipment of this.#equipment) equipment?.file.close();
    this.agent.close();
    await this.sheet[Symbol.asyncDispose]();
    Deno.removeSync(this.folder, { recursive: true });
  }
}

function zoneIn(answer: string): string | undefined {
  return /"timeZone":\s*"([^"]+)"/.exec(answer)?.[1];
}

function told(outcome: Outcome): string {
  switch (outcome.kind) {
    case "killed":
      return "is dead";
    case "refused":
      return `gives up: ${outcome.error.message}`;
    case "report": {
      const { status, tabs } = outcome.report;
      const why = tabs.flatMap(({ error, guards }) => [
        ...(error === null ? [] : [error.message]),
        ...guards.map(({ guard }) => guard),
      ]);
      return `ends: ${[status, ...new Set(why)].join("; ")}`;
    }
  }
}
