/**
 * The Atlas contract: Pending_Approvals, Runs and Errors_Hotlist as their users wrote them down.
 *
 * @module
 */

import { type Contract, type ContractInput, contractSchema } from "./schema.ts";

const NOTES = {
  header: "Notes",
  field: "notes",
  type: "text",
  edit: { rule: "append", limit: 5_000 },
} as const;

/** The contract with its literal types, from which the row types are inferred. */
export const atlasInput = {
  name: "atlas",
  tabs: [
    {
      title: "Pending_Approvals",
      table: "approvals",
      key: "id",
      newest: "bottom",
      order: "requested_at",
      cadence: { minutes: 60 },
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
        { header: "ID", field: "id", type: "text", required: true },
        {
          header: "Type",
          field: "type",
          type: "enum",
          values: ["task", "project", "config", "deployment"],
          required: true,
        },
        {
          header: "Action",
          field: "action",
          type: "enum",
          values: ["create", "update", "delete", "execute"],
          required: true,
        },
        { header: "Item", field: "item", type: "text", required: true },
        {
          header: "Status",
          field: "status",
          type: "enum",
          values: ["pending", "approved", "rejected"],
          required: true,
          edit: {
            rule: "transition",
            binds: true,
            moves: [
              { from: "pending", to: "approved", set: { decided_at: "now" } },
              { from: "pending", to: "rejected", set: { decided_at: "now" } },
            ],
          },
        },
        { header: "Requested", field: "requested_at", type: "datetime", required: true },
        NOTES,
        { header: "Payload", field: "payload", type: "json" },
      ],
    },
    {
      title: "Runs",
      table: "runs",
      key: "id",
      newest: "top",
      order: "started_at",
      cadence: { minutes: 60 },
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
        { header: "ID", field: "id", type: "text", required: true },
        { header: "Task", field: "task", type: "text", required: true },
        { header: "Command", field: "command", type: "text", required: true },
        {
          header: "Status",
          field: "status",
          type: "enum",
          values: ["running", "success", "failed", "cancelled"],
          required: true,
        },
        { header: "Started", field: "started_at", type: "datetime", required: true },
        { header: "Completed", field: "completed_at", type: "datetime" },
        { header: "Output", field: "output", type: "text" },
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
        { header: "ID", field: "id", type: "text", required: true },
        { header: "Task", field: "task", type: "text", required: true },
        { header: "Error", field: "error", type: "text", required: true },
        { header: "Timestamp", field: "occurred_at", type: "datetime", required: true },
        {
          header: "Severity",
          field: "severity",
          type: "enum",
          values: ["low", "medium", "high", "critical"],
          required: true,
        },
        {
          header: "Resolved",
          field: "resolved",
          type: "enum",
          values: ["false", "true"],
          required: true,
          edit: {
            rule: "transition",
            moves: [
              { from: "false", to: "true", set: { resolved_at: "now" } },
              { from: "true", to: "false", set: { resolved_at: "clear" } },
            ],
          },
        },
        {
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
} as const satisfies ContractInput;

/** The built-in contract, checked and with its defaults filled in. */
export const atlas: Contract = contractSchema.parse(atlasInput);
