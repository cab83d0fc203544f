/**
 * The mirror's own tables, as numbered steps. A step that was released is never edited: the next
 * change is a new one at the end.
 *
 * @module
 */

/** The statements that bring the tables from the version before to this one. */
export interface Migration {
  readonly version: number;
  readonly statements: readonly string[];
}

/** The tables that a plan is made from, without their prefix. */
const WATCHED = ["base", "intent", "finding", "undated", "tab"];

export const MIGRATIONS: readonly Migration[] = [{
  version: 1,
  statements: [
    // Single facts: schema_version, database_uuid, epoch, the last integrity check.
    `CREATE TABLE mirror_meta (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,

    // What is known of a tab between two cycles. last_success is ISO 8601 UTC.
    `CREATE TABLE mirror_tab (
      tab TEXT PRIMARY KEY,
      sheet_id INTEGER NOT NULL,
      title TEXT NOT NULL,
      zone TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      last_success TEXT
    ) STRICT, WITHOUT ROWID`,

    // What both sides were last seen to hold. cells is a JSON array in sheet space. Two rows with
    // one anchor would make a write land on the wrong one, so the table refuses them.
    `CREATE TABLE mirror_base (
      tab TEXT NOT NULL,
      id TEXT NOT NULL CHECK (id <> ''),
      anchor INTEGER NOT NULL CHECK (anchor BETWEEN 1 AND 2147483647),
      cells TEXT NOT NULL CHECK (json_valid(cells)),
      state TEXT NOT NULL CHECK (state IN ('confirmed', 'adding')),
      source TEXT,
      PRIMARY KEY (tab, id),
      UNIQUE (tab, anchor)
    ) STRICT`,

    // Human cells that were consumed and whose result the sheet does not show yet. consumed and
    // target are JSON scalars.
    `CREATE TABLE mirror_intent (
      tab TEXT NOT NULL,
      id TEXT NOT NULL,
      field TEXT NOT NULL,
      consumed TEXT NOT NULL CHECK (json_valid(consumed)),
      target TEXT NOT NULL CHECK (json_valid(target)),
      PRIMARY KEY (tab, id, field)
    ) STRICT`,

    // Everything that ever happened to a row. Nothing is changed or taken away.
    `CREATE TABLE mirror_audit (
      id INTEGER PRIMARY KEY,
      at TEXT NOT NULL,
      cycle INTEGER NOT NULL,
      tab TEXT NOT NULL,
      row_id TEXT NOT NULL,
      column TEXT,
      direction TEXT NOT NULL CHECK (direction IN ('import', 'export')),
      actor TEXT NOT NULL CHECK (actor IN ('human', 'agent', 'mirror')),
      verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'merged', 'refused', 'restored',
        'conflict', 'exported', 'added', 'removed', 'archived')),
      reason TEXT NOT NULL,
      old_value TEXT,
      new_value TEXT
    ) STRICT`,
    `CREATE INDEX mirror_audit_row ON mirror_audit (row_id)`,
    `CREATE TRIGGER mirror_audit_no_update BEFORE UPDATE ON mirror_audit
      BEGIN SELECT RAISE(ABORT, 'mirror_audit is append-only'); END`,
    `CREATE TRIGGER mirror_audit_no_delete BEFORE DELETE ON mirror_audit
      BEGIN SELECT RAISE(ABORT, 'mirror_audit is append-only'); END`,
    // INSERT OR REPLACE deletes without asking the trigger above.
    `CREATE TRIGGER mirror_audit_no_replace BEFORE INSERT ON mirror_audit
      WHEN EXISTS (SELECT 1 FROM mirror_audit WHERE id = NEW.id)
      BEGIN SELECT RAISE(ABORT, 'mirror_audit is append-only'); END`,

    // What humans should know, remembered so that it is said once. Times are ISO 8601 UTC.
    `CREATE TABLE mirror_finding (
      id INTEGER PRIMARY KEY,
      tab TEXT NOT NULL,
      row TEXT NOT NULL,
      column TEXT NOT NULL,
      code TEXT NOT NULL,
      value TEXT NOT NULL,
      reason TEXT NOT NULL,
      first_seen TEXT NOT NULL,
      last_seen TEXT NOT NULL,
      resolved_at TEXT
    ) STRICT`,
    `CREATE UNIQUE INDEX mirror_finding_open ON mirror_finding (tab, row, column, code, value)
      WHERE resolved_at IS NULL`,

    // One row a cycle. AUTOINCREMENT, for the audit names cycles by their id.
    `CREATE TABLE mirror_cycle (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      started_at TEXT NOT NULL,
      direction TEXT NOT NULL,
      finished_at TEXT,
      status TEXT,
      report TEXT CHECK (report IS NULL OR json_valid(report))
    ) STRICT`,

    // Plans a guard stopped and a human was shown: only these can be accepted.
    `CREATE TABLE mirror_shown (
      tab TEXT NOT NULL,
      guard TEXT NOT NULL,
      hash TEXT NOT NULL,
      at TEXT NOT NULL,
      PRIMARY KEY (tab, guard, hash)
    ) STRICT, WITHOUT ROWID`,

    // Who runs the cycles. token grows with every take-over; expires_at is in milliseconds.
    `CREATE TABLE mirror_lease (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      holder TEXT NOT NULL,
      token INTEGER NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT`,
  ],
}, {
  version: 2,
  statements: [
    // Measurements one by one, for a week. at is ISO 8601 UTC; tab and label are "" where the
    // measurement has none.
    `CREATE TABLE mirror_metric (
      id INTEGER PRIMARY KEY,
      at TEXT NOT NULL,
      name TEXT NOT NULL,
      tab TEXT NOT NULL,
      label TEXT NOT NULL,
      value REAL NOT NULL
    ) STRICT`,
    `CREATE INDEX mirror_metric_at ON mirror_metric (at)`,
    // The health check asks for a week of a few names.
    `CREATE INDEX mirror_metric_name ON mirror_metric (name, at)`,

    // The same by the hour, for a year. hour is its first moment; sketch is a JSON object of bucket
    // numbers and counts, from which percentiles are taken.
    `CREATE TABLE mirror_metric_hour (
      hour TEXT NOT NULL,
      name TEXT NOT NULL,
      tab TEXT NOT NULL,
      label TEXT NOT NULL,
      count INTEGER NOT NULL,
      total REAL NOT NULL,
      least REAL NOT NULL,
      most REAL NOT NULL,
      sketch TEXT NOT NULL CHECK (json_valid(sketch)),
      PRIMARY KEY (hour, name, tab, label)
    ) STRICT, WITHOUT ROWID`,

    // Since the tables were made; never taken back, so that a counter made from it only grows.
    `CREATE TABLE mirror_metric_total (
      name TEXT NOT NULL,
      tab TEXT NOT NULL,
      label TEXT NOT NULL,
      count INTEGER NOT NULL,
      total REAL NOT NULL,
      PRIMARY KEY (name, tab, label)
    ) STRICT, WITHOUT ROWID`,

    // Since when a tab fails is asked after every cycle.
    `CREATE INDEX mirror_cycle_started ON mirror_cycle (started_at)`,

    // What humans are alerted to. tab is "" where the alert is about the whole database. over_at is
    // NULL while the condition holds; times are ISO 8601 UTC.
    `CREATE TABLE mirror_alert (
      id INTEGER PRIMARY KEY,
      rule TEXT NOT NULL,
      tab TEXT NOT NULL,
      severity TEXT NOT NULL CHECK (severity IN ('critical', 'warning')),
      message TEXT NOT NULL,
      count INTEGER NOT NULL CHECK (count > 0),
      fired_at TEXT NOT NULL,
      last_seen TEXT NOT NULL,
      reminded_at TEXT NOT NULL,
      over_at TEXT
    ) STRICT`,
    `CREATE UNIQUE INDEX mirror_alert_open ON mirror_alert (rule, tab) WHERE over_at IS NULL`,

    // Messages on their way, one row a channel. key tells a receiver that it has seen the message.
    `CREATE TABLE mirror_outbox (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      key TEXT NOT NULL UNIQUE,
      channel TEXT NOT NULL,
      message TEXT NOT NULL CHECK (json_valid(message)),
      created_at TEXT NOT NULL,
      due_at TEXT NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      last_error TEXT,
      state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'expired')),
      closed_at TEXT
    ) STRICT`,
    `CREATE INDEX mirror_outbox_due ON mirror_outbox (due_at) WHERE state = 'waiting'`,

    // Tabs that are left out until somebody resumes them.
    `CREATE TABLE mirror_pause (
      tab TEXT PRIMARY KEY,
      since TEXT NOT NULL,
      reason TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,

    // Rows whose retention clock has no start of its own, with when they were first seen like that.
    `CREATE TABLE mirror_undated (
      tab TEXT NOT NULL,
      id TEXT NOT NULL,
      since TEXT NOT NULL,
      PRIMARY KEY (tab, id)
    ) STRICT, WITHOUT ROWID`,

    // Who runs the daemon; of the same form as mirror_lease, which is held only while a cycle runs.
    `CREATE TABLE mirror_daemon (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      holder TEXT NOT NULL,
      token INTEGER NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT`,

    // When each job of the scheduler ran last and runs next. failures counts those in a row.
    `CREATE TABLE mirror_schedule (
      job TEXT PRIMARY KEY,
      last_at TEXT,
      next_at TEXT,
      last_status TEXT,
      failures INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID`,
  ],
}, {
  version: 3,
  statements: [
    // Tabs that were found quiet, with digests of all that was looked at. The digests are NULL while
    // the cycle is still looking. held is a JSON array of the rows that stay back, with the reasons.
    `CREATE TABLE mirror_calm (
      tab TEXT PRIMARY KEY,
      cycle INTEGER NOT NULL,
      terms TEXT,
      sheet TEXT,
      source TEXT,
      held TEXT CHECK (held IS NULL OR json_valid(held))
    ) STRICT, WITHOUT ROWID`,
    `CREATE INDEX mirror_finding_tab ON mirror_finding (tab)`,
    ...WATCHED.flatMap(disturbances),
  ],
}, {
  version: 4,
  statements: WATCHED.flatMap(swiftDisturbances),
}];

