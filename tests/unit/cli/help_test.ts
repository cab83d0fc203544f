import assert from "node:assert/strict";
import { EXIT } from "../../../src/cli/exit.ts";
import { helpText } from "../../../src/cli/help.ts";
import { ENVIRONMENT, settings } from "../../../src/cli/settings.ts";

Deno.test("helpText names every flag, variable and exit code", () => {
  const text = helpText();
  for (const { flag } of settings) assert.match(text, new RegExp(`^ .*--${flag}\\b`, "m"));
  for (const { name } of ENVIRONMENT) assert.match(text, new RegExp(`^  ${name} `, "m"));
  for (const code of Object.values(EXIT)) assert.match(text, new RegExp(`^  ${code} `, "m"));
});

Deno.test("helpText stays within 96 columns and ends no line with a blank", () => {
  for (const line of helpText().split("\n")) {
    assert(line.length <= 96, line);
    assert.equal(line, line.trimEnd());
  }
});
