/** The rules of cells through the whole cycle. @module */

import { playCellRules, playFirstMeeting, playInterruptedRules } from "./cell_cases.ts";
import { CELL_RULES, FIRST_MEETING_RULES, INTERRUPTED_RULES } from "./table.ts";

Deno.test("rules: every line of the table of cells holds through the whole cycle", async () => {
  await playCellRules(CELL_RULES);
});

Deno.test("rules: every line holds where the write of a cycle before did not go through", async () => {
  await playInterruptedRules(INTERRUPTED_RULES);
});

Deno.test("rules: every line holds where sheet and database meet for the first time", async () => {
  await playFirstMeeting(FIRST_MEETING_RULES);
});
