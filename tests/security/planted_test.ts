/** Secrets in every place where somebody could have put one: no view of anything shows them. @module */

import assert from "node:assert/strict";
import { join } from "node:path";
import { atlas } from "../../src/contract/atlas.ts";
import { person } from "../../src/embedded/people.ts";
import { openDatabase } from "../../src/store/database.ts";
import { DaemonSite } from "../cli/daemon_site.ts";

/** A secret of its own for every place, so that a leak says where it comes from. */
class Planter {
  readonly planted = new Map<string, string>();

  /** A text with a secret in it. The numbers make each a different one. */
  in(place: string): string {
    const number = String(this.planted.size).padStart(4, "0");
    const token = `${["gh", "p_"].join("")}${number}${
      "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY".slice(0, 32)
    }`;
    this.planted.set(token, place);
    return `the token is ${token} in ${place}`;
  }
}

/** Columns that must hold a word, a time or JSON, or the row would stay back. */
const VALID: Readonly<Record<string, string>> = {
  type: "task",
  action: "create",
  requested_at: "2026-01-15T14:30:00Z",
  started_at: "2026-01-15T14:30:00Z",
  completed_at: "2026-01-15T14:30:00Z",
  occurred_at: "2026-01-15T14:30:00Z",
  severity: "critical",
  resolved: "false",
};

Deno.test("a secret planted anywhere is in no sheet, output, log, message or page", async () => {
  const planter = new Planter();
  await using site = await DaemonSite.open();
  const webhook: string[] = [];
  await using receiver = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      webhook.push(await request.text());
      return new Response();
    },
  );
  const channelSecret = planter.in("the secret of the webhook").split(" ")[3] ?? "";
  await site.configure({
    logDir: "logs",
    logFormat: "text",
    notify: [{
      type: "webhook",
      url: `http://127.0.0.1:${receiver.addr.port}/${channelSecret}`,
      secret: channelSecret,
      minSeverity: "info",
    }],
  });
  for (const { table, columns } of atlas.tabs) {
    for (const id of [`plain-${table}`, planter.in(`the ID of ${table}`).replaceAll(" ", "-")]) {
      const values = columns.slice(1).map(({ field }) => {
        if (field === "status") return table === "runs" ? "failed" : "pending";
        if (field === "payload") {
          return JSON.stringify({ password: planter.in(`${table}.payload`) });
        }
        return VALID[field] ?? planter.in(`${table}.${field}`);
      });
      using db = openDatabase(site.database, { mode: "write" });
      db.run(
        `INSERT INTO ${table} (id, ${columns.slice(1).map(({ field }) => field).join(", ")})
          VALUES (?, ${values.map(() => "?").join(", ")})`,
        id,
        ...values,
      );
    }
    if (table === "errors") continue;
    // A row that stays back is told of with what is wrong about it.
    using db = openDatabase(site.database, { mode: "write" });
    const word = planter.in(`a bad word in ${table}`);
    db.run(`INSERT INTO ${table} (id, status) VALUES ('held', ?)`, word);
  }
  let said = "";
  const run = async (...args: string[]) => {
    const told = await site.run(...args);
    said += `\n$ ${args.join(" ")}\n${told.stdout}${told.stderr}`;
  };
  await run("--once", "--json");
  const beforePeople = JSON.stringify(await sheetOf(site));
  // People plant secrets, too: in cells of theirs, and in cells that are not.
  const owner = person(site.url, "embedded", "owner");
  for (const { title, table, columns } of atlas.tabs) {
    const row = await owner.findRow(title, `plain-${table}`);
    assert.ok(row !== null, title);
    for (const [index] of columns.entries()) {
      if (index === 0) continue;
      await owner.type(
        title,
        `${String.fromCharCode(65 + index)}${row}`,
        planter.in(`${title} ${index}`),
      );
    }
    await owner.type(title, `J${row}`, planter.in(`beside ${title}`));
  }
  await run("--plan");
  await run("--plan", "--json");
  await run("--once", "--log-level", "debug");
  await run("--once", "--json");
  for (const id of ["plain-approvals", "plain-runs", "plain-errors"]) {
    await run("--history", id);
    await run("--history", id, "--json");
  }
  await run("--report");
  await run("--check-health", "--json");
  const html = join(site.folder, "report.html");
  await run("--report", "--html", html);
  said += await Deno.readTextFile(html);
  for await (const { name } of Deno.readDir(join(site.folder, "logs"))) {
    said += `\n# ${name}\n` + await Deno.readTextFile(join(site.folder, "logs", name));
  }
  assert.ok(webhook.length > 0, "nobody was told anything");
  const views = {
    said,
    webhook: webhook.join("\n"),
    "the sheet before people came": beforePeople,
    "the columns of the sheet that belong to the mirror": JSON.stringify(await sheetOf(site)),
  };
  assert.match(said, /«redacted: GitHub token»/);
  for (const [view, text] of Object.entries(views)) {
    for (const [token, place] of planter.planted) {
      if (place.startsWith("beside") && view.startsWith("the columns")) continue;
      assert.ok(!text.includes(token), `${place} is in ${view}: ${around(text, token)}`);
    }
  }
});

/** What the tabs show, the columns of humans included. */
async function sheetOf(site: DaemonSite): Promise<string[][][]> {
  const owner = person(site.url, "embedded", "owner");
  return await Promise.all(atlas.tabs.map(({ title }) => owner.read(title)));
}

function around(text: string, token: string): string {
  const at = text.indexOf(token);
  return text.slice(Math.max(0, at - 200), at + 60);
}
