/**
 * Cells as text, the way spreadsheets exchange them: columns parted by tabs, rows by line ends, a cell
 * that holds either of them in quotes. Pure; it runs in the tests as well.
 *
 * @module
 */

/**
 * @param {readonly (readonly string[])[]} rows
 * @returns {string}
 */
export function formatCells(rows) {
  return rows.map((row) =>
    row.map((text) => /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text).join("\t")
  ).join("\n");
}

/**
 * @param {string} text
 * @returns {string[][]} rows of the same width
 */
export function parseCells(text) {
  /** @type {string[][]} */
  const rows = [[]];
  const cells = /(?:^|(?<=[\t\n]))"((?:[^"]|"")*)"(?=\t|\r?\n|$)|([^\t\n]*)/g;
  // A line end behind the last row begins no further row.
  const body = text.replace(/\r?\n$/, "");
  for (let at = 0; at <= body.length;) {
    cells.lastIndex = at;
    const [all = "", quoted, plain = ""] = cells.exec(body) ?? [];
    const value = quoted === undefined ? plain.replace(/\r$/, "") : quoted.replaceAll('""', '"');
    rows.at(-1)?.push(value);
    at += all.length;
    const gap = /^\r?\n|^\t/.exec(body.slice(at, at + 2))?.[0];
    if (gap === undefined) break;
    if (gap !== "\t") rows.push([]);
    at += gap.length;
  }
  const width = Math.max(...rows.map((row) => row.length));
  return rows.map((row) => [...row, ...new Array(width - row.length).fill("")]);
}
