import assert from "node:assert/strict";
import type { sheets_v4 } from "@googleapis/sheets";
import { atlas } from "../../../src/contract/atlas.ts";
import {
  colouringsOf,
  dropdownOf,
  headerNote,
  numberFormatOf,
  protectionsOf,
  viewRequest,
  viewsOf,
} from "../../../src/sheets/layout.ts";
import { must } from "../../../src/base/assert.ts";
import { atlasTab } from "./doubles.ts";

function column(title: string, header: string) {
  return must(atlasTab(title).columns.find((candidate) => candidate.header === header), header);
}

Deno.test("dropdownOf() lists every word, pending too, and refuses nothing by itself", () => {
  const rule = dropdownOf(column("Pending_Approvals", "Status"));
  const words = rule?.condition?.values?.map((value) => value.userEnteredValue);
  assert.deepEqual(words, ["pending", "approved", "rejected"]);
  assert.equal(rule?.strict, false);
  assert.equal(rule?.showCustomUi, true);
  assert.equal(dropdownOf(column("Runs", "Notes")), null);
});

Deno.test("numberFormatOf() keeps text from being read as a number or a date", () => {
  assert.deepEqual(numberFormatOf(column("Runs", "ID")), { type: "TEXT", pattern: "@" });
  assert.deepEqual(numberFormatOf(column("Runs", "Started")), {
    type: "DATE_TIME",
    pattern: "yyyy-mm-dd hh:mm",
  });
});

Deno.test("protectionsOf() covers the header and what the database writes, and nothing of humans", () => {
  const ranges = (title: string) =>
    protectionsOf(atlasTab(title), 7).map(({ description, range }) => [description, range]);
  assert.deepEqual(ranges("Pending_Approvals"), [
    ["atlas-mirror: header", {
      sheetId: 7,
      startColumnIndex: 0,
      endColumnIndex: 8,
      startRowIndex: 0,
      endRowIndex: 1,
    }],
    ["atlas-mirror: columns A:D", { sheetId: 7, startColumnIndex: 0, endColumnIndex: 4 }],
    ["atlas-mirror: columns F:F", { sheetId: 7, startColumnIndex: 5, endColumnIndex: 6 }],
    ["atlas-mirror: columns H:H", { sheetId: 7, startColumnIndex: 7, endColumnIndex: 8 }],
  ]);
});

Deno.test("protectionsOf() leaves the rows without an end, so that new rows are covered", () => {
  for (const tab of atlas.tabs) {
    for (const { description, range } of protectionsOf(tab, 7).slice(1)) {
      assert.equal(range.startRowIndex, undefined, description);
      assert.equal(range.endRowIndex, undefined, description);
    }
  }
});

Deno.test("viewsOf() makes the views a reader wants from the contract alone", () => {
  const titles = atlas.tabs.map((tab) => viewsOf(tab).map((view) => view.title));
  assert.deepEqual(titles, [
    ["Mirror: newest first", "Mirror: Status pending"],
    ["Mirror: newest first", "Mirror: Status running"],
    ["Mirror: newest first", "Mirror: Resolved false", "Mirror: Severity critical, Resolved false"],
  ]);
});

Deno.test("viewRequest() hides the other words, so that a mistyped one is still seen", () => {
  const tab = atlasTab("Errors_Hotlist");
  const view = must(viewsOf(tab).at(-1), "the last view");
  const filter = viewRequest(tab, 7, view).addFilterView?.filter;
  assert.deepEqual(filter?.sortSpecs, [{ dimensionIndex: 3, sortOrder: "DESCENDING" }]);
  assert.deepEqual(filter?.filterSpecs, [
    { columnIndex: 4, filterCriteria: { hiddenValues: ["low", "medium", "high"] } },
    { columnIndex: 5, filterCriteria: { hiddenValues: ["true"] } },
  ]);
});

Deno.test("headerNote() says who edits a column and how", () => {
  assert.match(headerNote(column("Runs", "Output")), /Written by the database/);
  assert.match(headerNote(column("Runs", "Notes")), /5,000 characters/);
  assert.match(headerNote(column("Errors_Hotlist", "Resolution")), /2,000 characters/);
  assert.match(
    headerNote(column("Pending_Approvals", "Status")),
    /pending → approved, pending → rejected/,
  );
});

Deno.test("colouringsOf() colours states and severities, and leaves kinds alone", () => {
  const words = (title: string) => colouringsOf(atlasTab(title)).map(({ word }) => word);
  assert.deepEqual(words("Pending_Approvals"), ["pending", "approved", "rejected"]);
  assert.deepEqual(words("Errors_Hotlist"), ["low", "medium", "high", "critical", "true"]);
});

Deno.test("colouringsOf() keeps text readable on its ground", () => {
  const luminance = (color: sheets_v4.Schema$Color | undefined) => {
    const [r = 0, g = 0, b = 0] = [color?.red, color?.green, color?.blue].map((part) =>
      (part ?? 0) <= 0.04045 ? (part ?? 0) / 12.92 : (((part ?? 0) + 0.055) / 1.055) ** 2.4
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const { word, format } of atlas.tabs.flatMap(colouringsOf)) {
    const ground = luminance(format.backgroundColorStyle?.rgbColor);
    const text = luminance(format.textFormat?.foregroundColorStyle?.rgbColor);
    assert.ok((ground + 0.05) / (text + 0.05) >= 4.5, word);
  }
});
