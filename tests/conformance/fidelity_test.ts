/** `docs/fidelity.md` against what the program really sends and what recordings really prove. @module */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { MESSAGES } from "../../src/embedded/messages.ts";
import { ASSUMPTIONS } from "../../src/sheets/probe_checks.ts";
import { coverageTable, failures, measureCoverage, TABLE_BEGIN, TABLE_END } from "./coverage.ts";
import { readDiscovery } from "./discovery.ts";
import { missingRecordings, readScripts, RECORDINGS_FOLDER } from "./recordings.ts";
import { type PlayedStep, replay } from "./replay.ts";
import { addExchange, callName, type Surface } from "./surface.ts";
import { measureUsage, type Usage } from "./usage.ts";

const SHEETS = fileURLToPath(new URL("../../src/sheets", import.meta.url));
const document = await Deno.readTextFile(new URL("../../docs/fidelity.md", import.meta.url));
const unproven = document.split("## What is unproven")[1] ?? "";

let measured: Promise<Usage> | null = null;
const usage = () => measured ??= measureUsage();

/** The table's rows, however wide its columns are drawn. */
function rowsOf(table: string): string[][] {
  return table.trim().split("\n").filter((line) => !/^\|[ -|]*---/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()).slice(1, -1));
}

function documented(): string[][] {
  const [, rest = ""] = document.split(TABLE_BEGIN);
  const [table = ""] = rest.split(TABLE_END);
  return rowsOf(table);
}

async function sourceOfSheets(): Promise<string> {
  let text = "";
  for await (const { name } of Deno.readDir(SHEETS)) {
    text += await Deno.readTextFile(`${SHEETS}/${name}`);
  }
  return text;
}

Deno.test("the coverage of docs/fidelity.md is that of a run of today", async () => {
  const scripts = await readScripts();
  if (scripts === null) {
    console.log(`skipped: ${missingRecordings(RECORDINGS_FOLDER)}`);
    return;
  }
  const played: PlayedStep[] = [];
  for (const script of scripts) played.push(...await replay(script));
  const today = measureCoverage(await usage(), played);
  assert.deepEqual(failures(await usage(), played), []);
  assert.deepEqual(
    documented(),
    rowsOf(coverageTable(today)),
    "run deno task conformance --write and deno fmt",
  );
});

Deno.test("docs/fidelity.md lists every call and request that is sent, and no other", async () => {
  const { mirror, probe } = await usage();
  const sent = new Set([...mirror.keys(), ...probe.keys()].map((name) => `\`${name}\``));
  assert.deepEqual(documented().slice(1).map(([name]) => name).sort(), [...sent].sort());
});

Deno.test("every request that src/sheets can send is among those that were counted", async () => {
  const source = await sourceOfSheets();
  const { mirror, probe } = await usage();
  const kinds = Object.keys(MESSAGES.Request).filter((kind) =>
    new RegExp(`\\b${kind}: \\{`).test(source)
  );
  assert.ok(kinds.length > 15, `only ${kinds.length} found: has the style of the sources changed?`);
  assert.deepEqual(kinds.filter((kind) => !mirror.has(kind) && !probe.has(kind)), []);
  const calls = [...source.matchAll(/\bapi\.(spreadsheets(?:\.\w+)+)\(/g)].map(([, call]) => call);
  assert.ok(calls.length >= 4);
  assert.deepEqual(calls.filter((call) => call === undefined || !mirror.has(call)), []);
});

Deno.test("docs/fidelity.md says of everything without a recording what was decided", () => {
  const silent = documented().slice(1).flatMap(([name = "", , recorded]) =>
    recorded === "0" && !unproven.includes(name) ? [name] : []
  );
  assert.deepEqual(silent, []);
});

Deno.test("docs/fidelity.md and the probe know the same assumptions", () => {
  const names = ASSUMPTIONS.map(({ name }) => name);
  const rows = unproven.split("\n").filter((line) => line.startsWith("| "));
  const named = new Set(rows.flatMap((row) => {
    const last = row.split("|").at(-2) ?? "";
    return [...last.matchAll(/`([a-z-]+)`/g)].map(([, name = ""]) => name);
  }));
  assert.deepEqual([...named].sort(), names.toSorted());
});

Deno.test("callName() names a method as the discovery document does", async () => {
  const discovery = await readDiscovery();
  const paths = [
    ["GET", "/v4/spreadsheets/x?fields=a", "spreadsheets.get"],
    ["POST", "/v4/spreadsheets", "spreadsheets.create"],
    ["POST", "/v4/spreadsheets/x:batchUpdate", "spreadsheets.batchUpdate"],
    ["GET", "/v4/spreadsheets/x/values/A1%3AB2", "spreadsheets.values.get"],
    ["GET", "/v4/spreadsheets/x/values/A1:B2", "spreadsheets.values.get"],
    ["PUT", "/v4/spreadsheets/x/values/A1:B2", "spreadsheets.values.update"],
    ["POST", "/v4/spreadsheets/x/values/A1:B2:append", "spreadsheets.values.append"],
    ["GET", "/v4/spreadsheets/x/values:batchGet?ranges=A", "spreadsheets.values.batchGet"],
    ["GET", "/v4/spreadsheets/x/developerMetadata/7", "spreadsheets.developerMetadata.get"],
    ["POST", "/v4/spreadsheets/x/sheets/0:copyTo", "spreadsheets.sheets.copyTo"],
  ] as const;
  for (const [method, path, name] of paths) {
    assert.equal(callName(method, path), name);
    if (discovery !== null) assert.equal(discovery.methodOf(method, path)?.name, name);
  }
});

Deno.test("addExchange() tells fields and choosing words from data", () => {
  const surface: Surface = new Map();
  addExchange(surface, {
    method: "POST",
    path: "/v4/spreadsheets/x:batchUpdate?fields=a",
    body: {
      includeSpreadsheetInResponse: true,
      requests: [{
        insertDimension: { range: { dimension: "ROWS", startIndex: 1 }, inheritFromBefore: true },
      }],
    },
    answer: { replies: [{}], updatedSpreadsheet: { sheets: [{ properties: { title: "A" } }] } },
  });
  assert.deepEqual([...surface.get("insertDimension")?.fields ?? []].sort(), [
    "inheritFromBefore",
    "range.dimension=ROWS",
    "range.startIndex",
  ]);
  assert.deepEqual([...surface.get("spreadsheets.batchUpdate")?.fields ?? []].sort(), [
    "?fields",
    "includeSpreadsheetInResponse",
    "→ updatedSpreadsheet.sheets.properties.title",
  ]);
});
