/** Counts of what really happened in the histories, so that nothing is claimed that never came up. @module */

import { DEEDS, DISK_FAULTS, FAULTS, WRITES } from "./history.ts";

/** Where a process can die, or others can act. */
export const PHASES = [
  "before the token",
  "before a quick read",
  "after a quick read",
  "before a full read",
  "after a full read",
  "before a batch",
  "after a batch",
  "before an update",
  "after an update",
  "statement outside a transaction",
  "statement inside a transaction",
  "before a commit",
] as const;

export type Phase = typeof PHASES[number];

/** What is counted, by kind. */
export const KINDS = {
  "death": PHASES,
  "act meanwhile": PHASES.filter((phase) =>
    phase !== "statement inside a transaction" && phase !== "before a commit"
  ),
  "person": DEEDS,
  "agent": WRITES,
  "fault": FAULTS,
  "disk": DISK_FAULTS,
  "rival": ["was refused", "took over from a process that slept"],
  "mode": ["both", "import", "export", "urgent", "plan"],
  "guard": ["answered by the operator"],
  "oracle": [
    "writes looked at",
    "transactions looked at",
    "imports of a decision looked at",
    "texts followed to the end",
    "texts lost in the known window",
  ],
} as const;

export type Kind = keyof typeof KINDS;

/** How often each thing happened. */
export class Tally {
  readonly #counts = new Map<string, number>();

  hit(kind: Kind, name: string, by = 1): void {
    const key = `${kind}: ${name}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by);
  }

  count(kind: Kind, name: string): number {
    return this.#counts.get(`${kind}: ${name}`) ?? 0;
  }

  /** As plain data, to be sent from one thread to another. */
  entries(): readonly (readonly [string, number])[] {
    return [...this.#counts];
  }

  add(entries: readonly (readonly [string, number])[]): void {
    for (const [key, count] of entries) this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }

  /** What never happened although it should. The window of the known limit need not be met. */
  missing(): readonly string[] {
    return Object.entries(KINDS).flatMap(([kind, names]) => names.map((name) => `${kind}: ${name}`))
      .filter((key) => !this.#counts.has(key) && !key.endsWith("known window"));
  }

  toString(): string {
    return Object.entries(KINDS).map(([kind, names]) =>
      [
        kind,
        ...names.map((name) =>
          `  ${String(this.#counts.get(`${kind}: ${name}`) ?? 0).padStart(9)}  ${name}`
        ),
      ]
        .join("\n")
    ).join("\n");
  }
}
