/**
 * Tests of the compiled program. `ATLAS_TEST_BINARY` names it and `ATLAS_TEST_ROOT` the folder that was
 * baked in; `.ci/run` builds it and sets both. Where they are not set the tests are skipped.
 *
 * @module
 */

import { testFolder } from "../cli/program.ts";

const binary = Deno.env.get("ATLAS_TEST_BINARY");
const root = Deno.env.get("ATLAS_TEST_ROOT");
if (binary === undefined || root === undefined) {
  console.log("tests of the binary: skipped, for ATLAS_TEST_BINARY or ATLAS_TEST_ROOT is not set");
}

/** A test of the binary in a folder of its own below the root. */
export function binaryTest(
  name: string,
  work: (binary: string, folder: string) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: binary === undefined || root === undefined,
    async fn() {
      await using folder = await testFolder(root);
      await work(binary ?? "", folder.path);
    },
  });
}
