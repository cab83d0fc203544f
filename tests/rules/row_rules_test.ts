/** The rules of rows through the whole cycle, in every tab. @module */

import { atlas } from "../../src/contract/atlas.ts";
import { ROW_RULES, Scene } from "./row_rules.ts";

for (const { name, tabs = atlas.tabs.map(({ title }) => title), play } of ROW_RULES) {
  Deno.test(`rows: ${name}`, async () => {
    for (const title of tabs) {
      await using scene = await Scene.open(title);
      await play(scene);
      await scene.quiet();
    }
  });
}
