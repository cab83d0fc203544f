import assert from "node:assert/strict";
import { freeBytes } from "../../../src/base/bytes.ts";

Deno.test("freeBytes() empties every view of the buffer and may be called again", () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const part = bytes.subarray(1);
  freeBytes(part);
  freeBytes(bytes);
  assert.deepEqual([bytes.length, part.length], [0, 0]);
});
