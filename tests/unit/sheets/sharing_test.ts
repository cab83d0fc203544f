import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { AtlasError } from "../../../src/base/errors.ts";
import { readSharing } from "../../../src/sheets/sharing.ts";
import { jumpingClock, serve, type TestServer } from "./doubles.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

function read(server: TestServer) {
  const credentials = {
    email: "mirror@atlas.iam.gserviceaccount.com",
    privateKey,
    keyId: null,
    tokenUri: `${server.endpoint}token`,
  };
  const { endpoint } = server;
  return readSharing({ credentials, spreadsheetId: "ID", clock: jumpingClock(), fetch, endpoint });
}

const token = () => Response.json({ access_token: "t" });

Deno.test("readSharing() signs in for this alone and reads every page", async () => {
  await using server = serve(({ method, url }) => {
    if (method === "POST") return token();
    if (new URL(url).searchParams.get("pageToken") === "next") {
      return Response.json({ permissions: [{ type: "anyone", role: "reader" }] });
    }
    return Response.json({
      nextPageToken: "next",
      permissions: [
        { type: "user", role: "owner", emailAddress: "Ada@Example.org" },
        { type: "user", role: "writer", emailAddress: "gone@example.org", deleted: true },
        { type: "domain", role: "reader", domain: "example.org" },
      ],
    });
  });
  assert.deepEqual(await read(server), [
    { who: "ada@example.org", role: "owner" },
    { who: "everyone at example.org", role: "reader" },
    { who: "anyone with the link", role: "reader" },
  ]);
  const assertion = new URLSearchParams(server.seen[0]?.body).get("assertion") ?? "";
  const [, claims = ""] = assertion.split(".");
  assert.match(
    atob(claims.replaceAll("-", "+").replaceAll("_", "/")),
    /drive\.metadata\.readonly"/,
  );
  assert.equal(server.seen[1]?.url.pathname, "/drive/v3/files/ID/permissions");
});

Deno.test("readSharing() tells that Google does not answer as documented", async () => {
  await using server = serve(({ method }) =>
    method === "POST" ? token() : Response.json({ permissions: "all" })
  );
  await assert.rejects(read(server), (thrown) => {
    assert.ok(thrown instanceof AtlasError);
    assert.equal(thrown.kind, "malformed-answer");
    return true;
  });
});
