/** The agent: another process that writes the database whenever it likes. @module */

import type { Database } from "../../src/store/database.ts";
import type { Act } from "./history.ts";
import { isReport, lookAtTables, type TabFacts, type Tables, TABS } from "./look.ts";
import { ODD_TEXTS } from "./texts.ts";

/** What the agent writes with, and what it remembers. */
export interface AgentDesk {
  readonly db: Database;
  /** ISO 8601 UTC. */
  readonly now: () => string;
  /** A mark that was never used before, as `g7z`. */
  readonly mark: () => string;
  /** A number that grows with every use, for new IDs and new texts. */
  readonly next: () => number;
  /** The row that a person worked on last: where both are at work, things go wrong. */
  readonly hot: string | null;
}

type AgentAct = Extract<Act, { who: "agent" }>;

/** Writes a row of its own, as agents do. Returns its ID. */
export function addRow(desk: AgentDesk, facts: TabFacts): string {
  const id = `${facts.prefix}-${desk.next()}`;
  const now = desk.now();
  const rows: Record<TabFacts["table"], Record<string, string | null>> = {
    approvals: {
      id,
      type: "task",
      action: "create",
      item: `item of ${id}`,
      status: "pending",
      requested_at: now,
      notes: "",
      payload: JSON.stringify({ row: id }),
    },
    runs: {
      id,
      task: `task of ${id}`,
      command: `make ${id}`,
      status: desk.next() % 2 === 0 ? "running" : "success",
      started_at: now,
      completed_at: null,
      output: `output of ${id}`,
      notes: null,
    },
    errors: {
      id,
      task: `task of ${id}`,
      error: `error of ${id}`,
      occurred_at: now,
      severity: desk.next() % 2 === 0 ? "critical" : "low",
      resolved: "false",
      resolution: "",
      notes: "",
    },
  };
  const row = rows[facts.table];
  const places = Object.keys(row).map(() => "?").join(", ");
  desk.db.run(
    `INSERT INTO ${facts.table} (${Object.keys(row).join(", ")}) VALUES (${places})`,
    ...Object.values(row),
  );
  return id;
}

function update(
  { db }: AgentDesk,
  { table }: TabFacts,
  id: string,
  set: Readonly<Record<string, string | null>>,
): void {
  const fields = Object.keys(set).map((field) => `${field} = ?`).join(", ");
  db.run(`UPDATE ${table} SET ${fields} WHERE id = ?`, ...Object.values(set), id);
}

/** A row that the agent may choose, every other time the one that a person worked on last; or none. */
function choose(
  { hot }: AgentDesk,
  tables: Tables,
  number: number,
  accepts: (facts: TabFacts, values: Readonly<Record<string, unknown>>) => boolean,
): { id: string; facts: TabFacts; values: Readonly<Record<string, unknown>> } | null {
  const found = [...tables].filter(([id, { facts, values }]) =>
    !isReport(id) && accepts(facts, values)
  );
  const wanted = number % 2 === 0 ? found.find(([id]) => id === hot) : undefined;
  const [id, row] = wanted ?? found[number % Math.max(1, found.length)] ?? [];
  return id === undefined || row === undefined ? null : { id, ...row };
}

const isLive = (values: Readonly<Record<string, unknown>>) =>
  (values["deleted_at"] ?? "") === "" && (values["archived_at"] ?? "") === "";

/** Does what the act says, where there is a row for it; returns what was done, for the story. */
export function actAsAgent(desk: AgentDesk, { what, a, b }: AgentAct): string | null {
  const tables = lookAtTables(desk.db);
  const now = desk.now();
  const live = choose(desk, tables, a, (_facts, values) => isLive(values));
  switch (what) {
    case "adds a row": {
      const facts = TABS[a % TABS.length] ?? TABS[0];
      return `adds ${addRow(desk, facts)}`;
    }
    case "rewrites a row": {
      if (live === null) return null;
      const text = `${live.facts.text} of ${live.id}, version ${desk.next()}`;
      update(desk, live.facts, live.id, { [live.facts.text]: text });
      return `${live.id}: ${live.facts.text} := "${text}"`;
    }
    case "moves a run on": {
      const run = choose(
        desk,
        tables,
        a,
        ({ table }, values) => table === "runs" && values["status"] === "running",
      );
      if (run === null) return null;
      const status = b % 2 === 0 ? "success" : "failed";
      update(desk, run.facts, run.id, { status, completed_at: now });
      return `${run.id}: status := ${status}`;
    }
    case "appends a note": {
      if (live === null) return null;
      const text = `${desk.mark()} says the agent`;
      desk.db.run(
        `UPDATE ${live.facts.table} SET notes = CASE WHEN coalesce(notes, '') = '' THEN ?1
          ELSE notes || char(10) || ?1 END WHERE id = ?2`,
        text,
        live.id,
      );
      return `${live.id}: notes += "${text}"`;
    }
    case "deletes a row softly": {
      if (live === null) return null;
      update(desk, live.facts, live.id, { deleted_at: now });
      return `${live.id}: deleted_at := now`;
    }
    case "takes a deletion back": {
      const row = choose(desk, tables, a, (_facts, values) => (values["deleted_at"] ?? "") !== "");
      if (row === null) return null;
      update(desk, row.facts, row.id, { deleted_at: null });
      return `${row.id}: deleted_at := NULL`;
    }
    case "deletes a row for good": {
      // Seldom: most of a table gone is what a guard is for, and that is another story.
      if (live === null || b % 4 !== 0) return null;
      desk.db.run(`DELETE FROM ${live.facts.table} WHERE id = ?`, live.id);
      return `DELETE ${live.id}`;
    }
    case "decides outside the sheet": {
      const row = choose(
        desk,
        tables,
        a,
        ({ table }, values) => table === "approvals" && values["status"] === "pending",
      );
      if (row === null) return null;
      const status = b % 2 === 0 ? "approved" : "rejected";
      update(desk, row.facts, row.id, { status, decided_at: now });
      return `${row.id}: status := ${status}`;
    }
    case "resolves an error outside the sheet": {
      const row = choose(desk, tables, a, ({ table }) => table === "errors");
      if (row === null) return null;
      const isResolved = row.values["resolved"] === "true";
      update(desk, row.facts, row.id, {
        resolved: isResolved ? "false" : "true",
        resolved_at: isResolved ? null : now,
        ...(b % 2 === 0 ? { resolution: `${desk.mark()} says the agent` } : {}),
      });
      return `${row.id}: resolved := ${!isResolved}`;
    }
    case "writes a row that breaks the contract": {
      if (live === null) return null;
      update(desk, live.facts, live.id, { [live.facts.time]: "some day" });
      return `${live.id}: ${live.facts.time} := "some day"`;
    }
    case "mends a broken row": {
      const row = choose(desk, tables, a, ({ time }, values) => values[time] === "some day");
      if (row === null) return null;
      update(desk, row.facts, row.id, { [row.facts.time]: now });
      return `${row.id}: ${row.facts.time} := now`;
    }
    case "writes odd text": {
      const odd = ODD_TEXTS[b % ODD_TEXTS.length];
      if (live === null || odd === undefined) return null;
      const text = odd.raw(live.id);
      update(desk, live.facts, live.id, { [live.facts.text]: text });
      return `${live.id}: ${live.facts.text} := ${JSON.stringify(text.slice(0, 40))}`;
    }
  }
}
