import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Check,
  checksJson,
  judge,
  PLUGIN_STATUSES,
  pluginExitCode,
  pluginOutput,
  type PluginStatus,
  worstStatus,
} from "../../../src/service/plugin_output.ts";
import { parsePluginOutput, rangeAlerts } from "../../helpers/plugin_grammar.ts";

const statuses = fc.constantFrom(...PLUGIN_STATUSES);
const numbers = fc.integer({ min: 0, max: 4_000_000_000 }).map((whole) => whole / 1_000);
const thresholds = fc.record({
  bad: fc.constantFrom("above" as const, "below" as const),
  warn: fc.option(numbers),
  crit: fc.option(numbers),
});
const checks: fc.Arbitrary<Check> = fc.record({
  name: fc.string({ minLength: 1, unit: "binary" }).filter((text) => /\w/.test(text)),
  tab: fc.option(fc.string({ unit: "binary" })),
  status: statuses,
  message: fc.string({ unit: "binary" }),
  figure: fc.option(
    fc.record({
      value: numbers,
      unit: fc.constantFrom("s" as const, "%" as const, "B" as const, "" as const),
      threshold: thresholds,
    }),
  ),
});

Deno.test("pluginOutput() follows the grammar of the Monitoring Plugins whatever the texts are", () => {
  fc.assert(fc.property(fc.array(checks, { minLength: 1, maxLength: 8 }), (all) => {
    const parsed = parsePluginOutput(pluginOutput(all));
    assert.equal(parsed.service, "ATLAS-MIRROR");
    assert.equal(parsed.status, worstStatus(all.map(({ status }) => status)));
    const figures = all.flatMap(({ figure }) => figure === null ? [] : [figure]);
    assert.equal(parsed.perfdata.length, figures.length);
    assert.equal(parsed.longText.length, all.length);
    parsed.perfdata.forEach((read, index) => {
      assert.equal(read.value, figures[index]?.value);
      assert.equal(read.unit, figures[index]?.unit);
    });
  }));
});

Deno.test("judge() says what a monitoring system says of the printed ranges", () => {
  fc.assert(fc.property(numbers, thresholds, (value, threshold) => {
    const check: Check = {
      name: "x",
      tab: null,
      status: judge(value, threshold),
      message: "",
      figure: { value, unit: "", threshold },
    };
    const [read] = parsePluginOutput(pluginOutput([check])).perfdata;
    assert(read !== undefined);
    const expected: PluginStatus = rangeAlerts(read.crit, value)
      ? "CRITICAL"
      : rangeAlerts(read.warn, value)
      ? "WARNING"
      : "OK";
    assert.equal(check.status, expected);
  }));
});

Deno.test("worstStatus() puts what is bad above what is not known", () => {
  assert.equal(worstStatus([]), "OK");
  assert.equal(worstStatus(["OK", "UNKNOWN"]), "UNKNOWN");
  assert.equal(worstStatus(["UNKNOWN", "WARNING"]), "WARNING");
  assert.equal(worstStatus(["CRITICAL", "WARNING", "UNKNOWN", "OK"]), "CRITICAL");
});

Deno.test("pluginExitCode() gives the four codes", () => {
  assert.deepEqual(PLUGIN_STATUSES.map(pluginExitCode), [0, 1, 2, 3]);
});

Deno.test("pluginOutput() names the worst check first and counts the others", () => {
  const check = (name: string, status: PluginStatus): Check => ({
    name,
    tab: null,
    status,
    message: `about ${name}`,
    figure: null,
  });
  const [first] = pluginOutput([check("a", "WARNING"), check("b", "OK"), check("c", "CRITICAL")])
    .split("\n");
  assert.equal(first, "ATLAS-MIRROR CRITICAL: c: about c (and 1 more)");
});

Deno.test("checksJson() has the documented keys", () => {
  const json = checksJson([{
    name: "last-sync",
    tab: "Runs",
    status: "OK",
    message: "12 s ago",
    figure: { value: 12.3, unit: "s", threshold: { bad: "above", warn: 3_900, crit: 7_200 } },
  }]);
  assert.deepEqual(json, {
    status: "OK",
    checks: [{
      name: "last-sync",
      tab: "Runs",
      status: "OK",
      message: "12 s ago",
      value: 12.3,
      unit: "s",
      warn: 3_900,
      crit: 7_200,
    }],
  });
});
