/** @module */

import assert from "node:assert/strict";
import { loadSecretlint } from "../../../src/text/secretlint.ts";

const twenty = "Zb7Kq9Xw2Lm4Rt6Vy8Np";

/**
 * The shortest text of each shape that a rule looks for: what is told apart before any rule is asked
 * must let all of these through. Joined, so that nothing here looks like a secret to a scanner.
 */
const SHORTEST: readonly (readonly string[])[] = [
  ["npm", "_", twenty, twenty.slice(0, 16)],
  ["xox", "b-", "a-b"],
  ["xap", "p-", "a-b"],
  ["ghs", "_1_", "a.b.c"],
  ["gh", "p_", twenty, twenty.slice(0, 16)],
  ["gl", "pat-", twenty],
  ["vc", "p_", twenty],
  ["mongo", "db://", "app:k7Qw9z@h1"],
  ["aws_secret_access_key = ", twenty, twenty],
  ["sk_live", "_", twenty, "abcd"],
  ["h", "f_", "abcdefghijklmnopqrstuvwxyzabcdefgh"],
  ["tskey", "-auth-", "abcdefgh", "-", twenty.slice(0, 16)],
];

Deno.test("loadSecretlint() asks the rules about the shortest text of every shape", async () => {
  const scan = await loadSecretlint();
  for (const parts of SHORTEST) {
    const text = `so it was ${parts.join("")} then`;
    assert.notDeepEqual(await scan(text), [], text);
  }
});
