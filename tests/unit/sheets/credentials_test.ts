import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { AtlasError } from "../../../src/base/errors.ts";
import { pemOf } from "./doubles.ts";
import { readServiceAccount } from "../../../src/sheets/credentials.ts";

const RSA = pemOf(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);
const EC = pemOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);

const good = {
  type: "service_account",
  client_email: "mirror@atlas.iam.gserviceaccount.com",
  private_key: RSA,
  private_key_id: "k1",
  token_uri: "https://oauth2.googleapis.com/token",
};

Deno.test("readServiceAccount() reads what signing in takes", () => {
  const credentials = readServiceAccount(JSON.stringify(good), "key.json");
  assert.equal(credentials.email, good.client_email);
  assert.equal(credentials.tokenUri, good.token_uri);
  assert.equal(credentials.keyId, "k1");
});

Deno.test("readServiceAccount() names the file and what is wrong, and never shows the key", () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["", /it is not JSON/],
    [JSON.stringify(good).slice(0, -20), /it is not JSON/],
    ["[]", /it is not a JSON object/],
    [JSON.stringify({ ...good, type: "authorized_user" }), /"type" must be "service_account"/],
    [JSON.stringify({ ...good, client_email: "nobody" }), /"client_email" must be/],
    [JSON.stringify({ ...good, client_email: undefined }), /"client_email"/],
    [JSON.stringify({ ...good, private_key: undefined }), /"private_key" must be/],
    [JSON.stringify({ ...good, private_key: RSA.replace("\n", "\nX") }), /not a private key/],
    [JSON.stringify({ ...good, private_key: EC }), /not an RSA key/],
    [JSON.stringify({ ...good, token_uri: "ftp://x/" }), /"token_uri" must be/],
    [JSON.stringify({ ...good, token_uri: "http://example.com/token" }), /begin with https/],
  ];
  const secret = RSA.split("\n")[3] ?? "";
  for (const [text, expected] of wrong) {
    assert.throws(() => readServiceAccount(text, "/opt/atlas/key.json"), (error) => {
      assert.ok(error instanceof AtlasError);
      assert.equal(error.kind, "configuration");
      assert.match(error.message, expected);
      assert.match(error.message, /"\/opt\/atlas\/key\.json"/);
      assert.ok(error.hint !== undefined);
      assert.ok(!Deno.inspect(error, { depth: 9 }).includes(secret));
      return true;
    });
  }
});

Deno.test("readServiceAccount() hands out a key that cannot be printed", () => {
  const credentials = readServiceAccount(JSON.stringify(good), "key.json");
  const shown = JSON.stringify(credentials) + Deno.inspect(credentials, { depth: 9 });
  assert.ok(!shown.includes("PRIVATE KEY"));
});
