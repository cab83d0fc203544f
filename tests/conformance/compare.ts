/**
 * Two answers side by side: the recorded one and ours. Ids that Google rolls anew for every spreadsheet
 * are mapped, lists that Google keeps in no order are compared without one, everything else must be the
 * same to the last key.
 *
 * @module
 */

/** Ids that differ from run to run. */
const ROLLED_IDS = new Set(["sheetId", "namedRangeId", "protectedRangeId", "filterViewId"]);

/** Lists in which the order says nothing. */
const UNORDERED = new Set([
  "namedRanges",
  "protectedRanges",
  "filterViews",
  "developerMetadata",
  "matchedDeveloperMetadata",
  "users",
  "groups",
]);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as text by which items of a list without order are paired: rolled ids say nothing. */
function identity(value: unknown): string {
  return JSON.stringify(value, (key, item: unknown) => {
    if (ROLLED_IDS.has(key)) return undefined;
    return isObject(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => a < b ? -1 : 1))
      : item;
  }) ?? "";
}

function sorted(list: readonly unknown[]): readonly unknown[] {
  return list.map((item) => ({ item, text: identity(item) }))
    .sort((a, b) => a.text < b.text ? -1 : a.text > b.text ? 1 : 0)
    .map(({ item }) => item);
}

/** The two lists item by item, in the order in which they are to be compared. */
function pairs(key: string, recorded: readonly unknown[], ours: readonly unknown[]) {
  const [left, right] = UNORDERED.has(key) ? [sorted(recorded), sorted(ours)] : [recorded, ours];
  return left.map((item, index) => [item, right[index]] as const);
}

/** Which of our ids stands for which recorded one. */
export class IdMap {
  readonly #ours = new Map<string, unknown>();
  readonly #spreadsheetId: string;

  constructor(spreadsheetId: string) {
    this.#spreadsheetId = spreadsheetId;
  }

  /** Learns from two answers of the same shape. */
  learn(recorded: unknown, ours: unknown, key = ""): void {
    if (Array.isArray(recorded) && Array.isArray(ours)) {
      for (const [left, right] of pairs(key, recorded, ours)) this.learn(left, right);
    } else if (isObject(recorded) && isObject(ours)) {
      for (const [name, value] of Object.entries(recorded)) {
        if (ROLLED_IDS.has(name)) this.#ours.set(`${name} ${value}`, ours[name]);
        else this.learn(value, ours[name], name);
      }
    }
  }

  /** A recorded value with our ids in the place of the recorded ones. */
  translate(value: unknown): unknown {
    if (typeof value === "string") return value.replaceAll("{SSID}", this.#spreadsheetId);
    if (Array.isArray(value)) return value.map((item) => this.translate(item));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        ROLLED_IDS.has(key) ? this.#ours.get(`${key} ${item}`) ?? item : this.translate(item),
      ]),
    );
  }
}

/** Every place in which the two differ; empty: they are the same. */
export function differences(recorded: unknown, ours: unknown): readonly string[] {
  const found: string[] = [];
  compare(recorded, ours, "", "", found);
  return found;
}

function compare(
  recorded: unknown,
  ours: unknown,
  key: string,
  place: string,
  found: string[],
): void {
  if (Array.isArray(recorded) && Array.isArray(ours)) {
    if (recorded.length !== ours.length) {
      found.push(`${place}: ${ours.length} items where Google has ${recorded.length}`);
    }
    pairs(key, recorded, ours).slice(0, ours.length).forEach(([left, right], index) =>
      compare(left, right, "", `${place}[${index}]`, found)
    );
  } else if (isObject(recorded) && isObject(ours)) {
    for (const name of new Set([...Object.keys(recorded), ...Object.keys(ours)])) {
      const below = place === "" ? name : `${place}.${name}`;
      if (!Object.hasOwn(ours, name)) found.push(`${below}: missing`);
      else if (!Object.hasOwn(recorded, name)) found.push(`${below}: unknown to Google`);
      else compare(recorded[name], ours[name], name, below, found);
    }
  } else if (!Object.is(recorded, ours)) {
    const at = place === "" ? "the answer" : place;
    found.push(`${at}: ${JSON.stringify(ours)} where Google has ${JSON.stringify(recorded)}`);
  }
}
