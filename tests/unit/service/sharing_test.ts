import assert from "node:assert/strict";
import { AtlasError } from "../../../src/base/errors.ts";
import { checkSharing, compareSharing } from "../../../src/service/sharing.ts";

const OWN = "mirror@project.iam.gserviceaccount.com";

Deno.test("compareSharing() names strangers and those without access, whatever the case of an address", () => {
  const found = compareSharing([
    { who: "ada@example.org", role: "owner" },
    { who: OWN, role: "writer" },
    { who: "mallory@example.com", role: "reader" },
    { who: "anyone with the link", role: "reader" },
  ], { team: ["Ada@Example.org", "grace@example.org"], own: OWN });
  assert.deepEqual(found, {
    kind: "checked",
    count: 3,
    strangers: [
      { who: "mallory@example.com", role: "reader" },
      { who: "anyone with the link", role: "reader" },
    ],
    missing: ["grace@example.org"],
  });
});

Deno.test("checkSharing() says that nobody looked where the configuration names no team", async () => {
  const found = await checkSharing(null, AbortSignal.timeout(1_000));
  assert.equal(found.kind, "not-checked");
  assert.match(found.kind === "not-checked" ? found.reason : "", /no "team"/);
});

Deno.test("checkSharing() does not hold the report up when Google does not say", async () => {
  const read = () =>
    Promise.reject(
      new AtlasError("configuration", "Cannot read it: the Drive API is off", {
        hint: "Enable it.",
      }),
    );
  const found = await checkSharing({ team: [], own: OWN, read }, AbortSignal.timeout(1_000));
  assert.deepEqual(found, {
    kind: "not-checked",
    reason: "Cannot read it: the Drive API is off (Enable it.)",
  });
});
