/** The page: puts the parts together and passes on what people and the feed do. @module */

/** @import { FeedMessage } from "../protocol.ts" */
/** @import { Change, Identity, Place } from "./types.d.ts" */
/** @import { Then } from "./editor.js" */
import { Api, Refusal } from "./api.js";
import { Commands } from "./commands.js";
import { Editor } from "./editor.js";
import { Grid } from "./grid.js";
import { Model } from "./model.js";
import { byId, Notices } from "./notices.js";
import { columnLetters, shownRows } from "./rules.js";
import { Selection } from "./selection.js";

/** @type {Readonly<Record<Identity, string>>} */
const NAMES = {
  "owner": "The owner",
  "editor": "An editor",
  "service-account": "The service account",
};

/**
 * @param {string | null} word
 * @returns {Identity}
 */
function identityOf(word) {
  return word === "editor" || word === "service-account" ? word : "owner";
}

/**
 * @param {number} count
 * @param {string} noun
 */
function counted(count, noun) {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
function part(id, type) {
  const element = byId(id);
  if (!(element instanceof type)) throw new Error(`The page's element "${id}" is another one`);
  return element;
}

class Page {
  #address = new URL(location.href);
  #model = new Model();
  #selection = new Selection();
  #notices = new Notices();
  #grid = new Grid(byId("grid"), this.#model, this.#selection);
  #api = new Api(identityOf(this.#address.searchParams.get("as")), this.#model);
  #commands = new Commands(this.#api, this.#model, this.#selection);
  #editor = new Editor(
    part("main", HTMLElement),
    (place) => this.#grid.element(place),
    (place, text, then) => this.#finishEdit(place, text, then),
  );
  #content = part("content", HTMLTextAreaElement);
  #view = part("view", HTMLSelectElement);
  #find = part("find", HTMLInputElement);
  /** @type {EventSource | null} */
  #feed = null;
  /** What is drawn, one after the other. */
  #drawing = Promise.resolve();

  start() {
    this.#connect();
    this.#listenToGrid();
    this.#listenToKeys();
    this.#listenToClipboard();
    this.#listenToBars();
  }

  // The feed

  #connect() {
    this.#feed?.close();
    const query = new URLSearchParams({ as: this.#api.identity });
    for (const name of ["spreadsheet", "gid"]) {
      const value = this.#address.searchParams.get(name);
      if (value !== null) query.set(name, value);
    }
    const feed = new EventSource(`/screen/feed?${query}`);
    this.#feed = feed;
    feed.addEventListener("open", () => {
      // Every connection begins by telling everything.
      this.#model.clear();
      this.#showConnection("live");
    });
    feed.addEventListener("error", () => this.#showConnection("reconnecting"));
    feed.addEventListener("message", ({ data }) => this.#receive(JSON.parse(data)));
    feed.addEventListener("present", ({ data }) => this.#showPresent(Number(data)));
  }

  /** @param {FeedMessage} message */
  #receive(message) {
    const change = this.#model.apply(message);
    this.#showPresent(message.present);
    if (change.frame) this.#drawFrame();
    // A view may hide or move a row for what it holds now.
    const isWhole = change.frame || change.order || (change.rows.length > 0 && this.#isFiltered());
    this.#drawing = this.#drawing.then(() => isWhole ? this.#draw() : this.#redraw(change))
      .then(() => this.#tell(message, change));
  }

  /** Whether rows are left out or stand in another order than in the sheet. */
  #isFiltered() {
    return this.#view.value !== "" || this.#find.value !== "" ||
      this.#model.frame?.filter != null;
  }

  async #draw() {
    const { frame, rows } = this.#model;
    if (frame === null) return;
    const view = this.#view.value === "" ? null : frame.views[Number(this.#view.value)] ?? null;
    const wanted = this.#find.value.trim().toLowerCase();
    const shown = shownRows(rows, frame, view).filter((row) =>
      wanted === "" || row.cells.some((cell) => cell?.text.toLowerCase().includes(wanted))
    );
    const header = frame.frozenRows > 0 ? rows.slice(0, 1) : [];
    this.#selection.show([...header, ...shown], frame.widths.length, header.length);
    await this.#grid.draw(shown);
    const filled =
      shown.filter(({ cells }) => cells.some((cell) => cell !== null && cell.text !== "")).length;
    byId("count").textContent = counted(filled, "row");
    this.#editor.follow();
    this.#showSelection();
  }

  /** @param {Change} change */
  async #redraw(change) {
    if (change.rows.length === 0) return;
    await this.#grid.redraw(change.rows);
    this.#editor.follow();
    this.#showSelection();
  }

  /**
   * @param {FeedMessage} message
   * @param {Change} change
   */
  #tell({ by }, { cells, added, removed, order }) {
    document.documentElement.dataset["revision"] = String(this.#model.revision);
    if (by === null || by === this.#api.identity) return;
    this.#grid.flash(cells);
    const deeds = [
      added > 0 ? `added ${counted(added, "row")}` : "",
      removed > 0 ? `removed ${counted(removed, "row")}` : "",
      cells.length > 0 && added === 0 ? `changed ${counted(cells.length, "cell")}` : "",
      order && added + removed + cells.length === 0 ? "moved rows" : "",
    ].filter((deed) => deed !== "");
    if (deeds.length > 0) this.#notices.tell(`${NAMES[by]} ${deeds.join(", ")}`);
  }

  // What stands around the grid

  #drawFrame() {
    const { frame } = this.#model;
    if (frame === null) return;
    const current = frame.tabs.find(({ sheetId }) => sheetId === frame.sheetId);
    document.title = `${current?.title ?? ""} – ${frame.title}`;
    byId("title").textContent = frame.title;
    byId("tabs").replaceChildren(...frame.tabs.map(({ sheetId, title }) => {
      const tab = document.createElement("button");
      const isCurrent = sheetId === frame.sheetId;
      tab.type = "button";
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-selected", String(isCurrent));
      tab.tabIndex = isCurrent ? 0 : -1;
      tab.textContent = title;
      tab.dataset["gid"] = String(sheetId);
      return tab;
    }));
    const chosen = this.#view.value;
    this.#view.replaceChildren(
      new Option("all rows", ""),
      ...frame.views.map(({ title }, index) => new Option(title, String(index))),
    );
    this.#view.value = chosen;
    if (this.#view.selectedIndex < 0) this.#view.value = "";
  }

  /** @param {"live" | "reconnecting"} state */
  #showConnection(state) {
    byId("connection").textContent = state;
    byId("connection").dataset["state"] = state;
  }

  /** @param {number} count */
  #showPresent(count) {
    byId("present").textContent = count > 1 ? `${count} screens are open` : "";
  }

  #showSelection() {
    const { head, box, rows } = this.#selection;
    const [first] = rows;
    const last = rows.at(-1);
    if (first === undefined || last === undefined) return;
    const from = `${columnLetters(box.left)}${first.index + 1}`;
    const to = `${columnLetters(box.right - 1)}${last.index + 1}`;
    byId("address").textContent = from === to ? from : `${from}:${to}`;
    const cell = this.#model.cell(head);
    if (document.activeElement !== this.#content) {
      this.#content.value = cell?.formula ?? cell?.text ?? "";
    }
    const element = this.#grid.element(head);
    const isHere = this.#grid.hasFocus && !this.#editor.isOpen;
    if (cell?.note !== undefined && element !== null && isHere) {
      this.#notices.showNote(cell.note, element);
    } else this.#notices.hideNote();
  }

  async #afterMove() {
    this.#notices.forgive();
    this.#grid.paint();
    await this.#grid.reveal();
    this.#showSelection();
  }

  // Editing

  /** @param {string | null} typed the letter that began it; null: the cell is edited as it stands */
  #edit(typed) {
    const { head } = this.#selection;
    const cell = this.#model.cell(head);
    const before = cell?.formula ?? cell?.text ?? "";
    const { options = null } = this.#model.look(cell);
    this.#notices.forgive();
    this.#notices.hideNote();
    this.#editor.open(head, before, {
      text: typed ?? before,
      options: typed === null ? options : null,
      label: `Cell ${byId("address").textContent}`,
    });
  }

  /**
   * @param {Place} place
   * @param {string | null} text
   * @param {Then} then
   */
  async #finishEdit(place, text, then) {
    const [rows = 0, columns = 0] = {
      stay: [0, 0],
      down: [1, 0],
      up: [-1, 0],
      right: [0, 1],
      left: [0, -1],
    }[then];
    if (then !== "stay") {
      this.#selection.step(rows, columns);
      await this.#afterMove();
    }
    // Elsewhere somebody has clicked already.
    if (document.activeElement === document.body) this.#grid.focus();
    if (text !== null) {
      await this.#attempt(() => this.#commands.type(place, text), place);
    }
    this.#showSelection();
  }

  /**
   * Does something that the server may refuse, and then says why.
   *
   * @param {() => Promise<void>} deed
   * @param {Place} place what the reason is shown beside
   */
  async #attempt(deed, place = this.#selection.head) {
    this.#notices.forgive();
    try {
      await deed();
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      this.#selection.select(place);
      this.#grid.paint();
      this.#showSelection();
      this.#showContent();
      this.#notices.refuse(thrown.message, this.#grid.element(place));
    }
  }

  /** Shows again what the cell holds, after an edit that was refused. */
  #showContent() {
    const cell = this.#model.cell(this.#selection.head);
    this.#content.value = cell?.formula ?? cell?.text ?? "";
  }

  // What people do

  #listenToGrid() {
    const { host } = this.#grid;
    let isDragging = false;
    host.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !(event.target instanceof Element)) return;
      if (event.target.closest(".tabulator-col-resize-handle") !== null) return;
      const row = event.target.closest(".number[data-row]");
      const found = this.#grid.placeOf(event.target);
      if (row instanceof HTMLElement) {
        this.#selection.selectRow(Number(row.dataset["row"]), event.shiftKey);
      } else if (found !== null) {
        this.#selection.select(found.place, event.shiftKey);
        isDragging = true;
      } else return;
      this.#editor.close();
      this.#grid.focus();
      event.preventDefault();
      this.#grid.paint();
      this.#notices.forgive();
      this.#showSelection();
    });
    host.addEventListener("pointerover", (event) => {
      const found = this.#grid.placeOf(event.target);
      if (isDragging && found !== null) {
        this.#selection.select(found.place, true);
        this.#grid.paint();
        this.#showSelection();
        return;
      }
      const note = found === null ? undefined : this.#model.cell(found.place)?.note;
      if (found !== null && note !== undefined) this.#notices.showNote(note, found.element);
      else this.#notices.hideNote();
    });
    host.addEventListener("pointerleave", () => this.#notices.hideNote());
    addEventListener("pointerup", () => isDragging = false);
    host.addEventListener("dblclick", (event) => {
      if (this.#grid.placeOf(event.target) !== null) this.#edit(null);
    });
    host.addEventListener("focusin", () => this.#showSelection());
    host.addEventListener("focusout", () => this.#notices.hideNote());
    // A scroll event of the rows does not bubble.
    host.addEventListener("scroll", () => {
      this.#editor.follow();
      this.#notices.hideNote();
      this.#notices.forgive();
    }, { capture: true });
    addEventListener("resize", () => this.#editor.follow());
  }

  #listenToKeys() {
    this.#grid.host.addEventListener("keydown", (event) => {
      const { key } = event;
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (event.altKey && event.shiftKey && event.code === "KeyI") this.#run("insert-above");
      else if (event.altKey && event.shiftKey && event.code === "KeyD") this.#run("delete-rows");
      else if (key === " " && event.shiftKey) {
        this.#selection.widen();
        this.#afterMove();
      } else if (this.#selection.key(event, this.#grid.pageRows)) this.#afterMove();
      else if (isPlain && (key === "Enter" || key === "F2")) this.#edit(null);
      else if (isPlain && (key === "Delete" || key === "Backspace")) this.#run("clear");
      else if (key === "Escape") {
        this.#notices.forgive();
        this.#notices.hideNote();
      } else if (isPlain && key.length === 1) this.#edit(key);
      else return;
      event.preventDefault();
    });
  }

  #listenToClipboard() {
    const isOurs = () => this.#grid.hasFocus;
    for (const kind of /** @type {const} */ (["copy", "cut"])) {
      document.addEventListener(kind, (event) => {
        if (!isOurs()) return;
        event.clipboardData?.setData("text/plain", this.#commands.carry(kind === "cut"));
        event.preventDefault();
      });
    }
    document.addEventListener("paste", (event) => {
      if (!isOurs()) return;
      const text = event.clipboardData?.getData("text/plain") ?? null;
      event.preventDefault();
      this.#attempt(() => this.#commands.paste(text));
    });
  }

  #listenToBars() {
    part("identity", HTMLSelectElement).value = this.#api.identity;
    part("identity", HTMLSelectElement).addEventListener("change", (event) => {
      this.#api.identity = identityOf(/** @type {HTMLSelectElement} */ (event.target).value);
      this.#go("as", this.#api.identity);
    });
    byId("tabs").addEventListener("click", (event) => {
      const gid = event.target instanceof HTMLElement ? event.target.dataset["gid"] : undefined;
      if (gid !== undefined) this.#openTab(gid);
    });
    byId("tabs").addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const tabs = [...byId("tabs").querySelectorAll("button")];
      const at = tabs.findIndex((tab) => tab === document.activeElement);
      const next = step === undefined ? undefined : tabs[(at + step + tabs.length) % tabs.length];
      if (next !== undefined) next.focus();
    });
    for (const field of [this.#view, this.#find]) {
      field.addEventListener("input", () => this.#drawing = this.#drawing.then(() => this.#draw()));
    }
    for (const button of document.querySelectorAll("[data-command]")) {
      button.addEventListener("click", () => {
        this.#run(/** @type {HTMLElement} */ (button).dataset["command"] ?? "");
        this.#grid.focus();
      });
    }
    this.#content.addEventListener("keydown", (event) => {
      if (event.isComposing || (event.key === "Enter" && event.altKey)) return;
      if (event.key === "Escape") this.#showContent();
      else if (event.key !== "Enter") return;
      event.preventDefault();
      this.#grid.focus();
    });
    this.#content.addEventListener("change", () => this.#keepContent());
    this.#content.addEventListener("blur", () => this.#keepContent());
  }

  /** Enters what was typed into the line above the grid. */
  #keepContent() {
    const { head } = this.#selection;
    const cell = this.#model.cell(head);
    const text = this.#content.value;
    if (text === (cell?.formula ?? cell?.text ?? "")) return;
    this.#attempt(() => this.#commands.type(head, text));
  }

  /** @param {string} gid */
  #openTab(gid) {
    this.#view.value = "";
    this.#find.value = "";
    this.#selection.reset();
    this.#go("gid", gid);
  }

  /**
   * Looks at something else, and remembers it in the address.
   *
   * @param {"as" | "gid"} name
   * @param {string} value
   */
  #go(name, value) {
    this.#editor.close();
    this.#notices.forgive();
    this.#address.searchParams.set(name, value);
    history.replaceState(null, "", this.#address);
    this.#connect();
  }

  /** @param {string} command */
  #run(command) {
    return this.#attempt(async () => {
      switch (command) {
        case "insert-above":
          return await this.#commands.insertRow("above");
        case "insert-below":
          return await this.#commands.insertRow("below");
        case "delete-rows":
          return await this.#commands.deleteRows();
        case "clear":
          return await this.#commands.clear();
        case "cut":
          return await this.#copy(true);
        case "copy":
          return await this.#copy(false);
        case "paste":
          return await this.#commands.paste(await readClipboard());
        case "sort-ascending":
          return await this.#commands.sort("ASCENDING");
        case "sort-descending":
          return await this.#commands.sort("DESCENDING");
      }
    });
  }

  /** @param {boolean} isCut */
  async #copy(isCut) {
    // Without leave to write the clipboard, pasting still works inside of this page.
    await navigator.clipboard?.writeText(this.#commands.carry(isCut)).catch(() => {});
  }
}

/** @returns {Promise<string | null>} null: nobody may look */
async function readClipboard() {
  try {
    return await navigator.clipboard.readText();
  } catch {
    return null;
  }
}

new Page().start();
