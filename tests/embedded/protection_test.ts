/** Who may change what: owner, editor and service account before protected ranges. @module */

import assert from "node:assert/strict";
import {
  anchorOn,
  batch,
  cells,
  googleClient,
  messageOf,
  open,
  refusal,
  rows,
  send,
  values,
  write,
} from "./client.ts";

const SERVICE = "atlas-mirror@embedded.iam.gserviceaccount.com";
const PROTECTED = "You are trying to edit a protected cell or object. Please contact the " +
  "spreadsheet owner to remove protection if you need to edit.";

/** Sheet1 with columns A and B protected by the service account, column C free. */
async function withProtection() {
  const sheets = await open();
  await write(sheets.url, "A1", [["ID", "Item", "Notes"], ["b", "two", ""], ["a", "one", ""]]);
  await batch(sheets.url, "service-account", {
    addProtectedRange: {
      protectedRange: {
        range: { sheetId: 0, startColumnIndex: 0, endColumnIndex: 2 },
        editors: { users: [SERVICE] },
      },
    },
  });
  return sheets;
}

const SORT = {
  sortRange: {
    range: cells(1, 1000, 0, 26),
    sortSpecs: [{ dimensionIndex: 0, sortOrder: "ASCENDING" }],
  },
};

Deno.test("an editor may write where nothing is protected, and nowhere else", async () => {
  await using sheets = await withProtection();
  const put = (range: string) =>
    send(sheets.url, "editor", "PUT", `/values/${range}?valueInputOption=RAW`, { values: [["x"]] });
  assert.equal((await put("C2")).status, 200);
  const answer = await put("B2");
  assert.equal(answer.status, 400);
  assert.equal(messageOf(answer), PROTECTED);
  assert.deepEqual(await values(sheets.url, "A2:C2"), [["b", "two", "x"]]);
});

Deno.test("an editor's null over a protected cell is no write", async () => {
  await using sheets = await withProtection();
  const answer = await send(sheets.url, "editor", "PUT", "/values/A2?valueInputOption=RAW", {
    values: [[null, null, "mine"]],
  });
  assert.equal(answer.status, 200);
});

Deno.test("an editor cannot sort, delete, move, cut or clear protected rows", async () => {
  await using sheets = await withProtection();
  const forbidden = {
    sortRange: SORT.sortRange,
    deleteDimension: { range: rows(1, 2) },
    moveDimension: { source: rows(1, 2), destinationIndex: 3 },
    cutPaste: {
      source: cells(1, 2, 0, 26),
      destination: { sheetId: 0, rowIndex: 8, columnIndex: 0 },
    },
    repeatCell: { range: cells(1, 2, 0, 1), cell: { note: "n" }, fields: "note" },
    setDataValidation: { range: cells(1, 2, 0, 1) },
    mergeCells: { range: cells(1, 2, 0, 2) },
  };
  for (const [kind, request] of Object.entries(forbidden)) {
    assert.equal(
      await refusal(sheets.url, "editor", { [kind]: request }),
      `Invalid requests[0].${kind}: ${PROTECTED}`,
    );
  }
  const cleared = await send(sheets.url, "editor", "POST", "/values/A1:C3:clear", {});
  assert.equal(messageOf(cleared), PROTECTED);
  assert.deepEqual(await values(sheets.url, "A2:A3"), [["b"], ["a"]]);
});

Deno.test("an editor cannot put a row in between protected rows", async () => {
  await using sheets = await withProtection();
  const insert = { insertDimension: { range: rows(2, 3) } };
  assert.match(await refusal(sheets.url, "editor", insert), /protected cell/);
  await batch(sheets.url, "owner", insert);
});

Deno.test("the owner is stopped by nothing", async () => {
  await using sheets = await withProtection();
  await batch(sheets.url, "owner", SORT, { deleteDimension: { range: rows(1, 2) } });
  await write(sheets.url, "A2", [["changed"]]);
  assert.deepEqual(await values(sheets.url, "A2:B2"), [["changed", "two"]]);
});

