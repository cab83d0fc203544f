/** No value ever becomes part of an SQL text. @module */

import assert from "node:assert/strict";
import { join } from "node:path";
import { root } from "../cli/program.ts";
import { findOpenSql, type Source } from "./sql_analysis.ts";

/** The door itself takes any text; what comes in there is looked at where it is made. */
const DOOR = "src/store/database.ts";

/** What is no constant, and why it may be run all the same. */
const EXCEPTIONS = [
  // The trigger that was dropped a moment ago, put back in SQLite's own words.
  "src/store/audit_archive.ts: sql",
];

/** Files that neither make nor run SQL need not be looked at. */
const IS_ABOUT_SQL =
  /\b(?:SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA)\b|\b(?:db|database|driver)\.(?:all|get|run|prepare|exec)\(/;

async function sourcesBelow(folder: string): Promise<Source[]> {
  const sources: Source[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(root, folder))) {
    const path = `${folder}/${name}`;
    if (isDirectory) sources.push(...await sourcesBelow(path));
    else if (/\.tsx?$/.test(name) && !name.endsWith(".d.ts") && path !== DOOR) {
      const text = await Deno.readTextFile(join(root, path));
      if (IS_ABOUT_SQL.test(text) || path.startsWith("src/store/")) sources.push({ path, text });
    }
  }
  return sources;
}

Deno.test("no SQL text in the sources holds anything but constants and quoted names", async () => {
  const sources = await sourcesBelow("src");
  assert.ok(sources.some(({ text }) => /\bdb\.run\(/.test(text)));
  assert.deepEqual(findOpenSql(sources), EXCEPTIONS);
});

/** What the analysis says of a function of the store. */
function judged(body: string): string[] {
  const text = `
    import { quote } from "./sql.ts";
    const TABLES = { a: "runs", b: "errors" };
    function named(field: string) { return \`\${quote(field)} = ?\`; }
    export function work(db: Database, name: string, names: string[], tab: Tab) { ${body} }`;
  return findOpenSql([{ path: "src/store/sample.ts", text }]);
}

Deno.test("the analysis lets constants and quoted names through", () => {
  const good = [
    'db.run("DELETE FROM runs WHERE id = ?", name);',
    "db.run(`DELETE FROM ${quote(name)}`);",
    'db.run(`SELECT ${names.map(quote).join(", ")} FROM runs`);',
    'db.all(`SELECT ${names.map((one) => named(one)).join(" AND ")}`);',
    'const table = quote(name); db.get(`SELECT 1 FROM ${table} ${name === "" ? "" : "LIMIT 1"}`);',
    "for (const table of Object.values(TABLES)) void table; db.run(`DELETE FROM ${TABLES[name]}`);",
    "const where = (text: string) => `WHERE ${text}`; db.run(`DELETE FROM runs ${where('1')}`);",
  ];
  for (const body of good) assert.deepEqual(judged(body), [], body);
});

Deno.test("the analysis finds whatever is put into an SQL text", () => {
  const bad = [
    "db.run(`DELETE FROM runs WHERE id = '${name}'`);",
    'db.run("DELETE FROM runs WHERE id = \'" + name + "\'");',
    "db.run(name);",
    "db.all(`SELECT * FROM ${name}`);",
    "db.all(`SELECT * FROM runs ORDER BY ${tab.order}`);",
    'db.all(`SELECT ${names.join(", ")} FROM runs`);',
    'db.all(`SELECT ${names.map((one) => `"${one}"`).join()} FROM runs`);',
    "const table = `${name}`; db.get(`SELECT 1 FROM ${table}`);",
    "let table = quote(name); table = name; db.get(`SELECT 1 FROM ${table}`);",
    "const { table } = tab; db.get(`SELECT 1 FROM ${table}`);",
    "const where = (text: string) => `WHERE ${text}`; db.run(`DELETE FROM runs ${where(name)}`);",
    "const query = { sql: `SELECT ${name}` }; db.run(query.sql);",
    "db.run(String(name));",
    "db.run(`DELETE FROM ${name.replaceAll('x', '')}`);",
    "for (const one of names) db.run(`DELETE FROM ${one}`);",
  ];
  for (const body of bad) assert.notEqual(judged(body).length, 0, body);
});
