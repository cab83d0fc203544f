import assert from "node:assert/strict";
import { sha256Hex } from "../../../src/base/digest.ts";

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
