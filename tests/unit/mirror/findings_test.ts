/** Every finding and every guard can be looked up. @module */

import assert from "node:assert/strict";
import { ACCEPTABLE_GUARDS, FINDINGS, GUARDS } from "../../../src/mirror/findings.ts";
import { parseCommand } from "../../../src/cli/options.ts";

const docs = new URL("../../../docs/findings.md", import.meta.url);

Deno.test("docs/findings.md has a section for every finding and guard, and no other", async () => {
  const text = await Deno.readTextFile(docs);
  const [, findings = "", guards = ""] = text.split(/^# (?:Findings|Guards)$/m);
  const titles = (part: string) => [...part.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  assert.deepEqual(titles(findings), Object.keys(FINDINGS));
  assert.deepEqual(titles(guards), [...GUARDS]);
  for (const section of [findings, guards].flatMap((part) => part.split(/^## /m).slice(1))) {
    for (const part of ["**What happened.**", "**Why.**", "**What to do.**"]) {
      assert.ok(section.includes(part), `${part} is missing in ${section.slice(0, 40)}`);
    }
  }
});

Deno.test("docs/findings.md says of every finding whether it has a note, a report, and when it is cured", async () => {
  const [table = ""] = (await Deno.readTextFile(docs)).split(/^# Findings$/m);
  const rows = table.split("\n").filter((line) => line.startsWith("| `")).flatMap((line) => {
    const [, codes = "", note = "", report = ""] = line.split("|").map((cell) => cell.trim());
    return [...codes.matchAll(/MIRROR-[A-Z-]+/g)].map(([code]) =>
      [code, {
        note: note === "yes",
        report: report === "yes",
        security: codes.includes("security"),
      }] as const
    );
  });
  const wanted = Object.entries(FINDINGS).map(([code, { fix, report, security }]) =>
    [code, { note: fix !== null, report, security }] as const
  );
  assert.deepEqual(Object.fromEntries(rows), Object.fromEntries(wanted));
});

Deno.test("--accept takes every guard that can be let through, and refuses the others as usage errors", () => {
  for (const guard of GUARDS) {
    const parse = () => parseCommand(["--once", "--accept", guard]);
    if (ACCEPTABLE_GUARDS.some((name) => name === guard)) parse();
    else assert.throws(parse, /must be one of/, guard);
  }
  assert.throws(() => parseCommand(["--once", "--accept", "MIRROR-CONFLICT"]), /must be one of/);
});
