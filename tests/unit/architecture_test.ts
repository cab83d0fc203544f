/** The house rules that a reader relies on, held by looking at the sources. @module */

import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const SRC = fileURLToPath(new URL("../../src", import.meta.url));

/** What each folder may import from besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  contract: ["base"],
  text: ["base", "contract"],
  store: ["base", "contract"],
  sheets: ["base", "contract"],
  mirror: ["base", "contract", "text", "store", "sheets"],
  // A mistake about the API must not hide on both sides, so it knows nothing of the adapter.
  embedded: ["base", "contract", "store"],
  service: ["base", "contract", "text", "store", "sheets", "mirror"],
  web: ["base", "contract", "text", "store", "mirror", "service"],
  cli: ["base", "contract", "text", "store", "sheets", "mirror", "embedded", "service", "web"],
};

/** Which folders know which vendor. */
const VENDORS: readonly { readonly vendor: RegExp; readonly folders: readonly string[] }[] = [
  { vendor: /^node:sqlite$/, folders: ["store", "embedded"] },
  { vendor: /^@googleapis\/|^google-auth-library$/, folders: ["sheets"] },
  { vendor: /^@secretlint\//, folders: ["text"] },
];

interface Source {
  /** As `mirror/plan.ts`. */
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly imports: readonly string[];
}

async function readSources(): Promise<Source[]> {
  const sources: Source[] = [];
  const walk = async (folder: string): Promise<void> => {
    for await (const entry of Deno.readDir(folder)) {
      const file = join(folder, entry.name);
      if (entry.isDirectory) await walk(file);
      else if (/\.tsx?$/.test(entry.name)) {
        const text = await Deno.readTextFile(file);
        // Examples in comments may import what they like.
        const code = text.replaceAll(/^ *\/\*\*[\s\S]*?\*\//gm, "");
        const imports = [...code.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)]
          .map(([, specifier = ""]) => specifier);
        const path = relative(SRC, file);
        sources.push({ path, folder: path.split("/")[0] ?? "", text: code, imports });
      }
    }
  };
  await walk(SRC);
  return sources;
}

const sources = await readSources();

Deno.test("the sources import downward only", () => {
  const upward = sources.flatMap(({ path, folder, imports }) =>
    imports.filter((specifier) => /^\..*\.tsx?$/.test(specifier)).flatMap((specifier) => {
      const target = relative(SRC, join(SRC, dirname(path), specifier)).split("/")[0] ?? "";
      const allowed = target === folder || MAY_IMPORT[folder]?.includes(target);
      return allowed ? [] : [`${path} imports ${specifier}`];
    })
  );
  assert.deepEqual(upward, []);
});

Deno.test("the sources know a vendor only at the edge that is there for it", () => {
  const leaks = sources.flatMap(({ path, folder, imports }) =>
    imports.flatMap((specifier) =>
      VENDORS.some(({ vendor, folders }) => vendor.test(specifier) && !folders.includes(folder))
        ? [`${path} imports ${specifier}`]
        : []
    )
  );
  assert.deepEqual(leaks, []);
});

Deno.test("the sources take time, chance, arguments and environment from outside", () => {
  const direct = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/Date\.now\(|Math\.random\(|Deno\.(?:args|env|exit)\b|new Date\(\)/g)]
      .map(([call]) => `${path} calls ${call}`)
  );
  assert.deepEqual(direct, [
    "base/clock.ts calls Date.now(",
    "base/random.ts calls Math.random(",
  ]);
});

Deno.test("the heart does not depend on the runtime", () => {
  const heart = ["contract", "text", "sheets", "mirror"];
  const uses = sources.filter(({ folder, text }) =>
    heart.includes(folder) && /\bDeno\./.test(text)
  );
  assert.deepEqual(uses.map(({ path }) => path), []);
});

Deno.test("the sources silence no type error and no rule for a whole file", () => {
  const silenced = sources.flatMap(({ path, text }) =>
    [...text.matchAll(
      /\bas any\b|: any\b|as unknown as|@ts-ignore|@ts-expect-error|deno-lint-ignore-file/g,
    )]
      .map(([mark]) => `${path}: ${mark}`)
  );
  assert.deepEqual(silenced, []);
});

Deno.test("every source file begins by saying what it is about", () => {
  const mute = [];
  for (const { path } of sources) {
    const text = Deno.readTextFileSync(join(SRC, path));
    if (!text.startsWith("/**") || !/@module/.test(text.slice(0, 2_000))) mute.push(path);
  }
  assert.deepEqual(mute, []);
});
