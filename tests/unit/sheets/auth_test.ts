import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { signAssertion } from "../../../src/sheets/auth.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

Deno.test("signAssertion() makes a JWT that the account's public key verifies", () => {
  const now = Date.UTC(2026, 0, 15, 14, 30);
  const credentials = {
    email: "mirror@atlas.iam.gserviceaccount.com",
    privateKey,
    keyId: "k1",
    tokenUri: "https://oauth2.googleapis.com/token",
  };
  const [header = "", claims = "", signature = ""] = signAssertion(credentials, now).split(".");
  const decode = (part: string) => Uint8Array.fromBase64(part, { alphabet: "base64url" });
  const read = (part: string) => JSON.parse(new TextDecoder().decode(decode(part)));
  assert.deepEqual(read(header), { alg: "RS256", typ: "JWT", kid: "k1" });
  assert.deepEqual(read(claims), {
    iss: credentials.email,
    scope: "https://www.googleapis.com/auth/spreadsheets",
    aud: credentials.tokenUri,
    iat: now / 1_000,
    exp: now / 1_000 + 3_600,
  });
  const signed = new TextEncoder().encode(`${header}.${claims}`);
  assert.ok(verify("RSA-SHA256", signed, createPublicKey(privateKey), decode(signature)));
});
