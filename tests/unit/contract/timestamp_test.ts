import assert from "node:assert/strict";
import fc from "fast-check";
import { AtlasError } from "../../../src/base/errors.ts";
import { sameCell } from "../../../src/contract/cell.ts";
import { parseTimestamp, serialFromTime, timeFromSerial } from "../../../src/contract/timestamp.ts";

const DAY_MS = 86_400_000;

Deno.test("parseTimestamp() reads every accepted form", () => {
  const cases: [string, string][] = [
    ["2024-01-15 14:30", "2024-01-15T14:30:00.000Z"],
    ["2024-01-15T14:30", "2024-01-15T14:30:00.000Z"],
    ["2024-01-15T14:30Z", "2024-01-15T14:30:00.000Z"],
    ["2024-01-15T14:30:05", "2024-01-15T14:30:05.000Z"],
    ["2024-01-15T14:30:05.1Z", "2024-01-15T14:30:05.100Z"],
    ["2024-01-15T14:30:05.123456789Z", "2024-01-15T14:30:05.123Z"],
    ["2024-01-15T14:30:05+02:00", "2024-01-15T12:30:05.000Z"],
    ["2024-01-15T14:30-03:30", "2024-01-15T18:00:00.000Z"],
    ["2024-01-15T00:00-00:00", "2024-01-15T00:00:00.000Z"],
    ["2024-02-29 23:59:59.999", "2024-02-29T23:59:59.999Z"],
    ["1900-01-01 00:00", "1900-01-01T00:00:00.000Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ];
  for (const [text, iso] of cases) assert.equal(parseTimestamp(text), Date.parse(iso), text);
});

Deno.test("parseTimestamp() refuses everything else", () => {
  const texts = [
    "",
    "now",
    "1705329000",
    "2024-01-15",
    "14:30",
    "2024-01-15 14",
    "2024-1-15 14:30",
    "24-01-15 14:30",
    "2024-01-15  14:30",
    "2024-01-15t14:30z",
    "2024-01-15T14:30:05.Z",
    "2024-01-15T14:30:05,5Z",
    "2024-01-15T14:30+0200",
    "2024-01-15T14:30+02",
    "2024-01-15T14:30 Z",
    "2024-01-15T14:30Z\n",
    " 2024-01-15T14:30Z",
    "+2024-01-15T14:30Z",
    "١٢٣٤-01-15 14:30",
    "2023-02-29 00:00",
    "2024-02-30 00:00",
    "2024-04-31 00:00",
    "2024-00-10 00:00",
    "2024-13-10 00:00",
    "2024-01-00 00:00",
    "2024-01-32 00:00",
    "2024-01-15 24:00",
    "2024-01-15 14:60",
    "2024-01-15 14:30:60",
    "2024-01-15 14:30+24:00",
    "2024-01-15 14:30+02:60",
    "0099-01-15 14:30",
    "1899-12-31 23:59",
    "1900-01-01 00:00+01:00",
    "9999-12-31 23:59-01:00",
    "2024-01-15T14:30:00+00:00[Europe/Berlin]",
  ];
  for (const text of texts) assert.equal(parseTimestamp(text), null, text);
});

Deno.test("parseTimestamp() reads back every time the mirror writes", () => {
  fc.assert(fc.property(anyTime(), (ms) => {
    assert.equal(parseTimestamp(new Date(ms).toISOString()), ms);
  }));
});

Deno.test("parseTimestamp() accepts exactly the days of the calendar", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1900, max: 9999 }),
    fc.integer({ min: 0, max: 19 }),
    fc.integer({ min: 0, max: 39 }),
    (year, month, day) => {
      const pad = (n: number) => String(n).padStart(2, "0");
      const isReal = month >= 1 && month <= 12 && day >= 1 &&
        day <= Temporal.PlainYearMonth.from({ year, month }).daysInMonth;
      assert.equal(parseTimestamp(`${year}-${pad(month)}-${pad(day)} 00:00`) !== null, isReal);
    },
  ));
});

