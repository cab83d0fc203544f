/** The demo as a story in scenes. Every value in it was read back from the sheet or the database. @module */

import { rowId } from "../../contract/cell.ts";
import type { CycleReport, ReportedFinding } from "../../mirror/report.ts";
import { readHistory } from "../../store/audit.ts";
import type { StoredAuditEntry } from "../../store/records.ts";
import type { Paint } from "../paint.ts";
import { renderReport } from "../render_report.ts";
import { oneLine, padTo, remark, widthOf, wrap } from "../terminal_text.ts";
import { chooseDeeds, type Deed, type Sides } from "./deeds.ts";
import { fieldOf, type Place, shownAt, type Stage, storedAt } from "./stage.ts";

/** How to print. */
export interface StoryOptions {
  readonly paint: Paint;
  readonly write: (text: string) => void;
  /** Columns of the terminal. */
  readonly width: number;
}

/** Something that must be true, and whether it is. */
interface Check {
  readonly what: string;
  readonly isTrue: boolean;
}

/** A deed together with what its cell was before. */
interface Done {
  readonly deed: Deed;
  readonly before: Sides;
}

/** The indent of what is said about a deed. */
const BESIDE = "      ";
/** A sample of what is in a tab. */
const ROWS_SHOWN = 5;
const CELL_WIDTH = 18;
const STEPS_SHOWN = 4;
/** What stands in the sheet where a secret was. */
const MASKED = "«redacted";

/** Tells the whole story and returns whether everything in it came true. */
export async function tellStory(stage: Stage, options: StoryOptions): Promise<boolean> {
  const story = new Story(stage, options);
  const { checks } = story;
  story.layOut();
  await story.showEverything();
  const done = await story.letPeopleWork();
  const order = await story.order();
  await story.answerPeople(done);
  checks.push({
    what: "the rows stand in the order in which Olga put them",
    isTrue: isSameOrder(order, await story.order()),
  });
  await story.findNothing();
  return story.conclude();
}

class Story {
  readonly checks: Check[] = [];
  readonly #stage: Stage;
  readonly #options: StoryOptions;
  #scene = 0;

  constructor(stage: Stage, options: StoryOptions) {
    this.#stage = stage;
    this.#options = options;
  }

