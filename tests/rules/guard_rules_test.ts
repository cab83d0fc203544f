/** Every guard stops its tab before any write, and there is a way on. @module */

import { GUARD_RULES, playContractChanged, playGuard, playTabGone } from "./guard_rules.ts";

for (const rule of GUARD_RULES) {
  Deno.test(`guards: ${rule.guard} trips: ${rule.name}`, async () => {
    await playGuard(rule);
  });
}

Deno.test("guards: contract-changed trips where the tab was written under another contract", async () => {
  await playContractChanged();
});

Deno.test("guards: structure trips where the tab is gone, and the others go on", async () => {
  await playTabGone();
});
