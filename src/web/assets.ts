/**
 * The files of the pages, as text inside the program. They are imported, so that a bundle and a
 * compiled binary hold them; this module is loaded when a browser first asks for one.
 *
 * @module
 */

import uplot from "uplot/dist/uPlot.iife.min.js" with { type: "text" };
import uplotStyle from "uplot/dist/uPlot.min.css" with { type: "text" };
import charts from "./client/charts.js" with { type: "text" };
import icon from "./client/icon.svg" with { type: "text" };
import style from "./client/page.css" with { type: "text" };
import script from "./client/page.js" with { type: "text" };

/** A file as it is served. */
export interface Asset {
  readonly type: string;
  readonly text: string;
}

const SCRIPT = "text/javascript; charset=utf-8";
const STYLE = "text/css; charset=utf-8";

/** The files by name. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ["uplot.js", { type: SCRIPT, text: uplot }],
  ["uplot.css", { type: STYLE, text: uplotStyle }],
  ["charts.js", { type: SCRIPT, text: charts }],
  ["page.js", { type: SCRIPT, text: script }],
  ["page.css", { type: STYLE, text: style }],
  ["icon.svg", { type: "image/svg+xml", text: icon }],
]);
