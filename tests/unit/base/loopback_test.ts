/** @module */

import assert from "node:assert/strict";
import { isLoopback } from "../../../src/base/loopback.ts";

Deno.test("isLoopback() knows this machine and nothing else", () => {
  for (const address of ["http://127.0.0.1:80/", "http://127.9.9.9/", "http://[::1]:1/"]) {
    assert.ok(isLoopback(address), address);
  }
  assert.ok(isLoopback("http://localhost:8080/"));
  for (
    const address of [
      "https://sheets.googleapis.com/",
      "http://127.0.0.1.example.com/",
      "http://localhost.example.com/",
      "http://128.0.0.1/",
      "not an address",
    ]
  ) {
    assert.ok(!isLoopback(address), address);
  }
});
