/**
 * One process of the mirror on its way through time: which request and which statement comes next, who
 * acts there, and whether the process lives to see it.
 *
 * @module
 */

import { databaseError } from "../../src/store/database_errors.ts";
import type { Act, Fault, Moment, RequestMoment, Turn } from "./history.ts";
import type { Phase, Tally } from "./tally.ts";

/** Thrown at the moment of death and by everything that comes after. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** What happens to a process; the rest of a {@linkcode Turn} is about the time before. */
export type Trouble = Pick<Turn, "meanwhile" | "faults" | "disk" | "death" | "rival">;

/** A process to which nothing happens. */
export const NO_TROUBLE: Trouble = {
  meanwhile: [],
  faults: [],
  disk: null,
  death: null,
  rival: null,
};

/** What the process has around it. */
export interface Surroundings {
  readonly tally: Tally;
  readonly tell: (line: string) => void;
  /** Lets the agent act, at once. */
  readonly agent: (act: Extract<Act, { who: "agent" }>) => void;
  /** Lets anybody act. */
  readonly anybody: (act: Act) => Promise<void>;
}

const ERRCODES = { busy: 5, broken: 10, full: 13 } as const;

/** The time line of one process. */
export class Timeline {
  readonly #around: Surroundings;
  readonly #trouble: Trouble;
  #waiting: Turn["meanwhile"];
  #requests = 0;
  #statements = 0;
  #isDead = false;

  constructor(around: Surroundings, trouble: Trouble) {
    this.#around = around;
    this.#trouble = trouble;
    this.#waiting = trouble.meanwhile;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Throws where the process is dead. */
  alive(): void {
    if (this.#isDead) throw new Killed("the process is dead");
  }

  /** A statement is about to be run. Everything that can happen here happens at once. */
  statement(phase: Phase): void {
    this.alive();
    const number = this.#statements++;
    const { death, disk } = this.#trouble;
    if (phase === "statement outside a transaction") {
      for (const act of this.#due({ at: "statement", number })) {
        // People need a moment of their own; they get it at the next request.
        if (act.who !== "agent") this.#postpone(act);
        else {
          this.#around.tally.hit("act meanwhile", phase);
          this.#around.agent(act);
        }
      }
    }
    if (death?.at === "statement" && death.number === number) this.#die(phase);
    if (disk !== null && disk.statement === number) {
      this.#around.tally.hit("disk", disk.fault);
      this.#around.tell(`statement ${number}: the database is ${disk.fault}`);
      const error = new Error(`the database is ${disk.fault}`);
      const code = { code: "ERR_SQLITE_ERROR", errcode: ERRCODES[disk.fault] };
      throw databaseError(Object.assign(error, code), "write", "atlas.db");
    }
  }

  /** The next request is on its way; returns its number. */
  async beforeRequest(phase: Phase): Promise<number> {
    this.alive();
    const number = this.#requests++;
    await this.#happen(number, "before", phase);
    return number;
  }

  /** The spreadsheet has applied a request; nobody has seen the answer. */
  async afterRequest(number: number, phase: Phase): Promise<void> {
    await this.#happen(number, "after", phase);
  }

  faultAt(number: number): Fault | null {
    const faultOf = (wanted: number) =>
      this.#trouble.faults.find(({ request }) => request === wanted)?.fault ?? null;
    // A replica that lags behind answers the next read as well.
    return faultOf(number) ?? (faultOf(number - 1) === "stale read" ? "stale read" : null);
  }

  rivalAt(moment: RequestMoment): Trouble["rival"] {
    const { rival } = this.#trouble;
    return rival?.number === moment.number && rival.side === moment.side ? rival : null;
  }

  /** What never came up, for the time after the process. */
  leftOver(): readonly Act[] {
    return this.#waiting.map(({ act }) => act);
  }

  async #happen(number: number, side: "before" | "after", phase: Phase): Promise<void> {
    const { death } = this.#trouble;
    for (const act of this.#due({ at: "request", number, side })) {
      this.#around.tally.hit("act meanwhile", phase);
      await this.#around.anybody(act);
    }
    if (death?.at === "request" && death.number === number && death.side === side) this.#die(phase);
  }

  #die(phase: Phase): never {
    this.#isDead = true;
    this.#around.tally.hit("death", phase);
    this.#around.tell(`the process is killed: ${phase}`);
    throw new Killed(phase);
  }

  /** Takes out what happens by this moment. */
  #due(moment: Moment): readonly Act[] {
    const isDue = ({ moment: wanted }: Turn["meanwhile"][number]) =>
      wanted.at === moment.at && wanted.number <= moment.number &&
      (wanted.at !== "request" || moment.at !== "request" || wanted.side === moment.side);
    const due = this.#waiting.filter(isDue);
    if (due.length > 0) this.#waiting = this.#waiting.filter((item) => !isDue(item));
    return due.map(({ act }) => act);
  }

  #postpone(act: Act): void {
    const moment = { at: "request", number: this.#requests, side: "before" } as const;
    this.#waiting = [...this.#waiting, { moment, act }];
  }
}
