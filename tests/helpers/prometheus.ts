/**
 * A strict reader of Prometheus' text format, version 0.0.4.
 * Grammar: https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
 *
 * @module
 */

import assert from "node:assert/strict";

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const VALUE = "[+-]?(?:[0-9]+(?:\\.[0-9]+)?(?:e[+-]?[0-9]+)?|Inf)|NaN";
const HELP = new RegExp(`^# HELP (${NAME}) [^\\n]+$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);
const SAMPLE = new RegExp(`^(${NAME})(\\{${LABEL}(?:,${LABEL})*\\})? (${VALUE})$`);

/**
 * The samples by name and labels, as they stand there. Fails on a line that is none, a sample without
 * help and type, one that stands twice, one apart from its family, and on what the conventions ask
 * of names: https://prometheus.io/docs/practices/naming/
 */
export function parseMetrics(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  const families = new Set<string>();
  let help: string | undefined;
  let family: { readonly name: string; readonly type: string } | undefined;
  assert.ok(text === "" || text.endsWith("\n"), "the last line must end");
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const helped = HELP.exec(line);
    if (helped !== null) {
      help = helped[1];
      continue;
    }
    const typed = TYPE.exec(line);
    if (typed !== null) {
      const [, name = "", type = ""] = typed;
      assert.equal(name, help, "help comes before type");
      assert.ok(!families.has(name), `${name} stands in one place`);
      assert.equal(name.endsWith("_total"), type === "counter", `${name} is a ${type}`);
      families.add(name);
      family = { name, type };
      continue;
    }
    const sample = SAMPLE.exec(line);
    assert.ok(sample, `not a line of the format: ${line}`);
    const [, name = "", labels = "", value = ""] = sample;
    assert.equal(name, family?.name, `${name} has help and type`);
    assert.ok(!samples.has(name + labels), `${name}${labels} stands once`);
    samples.set(name + labels, Number(value.replace("Inf", "Infinity")));
  }
  return samples;
}