Deno.test("serialFromTime() counts days of local time since 1899-12-30", () => {
  const cases: [string, string, number][] = [
    ["2020-01-01T00:00Z", "Etc/GMT", 43_831],
    ["2020-01-01T00:00Z", "GMT", 43_831],
    ["2020-01-01T00:00Z", "UTC", 43_831],
    ["2020-01-01T12:00Z", "GMT-07:00", 43_831 + 5 / 24],
    ["2020-01-01T12:00Z", "GMT+05:30", 43_831.5 + 5.5 / 24],
    ["2019-12-31T23:00Z", "Europe/Berlin", 43_831],
    ["2020-07-01T00:00Z", "Asia/Kolkata", 44_013 + 5.5 / 24],
    ["1970-01-01T00:00Z", "GMT", 25_569],
    ["1900-01-01T00:00Z", "GMT", 2],
  ];
  for (const [text, zone, serial] of cases) {
    const actual = serialFromTime(Date.parse(text), zone);
    assert.ok(sameCell(actual, serial), `${text} ${zone}: ${actual}`);
  }
});

const ZONES = [
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe", // Half an hour of daylight saving.
  "Etc/GMT",
  "America/Sao_Paulo", // Gave daylight saving up; its changes were at midnight.
  "Pacific/Apia", // Left out 2011-12-30.
  "Africa/Monrovia", // Offsets of seconds until 1972.
  "Asia/Tehran",
  "Pacific/Chatham",
] as const;

function anyTime(): fc.Arbitrary<number> {
  return fc.integer({ min: Date.UTC(1900, 0, 2), max: Date.UTC(9999, 11, 30) });
}

/** Moments around a change of the zone's clocks, where mistakes live. */
function nearTransition(): fc.Arbitrary<{ zone: string; ms: number }> {
  return fc.record({
    zone: fc.constantFrom(...ZONES),
    from: fc.integer({ min: Date.UTC(1900, 0, 2), max: Date.UTC(2100, 0, 1) }),
    shift: fc.integer({ min: -26 * 60, max: 26 * 60 }),
  }).map(({ zone, from, shift }) => {
    const next = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone)
      .getTimeZoneTransition("next");
    return { zone, ms: (next?.epochMilliseconds ?? from) + shift * 60_000 };
  });
}

Deno.test("serialFromTime() agrees with Temporal in every zone", () => {
  const anywhere = fc.record({ zone: fc.constantFrom(...ZONES), ms: anyTime() });
  fc.assert(
    fc.property(fc.oneof(anywhere, nearTransition()), ({ zone, ms }) => {
      const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone)
        .toPlainDateTime().toZonedDateTime("UTC").epochMilliseconds;
      assert.equal(serialFromTime(ms, zone), local / DAY_MS + 25_569);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("timeFromSerial() agrees with Temporal in every zone, skipped and doubled hours included", () => {
  fc.assert(
    fc.property(nearTransition(), ({ zone, ms: local }) => {
      const wall = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO("UTC")
        .toPlainDateTime();
      assert.equal(
        timeFromSerial(local / DAY_MS + 25_569, zone),
        wall.toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds,
      );
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("timeFromSerial() takes a doubled hour for its first pass and a skipped one for later", () => {
  const serial = (wall: string) => Date.parse(`${wall}Z`) / DAY_MS + 25_569;
  const iso = (wall: string, zone: string) =>
    new Date(timeFromSerial(serial(wall), zone)).toISOString();
  assert.equal(iso("2026-10-25T02:30", "Europe/Berlin"), "2026-10-25T00:30:00.000Z");
  assert.equal(iso("2026-03-29T02:30", "Europe/Berlin"), "2026-03-29T01:30:00.000Z");
  assert.equal(iso("2018-11-04T00:00", "America/Sao_Paulo"), "2018-11-04T03:00:00.000Z");
});

Deno.test("timeFromSerial() takes back what serialFromTime() gave, but for doubled hours", () => {
  fc.assert(fc.property(fc.constantFrom(...ZONES), anyTime(), (zone, ms) => {
    const back = timeFromSerial(serialFromTime(ms, zone), zone);
    if (back === ms) return;
    // The same reading of the clock, an hour or less before.
    assert.ok(back < ms);
    assert.equal(serialFromTime(back, zone), serialFromTime(ms, zone));
  }));
});

Deno.test("serialFromTime() refuses a zone that does not exist", () => {
  for (const zone of ["Mars/Olympus", "", "GMT+5", "Europe/Berlin ", "__proto__"]) {
    assert.throws(
      () => serialFromTime(0, zone),
      (error) => error instanceof AtlasError && error.kind === "configuration",
      zone,
    );
  }
});
