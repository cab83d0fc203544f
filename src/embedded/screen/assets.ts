/**
 * The files of the page, as text inside the program. They are imported, so that a bundle and a
 * compiled binary hold them; this module is loaded when a browser first asks for the page.
 *
 * @module
 */

import tabulatorStyle from "tabulator-tables/dist/css/tabulator.min.css" with { type: "text" };
import tabulator from "tabulator-tables/dist/js/tabulator.min.js" with { type: "text" };
import api from "./client/api.js" with { type: "text" };
import app from "./client/app.js" with { type: "text" };
import clipboard from "./client/clipboard.js" with { type: "text" };
import commands from "./client/commands.js" with { type: "text" };
import editor from "./client/editor.js" with { type: "text" };
import grid from "./client/grid.js" with { type: "text" };
import icon from "./client/icon.svg" with { type: "text" };
import page from "./client/page.html" with { type: "text" };
import model from "./client/model.js" with { type: "text" };
import notices from "./client/notices.js" with { type: "text" };
import rules from "./client/rules.js" with { type: "text" };
import style from "./client/screen.css" with { type: "text" };
import selection from "./client/selection.js" with { type: "text" };

/** A file as it is served. */
export interface Asset {
  readonly type: string;
  readonly text: string;
}

const script = (text: string): Asset => ({ type: "text/javascript; charset=utf-8", text });
const sheet = (text: string): Asset => ({ type: "text/css; charset=utf-8", text });

/** The files by path. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ["/", { type: "text/html; charset=utf-8", text: page }],
  ["/screen/icon.svg", { type: "image/svg+xml", text: icon }],
  ["/screen/tabulator.css", sheet(tabulatorStyle)],
  ["/screen/screen.css", sheet(style)],
  ["/screen/tabulator.js", script(tabulator)],
  ["/screen/api.js", script(api)],
  ["/screen/app.js", script(app)],
  ["/screen/clipboard.js", script(clipboard)],
  ["/screen/commands.js", script(commands)],
  ["/screen/editor.js", script(editor)],
  ["/screen/grid.js", script(grid)],
  ["/screen/model.js", script(model)],
  ["/screen/notices.js", script(notices)],
  ["/screen/rules.js", script(rules)],
  ["/screen/selection.js", script(selection)],
]);
