/** @module */

import assert from "node:assert/strict";
import { atlas } from "../../../src/contract/atlas.ts";
import { contractSchema } from "../../../src/contract/schema.ts";

Deno.test("the built-in contract is what the schema makes of it", () => {
  assert.deepEqual(contractSchema.parse(atlas), atlas);
});
