import assert from "node:assert/strict";
import { sha256Hex, startSha256 } from "../../../src/base/digest.ts";

Deno.test("sha256Hex() gives the digests of the standard", () => {
  assert.equal(
    sha256Hex(""),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
  assert.equal(sha256Hex("abc", 12), "ba7816bf8f01");
});

Deno.test("sha256Hex() hashes text as UTF-8", async () => {
  const bytes = new TextEncoder().encode("Grüße 🙂");
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  assert.equal(sha256Hex("Grüße 🙂"), digest);
});

Deno.test("sha256Hex() and startSha256() keep the halves of a character together in long texts", async () => {
  for (const start of ["", "x", "ü"]) {
    const text = start + "🙂".repeat(100_000);
    const bytes = new TextEncoder().encode(text);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    assert.equal(sha256Hex(text), digest);
    const running = startSha256();
    running.update(text.slice(0, start.length));
    running.update(text.slice(start.length));
    assert.equal(running.hex(), digest);
  }
});
