import assert from "node:assert/strict";
import { createMark, updateMark } from "../../../src/sheets/anchors.ts";

Deno.test("createMark() leaves a mark that updateMark() meets again, and no other", () => {
  const mark = { uuid: "u-1", epoch: 4 };
  const created = createMark(mark);
  const updated = updateMark(mark);
  const id = created.createDeveloperMetadata?.developerMetadata?.metadataId;
  const filter = updated.updateDeveloperMetadata?.dataFilters?.[0];
  assert.equal(filter?.developerMetadataLookup?.metadataId, id);
  assert.equal(created.createDeveloperMetadata?.developerMetadata?.visibility, "DOCUMENT");
  assert.equal(
    updated.updateDeveloperMetadata?.developerMetadata?.metadataValue,
    '{"uuid":"u-1","epoch":4}',
  );
});
