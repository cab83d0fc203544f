/** The seed of a test that plays with chance: said in the output, and given back to play it again. @module */

/** The seed unless the environment gives another: a run that cannot be repeated proves little. */
const USUAL = 20_260_115;

/** The seed of this run, from `ATLAS_TEST_SEED` where that is set; it is printed under the test's name. */
export function seedOf(test: string): number {
  const given = Number(Deno.env.get("ATLAS_TEST_SEED") ?? USUAL);
  const seed = Number.isSafeInteger(given) ? given : USUAL;
  console.log(`${test}: seed ${seed} (ATLAS_TEST_SEED chooses another)`);
  return seed;
}
