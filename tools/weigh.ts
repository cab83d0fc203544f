/**
 * Weighs a dependency against the one that was wished for: the room it takes on disk with everything
 * it brings, and the time to start a program that imports nothing else. Downloads both.
 *
 *     deno task weigh
 *
 * @module
 */

import { join } from "node:path";

/** What was taken, and what it was taken instead of. */
const PAIRS = [
  ["npm:@googleapis/sheets@18.1.1", "npm:googleapis@188.0.0"],
] as const;

const STARTS = 5;

async function deno(home: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: home,
    env: { DENO_DIR: join(home, "cache"), NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) bytes += await bytesBelow(path);
    else if (entry.isFile) bytes += (await Deno.stat(path)).size;
  }
  return bytes;
}

/** Bytes on disk, and the median of the times to start, in milliseconds. */
async function weigh(specifier: string): Promise<{ bytes: number; ms: number }> {
  const home = await Deno.makeTempDir();
  try {
    const program = join(home, "program.ts");
    await Deno.writeTextFile(program, `import "${specifier}";\n`);
    await deno(home, ["cache", program]);
    const bytes = await bytesBelow(join(home, "cache", "npm"));
    const times: number[] = [];
    for (let start = 0; start < STARTS; start++) {
      const began = performance.now();
      await deno(home, [
        "run",
        "--no-prompt",
        "--cached-only",
        "--allow-read",
        "--ignore-env",
        program,
      ]);
      times.push(performance.now() - began);
    }
    return { bytes, ms: times.sort((a, b) => a - b)[Math.floor(STARTS / 2)] ?? 0 };
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

if (import.meta.main) {
  for (const pair of PAIRS) {
    for (const specifier of pair) {
      const { bytes, ms } = await weigh(specifier);
      console.log(`${specifier}: ${(bytes / 1e6).toFixed(1)} MB, ${ms.toFixed(0)} ms to start`);
    }
  }
}