Deno.test("the service account may edit where its address stands among the editors", async () => {
  await using sheets = await withProtection();
  await batch(sheets.url, "service-account", SORT);
  await batch(sheets.url, "owner", {
    addProtectedRange: {
      protectedRange: { range: cells(0, 1, 0, 26), editors: { users: ["owner@example.com"] } },
    },
  });
  const answer = await send(
    sheets.url,
    "service-account",
    "PUT",
    "/values/A1?valueInputOption=RAW",
    {
      values: [["x"]],
    },
  );
  assert.equal(messageOf(answer), PROTECTED);
});

Deno.test("a warning stops nobody", async () => {
  await using sheets = await open();
  await batch(sheets.url, "owner", {
    addProtectedRange: { protectedRange: { range: cells(0, 9, 0, 9), warningOnly: true } },
  });
  const answer = await send(sheets.url, "editor", "PUT", "/values/A1?valueInputOption=RAW", {
    values: [["x"]],
  });
  assert.equal(answer.status, 200);
});

Deno.test("a protected sheet leaves its unprotected ranges free", async () => {
  await using sheets = await open();
  await batch(sheets.url, "owner", {
    addProtectedRange: {
      protectedRange: {
        range: { sheetId: 0 },
        unprotectedRanges: [{ sheetId: 0, startColumnIndex: 2, endColumnIndex: 4 }],
      },
    },
  });
  const put = (range: string, row: unknown[]) =>
    send(sheets.url, "editor", "PUT", `/values/${range}?valueInputOption=RAW`, { values: [row] });
  assert.equal((await put("C5", ["x", "y"])).status, 200);
  assert.equal((await put("D5", ["x", "y"])).status, 400);
  const rename = {
    updateSheetProperties: { properties: { sheetId: 0, title: "Mine" }, fields: "title" },
  };
  assert.match(await refusal(sheets.url, "editor", rename), /protected cell/);
  assert.match(
    await refusal(sheets.url, "editor", { deleteDimension: { range: rows(4, 5) } }),
    /protected cell/,
  );
});

Deno.test("protection moves with its rows", async () => {
  await using sheets = await open();
  await batch(sheets.url, "owner", {
    addProtectedRange: { protectedRange: { range: cells(2, 4, 0, 2) } },
  });
  const range = async () => {
    const { data } = await googleClient(sheets.url, "owner").spreadsheets.get({
      spreadsheetId: "embedded",
      fields: "sheets.protectedRanges.range",
    });
    const found = data.sheets?.[0]?.protectedRanges?.[0]?.range;
    return [found?.startRowIndex, found?.endRowIndex];
  };
  await batch(sheets.url, "owner", { insertDimension: { range: rows(2, 3) } });
  assert.deepEqual(await range(), [3, 5], "put in at its first row: pushed on");
  await batch(sheets.url, "owner", { insertDimension: { range: rows(4, 6) } });
  assert.deepEqual(await range(), [3, 7], "put in inside: longer");
  await batch(sheets.url, "owner", { deleteDimension: { range: rows(0, 4) } });
  assert.deepEqual(await range(), [0, 3], "taken out above and inside: up and shorter");
  await batch(sheets.url, "owner", { deleteDimension: { range: rows(0, 3) } });
  assert.deepEqual(await range(), [undefined, undefined], "taken out altogether: gone");
});

Deno.test("only those who may edit see the editors and may change the protection", async () => {
  await using sheets = await withProtection();
  const protectedRanges = async (identity: "owner" | "editor" | "service-account") => {
    const { data } = await googleClient(sheets.url, identity).spreadsheets.get({
      spreadsheetId: "embedded",
      fields: "sheets.protectedRanges",
    });
    return data.sheets?.[0]?.protectedRanges?.[0];
  };
  const seen = await protectedRanges("service-account");
  assert.deepEqual(seen?.editors, { users: [SERVICE] });
  assert.equal(seen?.requestingUserCanEdit, true);
  const hidden = await protectedRanges("editor");
  assert.equal(hidden?.editors, undefined);
  assert.equal(hidden?.requestingUserCanEdit, undefined);
  const protectedRangeId = Number(seen?.protectedRangeId);
  const remove = { deleteProtectedRange: { protectedRangeId } };
  assert.match(await refusal(sheets.url, "editor", remove), /protected cell/);
  await batch(sheets.url, "service-account", remove);
});

Deno.test("metadata may be hung on a protected row by an editor, for it is no cell", async () => {
  await using sheets = await withProtection();
  await batch(sheets.url, "editor", anchorOn(1, 5));
});
