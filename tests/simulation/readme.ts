/** Writes what was found into the README, between two marks. @module */

/** Puts a text between `<!-- NAME:begin -->` and `<!-- NAME:end -->` of the README. */
export async function writeIntoReadme(name: string, text: string): Promise<void> {
  const readme = await Deno.readTextFile("README.md");
  const place = new RegExp(`(<!-- ${name}:begin -->\n)[\\s\\S]*?(<!-- ${name}:end -->)`);
  if (!place.test(readme)) throw new Error(`The README has no place for ${name}`);
  await Deno.writeTextFile(
    "README.md",
    readme.replace(place, (_all, begin, end) => `${begin}\n${text}\n\n${end}`),
  );
}
