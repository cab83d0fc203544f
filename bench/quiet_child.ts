/**
 * A process for one measurement of memory: it does one thing and prints the most memory it ever had
 * resident, in kilobytes.
 *
 *     deno run --allow-read --allow-write --allow-env --allow-run=/bin/cat bench/quiet_child.ts \
 *       (rest|floor|cycle) DATABASE ANSWERS
 *
 * @module
 */

import { openDatabase } from "../src/store/database.ts";
import { cycle, type Exchange, mirrorOf, replay, selectErrors } from "./rig.ts";

const [mode = "", database = "", answers = ""] = Deno.args;
using db = openDatabase(database, { mode: "write" });
const exchanges: Exchange[] = JSON.parse(await Deno.readTextFile(answers));
const answer = replay(exchanges);
const mirror = mirrorOf("http://127.0.0.1/", async (input, init) => {
  // What was received stands in a file of its own and comes piece by piece, as from the network:
  // holding it is part of the cycle.
  const kept = await answer(input, init);
  const { status, headers } = kept;
  const { readable } = await Deno.open(await kept.text());
  return new Response(readable, { status, headers });
});
if (mode === "floor") {
  for (const { received } of exchanges) JSON.parse(await Deno.readTextFile(received));
  selectErrors(db);
} else if (mode === "cycle") {
  await cycle(db, mirror);
}
// Deno gives /proc only to whoever may do everything; `cat` needs no more than a name.
const status = await new Deno.Command("/bin/cat", { args: [`/proc/${Deno.pid}/status`] }).output();
console.log(/^VmHWM:\s+(\d+) kB$/m.exec(new TextDecoder().decode(status.stdout))?.[1]);
