import assert from "node:assert/strict";
import { join } from "node:path";
import { completionScript, type Shell, SHELLS } from "../../../src/cli/completions.ts";
import { settings } from "../../../src/cli/settings.ts";

const shells = Object.keys(SHELLS) as Shell[];
const folder = join(import.meta.dirname ?? ".", "..", "..", "..", "ops", "completions");

for (const shell of shells) {
  Deno.test(`ops/completions/${SHELLS[shell]} is what completionScript() makes`, async () => {
    const file = join(folder, SHELLS[shell]);
    assert.equal(
      await Deno.readTextFile(file),
      completionScript(shell),
      `deno task start --completions ${shell} > ops/completions/${SHELLS[shell]}`,
    );
  });

  Deno.test(`completionScript() names every flag to ${shell}`, () => {
    const script = completionScript(shell);
    for (const { flag } of settings) {
      assert.match(script, new RegExp(shell === "fish" ? `-l ${flag} ` : `--${flag}\\b`));
    }
  });

  Deno.test(`completionScript() is a script that ${shell} can read`, async () => {
    let result;
    try {
      result = await new Deno.Command(shell, {
        args: ["-n", join(folder, SHELLS[shell])],
        stderr: "piped",
      }).output();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      console.log(`skipped: ${shell} is not installed`);
      return;
    }
    assert.equal(result.code, 0, new TextDecoder().decode(result.stderr));
  });
}

/** What bash offers after these words. */
async function offered(...words: string[]): Promise<string[]> {
  const script = [
    `source "${join(folder, SHELLS.bash)}"`,
    `COMP_WORDS=(${["atlas-mirror", ...words].map((word) => `"${word}"`).join(" ")})`,
    `COMP_CWORD=${words.length}`,
    "_atlas_mirror",
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ].join("\n");
  const { stdout } = await new Deno.Command("bash", { args: ["-c", script] }).output();
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "");
}

Deno.test("completionScript() lets bash complete flags and the words of their values", async () => {
  assert.deepEqual(await offered("--chec"), ["--check-health"]);
  assert.deepEqual(await offered("--log-level", "w"), ["warning"]);
  assert.deepEqual(await offered("--completions", ""), ["bash", "zsh", "fish"]);
  assert.deepEqual(await offered("--history", "--"), []);
});
