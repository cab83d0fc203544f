/**
 * The Atlas contract: Pending_Approvals, Runs and Errors_Hotlist as their users wrote them down.
 *
 * @module
 */

import type { Contract } from "./schema.ts";

/** A column of the database alone that holds something in every row. */
const FILLED = { required: true, edit: null } as const;
/** A column of the database alone that may be empty. */
const OPTIONAL = { required: false, edit: null } as const;

const NOTES = {
  ...OPTIONAL,
  header: "Notes",
  field: "notes",
  type: "text",
  edit: { rule: "append", limit: 5_000 },
} as const;

/**
 * The contract with its literal types, from which the row types are inferred. It is written out with
 * everything that the schema would fill in, so that no start has to wait for the schema; a test holds
 * the two together.
 */
export const atlasInput = {
  name: "atlas",
  tabs: [
    {
      title: "Pending_Approvals",
      table: "approvals",
      key: "id",
      newest: "bottom",
      order: "requested_at",
      cadence: { minutes: 60, urgent: null },
      // The users name no retention for approvals. Decided ones leave after 90 days, so that the tab
      // stays usable for the people who decide.
      retention: {
        kind: "after",
        days: 90,
        since: "decided_at",
        when: { field: "status", in: ["approved", "rejected"] },
      },
      softDelete: "deleted_at",
      archive: "archived_at",
      explain: "notes",
      columns: [
        { ...FILLED, header: "ID", field: "id", type: "text" },
        {
          ...FILLED,
          header: "Type",
          field: "type",
          type: "enum",
          values: ["task", "project", "config", "deployment"],
        },
        {
          ...FILLED,
          header: "Action",
          field: "action",
          type: "enum",
          values: ["create", "update", "delete", "execute"],
        },
        { ...FILLED, header: "Item", field: "item", type: "text" },
        {
          ...FILLED,
          header: "Status",
          field: "status",
          type: "enum",
          values: ["pending", "approved", "rejected"],
          edit: {
            rule: "transition",
            binds: true,
            moves: [
              { from: "pending", to: "approved", set: { decided_at: "now" } },
              { from: "pending", to: "rejected", set: { decided_at: "now" } },
            ],
          },
        },
        { ...FILLED, header: "Requested", field: "requested_at", type: "datetime" },
        NOTES,
        { ...OPTIONAL, header: "Payload", field: "payload", type: "json" },
      ],
    },
    {
      title: "Runs",
      table: "runs",
      key: "id",
      newest: "top",
      order: "started_at",
      cadence: { minutes: 60, urgent: null },
      retention: {
        kind: "newest",
        count: 100,
        by: "started_at",
        always: { field: "status", in: ["running"] },
      },
      softDelete: "deleted_at",
      archive: "archived_at",
      explain: "notes",
      columns: [
        { ...FILLED, header: "ID", field: "id", type: "text" },
        { ...FILLED, header: "Task", field: "task", type: "text" },
        { ...FILLED, header: "Command", field: "command", type: "text" },
        {
          ...FILLED,
          header: "Status",
          field: "status",
          type: "enum",
          values: ["running", "success", "failed", "cancelled"],
        },
        { ...FILLED, header: "Started", field: "started_at", type: "datetime" },
        { ...OPTIONAL, header: "Completed", field: "completed_at", type: "datetime" },
        { ...OPTIONAL, header: "Output", field: "output", type: "text" },
        NOTES,
      ],
    },
    {
      title: "Errors_Hotlist",
      table: "errors",
      key: "id",
      newest: "top",
      order: "occurred_at",
      cadence: {
        minutes: 60,
        urgent: { minutes: 15, when: { field: "severity", in: ["critical"] } },
      },
      retention: {
        kind: "after",
        days: 30,
        since: "resolved_at",
        when: { field: "resolved", in: ["true"] },
      },
      softDelete: "deleted_at",
      archive: "archived_at",
      explain: "notes",
      columns: [
        { ...FILLED, header: "ID", field: "id", type: "text" },
        { ...FILLED, header: "Task", field: "task", type: "text" },
        { ...FILLED, header: "Error", field: "error", type: "text" },
        { ...FILLED, header: "Timestamp", field: "occurred_at", type: "datetime" },
        {
          ...FILLED,
          header: "Severity",
          field: "severity",
          type: "enum",
          values: ["low", "medium", "high", "critical"],
        },
        {
          ...FILLED,
          header: "Resolved",
          field: "resolved",
          type: "enum",
          values: ["false", "true"],
          edit: {
            rule: "transition",
            binds: false,
            moves: [
              { from: "false", to: "true", set: { resolved_at: "now" } },
              { from: "true", to: "false", set: { resolved_at: "clear" } },
            ],
          },
        },
        {
          ...OPTIONAL,
          header: "Resolution",
          field: "resolution",
          type: "text",
          edit: { rule: "replace", limit: 2_000 },
        },
        NOTES,
      ],
    },
  ],
  reports: {
    tab: "Errors_Hotlist",
    prefix: "mirror-",
    text: "error",
    at: "occurred_at",
    state: { field: "resolved", open: "false", cured: "true" },
    remark: "resolution",
    set: { task: "atlas-mirror", severity: "medium", resolution: "", notes: "" },
  },
} as const satisfies Contract;

/** The built-in contract. */
export const atlas: Contract = atlasInput;
