/** The tables grow for years, and what a cycle costs must not grow with them. @module */

import assert from "node:assert/strict";
import { atlas } from "../../../src/contract/atlas.ts";
import { rowId } from "../../../src/contract/cell.ts";
import type { Tab } from "../../../src/contract/schema.ts";
import { workflowsOf } from "../../../src/contract/workflow.ts";
import { startSha256 } from "../../../src/base/digest.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { dropBase, loadBase, putBase } from "../../../src/store/base.ts";
import { beginCalm, readCalm } from "../../../src/store/calm.ts";
import type { Database, SqlInput } from "../../../src/store/database.ts";
import { loadFindings } from "../../../src/store/findings.ts";
import { closeIntents, loadIntents } from "../../../src/store/intents.ts";
import {
  amendSource,
  digestShown,
  insertSource,
  markArchived,
  readSource,
  readSourceRow,
} from "../../../src/store/source.ts";
import { initialise } from "../../../src/store/migrations.ts";
import { countUndated, loadUndated } from "../../../src/store/undated.ts";
import { lastAuditId, readEnded, readWaiting } from "../../../src/store/waiting.ts";
import { freshDatabase, NOW, NOW_TEXT } from "./_fixtures.ts";

const id = rowId("row-1");

/** The steps by which SQLite carries out what `work` asks of it. */
function stepsOf(db: Database, work: (db: Database) => void): string[] {
  const steps: string[] = [];
  const explain = (sql: string, params: readonly SqlInput[]) => {
    if (!/^\s*(SELECT|WITH|UPDATE|DELETE|INSERT)\b/.test(sql)) return;
    const plan = db.all(`EXPLAIN QUERY PLAN ${sql}`, ...params);
    steps.push(...plan.map(({ detail }) => String(detail)));
  };
  work({
    path: db.path,
    all: (sql, ...params) => (explain(sql, params), db.all(sql, ...params)),
    get: (sql, ...params) => (explain(sql, params), db.get(sql, ...params)),
    run: (sql, ...params) => (explain(sql, params), db.run(sql, ...params)),
    transaction: (work) => db.transaction(work),
    snapshot: (work) => db.snapshot(work),
    close: () => {},
    [Symbol.dispose]: () => {},
  });
  return steps;
}

/** Steps that go through a whole table, or sort what they found. */
function dear(steps: readonly string[]): string[] {
  const tables = [...atlas.tabs.map(({ table }) => table), "mirror_\\w+", "a", "t"].join("|");
  const scan = new RegExp(`^SCAN (${tables})\\b(?!.* USING (COVERING )?INDEX mirror_)`);
  return steps.filter((step) =>
    scan.test(step) || /AUTOMATIC/.test(step) || /TEMP B-TREE FOR ORDER BY/.test(step)
  );
}

/** A database in which rows of every kind stand, more than a page of them. */
function filled(): Database {
  const db = freshDatabase();
  for (const tab of atlas.tabs) {
    db.transaction(() => {
      for (let number = 0; number < 1_100; number++) {
        insertSource(db, tab, { [tab.key]: `row-${number}`, [tab.order]: NOW_TEXT });
      }
    });
  }
  return db;
}

const WORK: Readonly<Record<string, (db: Database, tab: Tab) => void>> = {
  "reads the rows of a tab": (db, tab) =>
    void readSource(db, tab, { known: new Set([id, rowId("gone")]), now: NOW }),
  "digests the rows of a tab": (db, tab) => digestShown(db, tab, NOW, startSha256()),
  "changes a row": (db, tab) => {
    const field = tab.columns[1]?.field ?? "";
    amendSource(db, tab, id, { set: { [field]: "x" }, expect: { [field]: null } });
  },
  "adds a row": (db, tab) => void insertSource(db, tab, { [tab.key]: "new" }),
  "reads a row": (db, tab) => void readSourceRow(db, tab, id),
  "archives a row": (db, tab) => void markArchived(db, tab, id, NOW_TEXT),
  "counts who waits": (db, tab) => {
    for (const workflow of workflowsOf(atlas)) {
      if (workflow.tab === tab) readWaiting(db, workflow);
    }
  },
  "sees who waits no more": (db, tab) => {
    for (const workflow of workflowsOf(atlas)) {
      if (workflow.tab === tab) readEnded(db, workflow, lastAuditId(db));
    }
  },
  "reads its own tables": (db, { title }) => {
    loadBase(db, title);
    loadFindings(db, title);
    loadIntents(db, title);
    loadUndated(db, title);
    countUndated(db, title, NOW_TEXT);
    readCalm(db, title);
  },
  "writes its own tables": (db, { title }) => {
    putBase(db, title, []);
    dropBase(db, title, [id]);
    closeIntents(db, title, [{ id, field: "notes" }]);
    beginCalm(db, title, 1);
  },
};

for (const [what, work] of Object.entries(WORK)) {
  Deno.test(`a cycle ${what} without going through a whole table`, () => {
    using db = filled();
    for (const tab of atlas.tabs) {
      assert.deepEqual(dear(stepsOf(db, (db) => work(db, tab))), [], tab.title);
    }
  });
}

Deno.test("a tab without retention is read along an index as well", () => {
  const contract = { ...atlas, tabs: atlas.tabs.map((tab) => ({ ...tab, retention: null })) };
  using db = freshDatabase(contract);
  for (const tab of contract.tabs) {
    const read = (db: Database) => void readSource(db, tab, { known: new Set([id]), now: NOW });
    assert.deepEqual(dear(stepsOf(db, read)), [], tab.title);
  }
});

Deno.test("a table that stood before is read along the indexes that --init --migrate adds", () => {
  using db = filled();
  for (const { table } of atlas.tabs) {
    db.run(`CREATE TABLE copy AS SELECT * FROM ${table}`);
    db.run(`DROP TABLE ${table}`);
    db.run(`ALTER TABLE copy RENAME TO ${table}`);
  }
  const [tab] = atlas.tabs;
  assert.ok(tab !== undefined);
  const read = (db: Database) => void readSource(db, tab, { known: new Set([id]), now: NOW });
  assert.notDeepEqual(dear(stepsOf(db, read)), [], "without them it is not");
  initialise(db, atlas, { migrate: true, random: seededRandom(1), now: NOW_TEXT });
  for (const tab of atlas.tabs) {
    for (const work of Object.values(WORK)) {
      assert.deepEqual(dear(stepsOf(db, (db) => work(db, tab))), []);
    }
  }
});
