import assert from "node:assert/strict";
import { AtlasError } from "../../../src/base/errors.ts";
import { tellError } from "../../../src/cli/print_error.ts";

Deno.test("tellError says what happened and what to do, in two lines", () => {
  const error = new AtlasError("configuration", 'Cannot open database "x": no such file', {
    hint: "Create it with --init.",
    cause: new Error("os error 2"),
  });
  assert.deepEqual(tellError(error, "info"), {
    text: 'atlas-mirror: cannot open database "x": no such file\n' +
      "  what to do: Create it with --init.\n",
    exitCode: 78,
  });
});

Deno.test("tellError leaves a word in capitals as it is", () => {
  const error = new AtlasError("guard", "ATLAS_DATABASE is odd");
  assert.equal(tellError(error, "info").text, "atlas-mirror: ATLAS_DATABASE is odd\n");
});

Deno.test("tellError indents the further lines of a hint", () => {
  const error = new AtlasError("usage", "Cannot", { hint: "Write:\n{\n}" });
  assert.equal(
    tellError(error, "info").text,
    "atlas-mirror: cannot\n  what to do: Write:\n  {\n  }\n",
  );
});

Deno.test("tellError calls anything else a defect and hides its stack", () => {
  const { text, exitCode } = tellError(new TypeError("x is not a function"), "info");
  assert.match(text, /^atlas-mirror: defect: x is not a function\n {2}what to do: /);
  assert.doesNotMatch(text, /\bat /);
  assert.equal(exitCode, 1);
});

Deno.test("tellError shows the stacks of an error and its causes to who debugs", () => {
  const error = new AtlasError("server", "Cannot read", { cause: new Error("underneath") });
  const { text } = tellError(error, "debug");
  assert.match(text, /caused by:\nError: underneath\n +at /);
});

Deno.test("tellError gives each kind of failure its exit code", () => {
  const code = (kind: AtlasError["kind"]) => tellError(new AtlasError(kind, "x"), "info").exitCode;
  assert.equal(code("usage"), 64);
  assert.equal(code("configuration"), 78);
  assert.equal(code("guard"), 3);
  assert.equal(code("lease-held"), 1);
  assert.equal(code("unreachable"), 1);
});