/**
 * Whatever changes in what a plan is made from, the tab is no longer known to be quiet. That a tab
 * succeeded once more changes nothing.
 */
function disturbances(name: string): readonly string[] {
  const trigger = (event: string, tabs: string) =>
    `CREATE TRIGGER ${triggerName(name, event)} AFTER ${event}
      ON mirror_${name} BEGIN DELETE FROM mirror_calm WHERE tab IN (${tabs}); END`;
  return [
    trigger("INSERT", "NEW.tab"),
    trigger(updateOf(name), "OLD.tab, NEW.tab"),
    trigger("DELETE", "OLD.tab"),
  ];
}

function updateOf(name: string): string {
  return name === "tab" ? "UPDATE OF tab, sheet_id, title, zone, fingerprint" : "UPDATE";
}

function triggerName(name: string, event: string): string {
  return `mirror_calm_${name}_${event.slice(0, 6).toLowerCase()}`;
}

/**
 * The same triggers, which look first whether there is anything to take back: as a rule there is nothing,
 * and a change of a row then takes a third of the time.
 */
function swiftDisturbances(name: string): readonly string[] {
  const trigger = (event: string, rows: readonly string[]) => {
    const own = triggerName(name, event);
    const known = rows.map((row) => `EXISTS (SELECT 1 FROM mirror_calm WHERE tab = ${row}.tab)`);
    const forget = rows.map((row) => `DELETE FROM mirror_calm WHERE tab = ${row}.tab;`);
    return [
      `DROP TRIGGER ${own}`,
      `CREATE TRIGGER ${own} AFTER ${event} ON mirror_${name} WHEN ${known.join(" OR ")}
        BEGIN ${forget.join(" ")} END`,
    ];
  };
  return [
    ...trigger("INSERT", ["NEW"]),
    ...trigger(updateOf(name), ["OLD", "NEW"]),
    ...trigger("DELETE", ["OLD"]),
  ];
}

/** The version this program knows. */
export const SCHEMA_VERSION = MIGRATIONS.length;