  layOut(): void {
    this.#begin("A database and a spreadsheet");
    this.#say(
      "Agents work with a database. People decide in a spreadsheet. The mirror keeps the two in " +
        "agreement. First it lays out the database (--init):",
    );
    const { tables, tabs } = this.#stage.preparations;
    this.#sample(tables);
    this.#say("Then it lays out the spreadsheet (--setup):");
    this.#sample(tabs);
  }

  async showEverything(): Promise<void> {
    this.#begin("The mirror shows the database in the sheet");
    this.#say(
      "The agents have worked for two months. The first cycle (--once) exports what they did:",
    );
    const report = await this.#cycle();
    this.checks.push({ what: "the first cycle went well", isTrue: report.status === "ok" });
    const held = report.tabs.flatMap(({ findings }) => findings).find(isHeld);
    if (held !== undefined) {
      this.#say(
        `Rows that do not meet the contract are held back, as ${held.row}: ${held.reason}.`,
      );
    }
    const [headers = [], ...rows] = await this.#stage.olga.read("Pending_Approvals");
    this.#say("Some rows of Pending_Approvals, as a person sees them:");
    const plain = rows.filter(([id = ""]) => /^approval-\d+$/.test(id));
    this.#table([headers, ...plain.slice(-ROWS_SHOWN)]);
    await this.#showMask();
  }

  /** Agents put secrets into commands; nobody must find them in a spreadsheet. */
  async #showMask(): Promise<void> {
    const rows = await this.#stage.olga.read("Runs");
    const row = rows.find((row) => row.some((cell) => cell.includes(MASKED)));
    const place = { title: "Runs", id: row?.[0] ?? "", header: "Command" };
    const { sheet, database } = await this.#sides(place);
    if (sheet !== null) {
      this.#say(
        `Secrets stay in the database. ${place.id} shows: ${oneLine(sheet, CELL_WIDTH * 4)}`,
      );
    }
    this.checks.push({
      what: "a secret in a command is masked in the sheet and only there",
      isTrue: (sheet ?? "").includes(MASKED) && database !== null && !database.includes(MASKED),
    });
  }

  async letPeopleWork(): Promise<readonly Done[]> {
    this.#begin("People work in the sheet, agents in the database");
    this.#say(
      "Erik may edit what the contract gives to people: Status, Notes, Resolved, Resolution. Olga " +
        "owns the spreadsheet, so nothing stops her.",
    );
    const done: Done[] = [];
    for (const deed of await chooseDeeds(this.#stage)) {
      const before = await this.#sides(deed.place);
      const told = await deed.act(this.#stage);
      done.push({ deed, before });
      this.#deed(deed);
      if (told !== null) this.#say(`and is told: ${told}`, BESIDE);
    }
    return done;
  }

  async answerPeople(done: readonly Done[]): Promise<void> {
    this.#begin("The mirror takes what is allowed and puts the rest right");
    const report = await this.#cycle();
    this.checks.push({ what: "the second cycle went well", isTrue: report.status === "ok" });
    this.#say("What became of each deed, and why:");
    for (const { deed, before } of done) {
      this.#deed(deed);
      const after = await this.#sides(deed.place);
      if (deed.place !== null) this.#outcome(deed.place, after);
      const isTrue = await deed.holds(after, before, this.#stage);
      this.checks.push({ what: `${deed.who} ${deed.does}: ${deed.then}`, isTrue });
    }
  }

  #outcome(place: Place, { sheet, database }: Sides): void {
    const judgements = this.#judgements(place);
    for (const { verdict, reason } of judgements) this.#say(`→ ${verdict}: ${reason}`, BESIDE);
    const where = sheet === database
      ? `${quoted(database)} on both sides`
      : `${quoted(database)} in the database, ${quoted(sheet)} in the sheet`;
    this.#say(`${judgements.length === 0 ? "→ " : "  "}now ${where}`, BESIDE);
  }

  async findNothing(): Promise<void> {
    this.#begin("The mirror finds nothing more to do");
    const { status, requests, tabs } = await this.#cycle();
    const changes = tabs.reduce(
      (sum, tab) => sum + tab.imported + tab.exported + tab.added + tab.removed + tab.restored,
      0,
    );
    this.checks.push({
      what: "the third cycle changed nothing",
      isTrue: status === "ok" && changes === 0,
    }, {
      what: "it cost one read and no write",
      isTrue: requests.read === 1 && requests.write === 0,
    });
  }

  conclude(): boolean {
    this.#begin("What was verified");
    const { paint } = this.#options;
    for (const { what, isTrue } of this.checks) {
      const [symbol, tone] = isTrue ? ["✓", "good"] as const : ["✗", "bad"] as const;
      for (const line of remark(paint(tone, symbol), what, this.#options.width, "  ")) {
        this.#line(line);
      }
    }
    const wrong = this.checks.filter(({ isTrue }) => !isTrue).length;
    this.#line("");
    this.#line(
      wrong === 0
        ? `All ${this.checks.length} hold.`
        : `${wrong} of ${this.checks.length} do not hold.`,
    );
    return wrong === 0;
  }

  /** The IDs of the approvals from top to bottom. */
  async order(): Promise<readonly string[]> {
    return (await this.#stage.olga.read("Pending_Approvals")).flatMap(([id]) => id ?? []);
  }

  async #cycle(): Promise<CycleReport> {
    const report = await this.#stage.cycle();
    const { paint, width } = this.#options;
    const text = renderReport({ ...report, tabs: report.tabs.map(withoutFindings) }, {
      paint,
      width: width - 2,
      mask: (text) => text,
    });
    for (const line of text.trimEnd().split("\n")) this.#line(`  ${line}`);
    return report;
  }

  #deed({ who, does }: Deed): void {
    const text = `${who} ${oneLine(does, this.#options.width - widthOf(who) - 4)}.`;
    this.#line(`  ${text.replace(who, this.#options.paint("strong", who))}`);
  }

  async #sides(place: Place | null): Promise<Sides> {
    if (place === null) return { sheet: null, database: null };
    return {
      sheet: await shownAt(this.#stage, place),
      database: storedAt(this.#stage, place),
    };
  }

  /** What the audit has about the cell, or about its row, in the latest cycle. */
  #judgements(place: Place): readonly StoredAuditEntry[] {
    const entries = readHistory(this.#stage.db, rowId(place.id));
    const latest = entries.at(-1)?.cycle;
    const field = fieldOf(place);
    return entries.filter(({ cycle, column }) =>
      cycle === latest && (column === field || (column === null && field === "id"))
    );
  }

  #begin(title: string): void {
    this.#scene++;
    this.#line("");
    this.#line(this.#options.paint("strong", `${this.#scene}. ${title}`));
    this.#line("");
  }

  /** The first of many steps. */
  #sample(steps: readonly string[]): void {
    for (const step of steps.slice(0, STEPS_SHOWN)) this.#line(`  ${step}`);
    const more = steps.length - STEPS_SHOWN;
    if (more > 0) this.#line(`  … and ${more} more steps`);
  }

  #say(text: string, indent = ""): void {
    const { width } = this.#options;
    for (const line of wrap(oneLine(text, width * 4), width, indent)) this.#line(line);
  }

  #table(rows: readonly (readonly string[])[]): void {
    const columns = rows[0]?.length ?? 0;
    const cells = rows.map((row) =>
      Array.from({ length: columns }, (_, column) => oneLine(row[column] ?? "", CELL_WIDTH))
    );
    const widths = Array.from(
      { length: columns },
      (_, column) => Math.max(...cells.map((row) => widthOf(row[column] ?? ""))),
    );
    for (const row of cells) {
      const line = row.map((cell, column) => padTo(cell, widths[column] ?? 0)).join("  ");
      this.#line(`  ${oneLine(line.trimEnd(), this.#options.width - 2)}`);
    }
  }

  #line(text: string): void {
    this.#options.write(`${text}\n`);
  }
}

/** The story tells about the deeds one by one; the report need not do it, too. */
function withoutFindings(tab: CycleReport["tabs"][number]): CycleReport["tabs"][number] {
  return { ...tab, findings: [] };
}

function isHeld({ verdict }: ReportedFinding): boolean {
  return verdict === "held";
}

/** Whether what stands on both lists stands in the same order on both. */
function isSameOrder(before: readonly string[], after: readonly string[]): boolean {
  const kept = before.filter((id) => after.includes(id));
  const still = after.filter((id) => before.includes(id));
  return kept.join("\n") === still.join("\n");
}

function quoted(text: string | null): string {
  if (text === null) return "nothing";
  return text === "" ? "empty" : `"${oneLine(text, 120)}"`;
}
