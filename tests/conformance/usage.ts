/**
 * What the mirror really asks of the Sheets API: everything its service account sends in a world in
 * which every part of it has something to do.
 *
 * @module
 */

import { must } from "../../src/base/assert.ts";
import type { Intercept } from "../../src/embedded/server.ts";
import { VIEW_PREFIX } from "../../src/sheets/layout.ts";
import { probe } from "../../src/sheets/probe.ts";
import { PROBE_PREFIX } from "../../src/sheets/probe_sheet.ts";
import { setup } from "../../src/sheets/setup.ts";
import { teardown } from "../../src/sheets/teardown.ts";
import { readIdentity } from "../../src/store/identity.ts";
import { loadTabStates } from "../../src/store/tabs.ts";
import { eveningBefore, everythingHappens } from "../helpers/busy_day.ts";
import { callAsOwner, settle, sheetIdOf, Wire } from "../helpers/hands.ts";
import { approval, World } from "../helpers/world.ts";
import { addExchange, type Surface } from "./surface.ts";

const APPROVALS = "Pending_Approvals";

/** What the mirror uses, and of it what only its probe of the real thing does. */
export interface Usage {
  readonly mirror: Surface;
  readonly probe: Surface;
}

/** Runs set-up, cycles, repairs, teardown and probe, and notes what goes over the wire. */
export async function measureUsage(): Promise<Usage> {
  const mirror: Surface = new Map();
  await busyDay(noteInto(mirror));
  await damageAndRepair(noteInto(mirror));
  const probed: Surface = new Map();
  await probeOnce(noteInto(probed));
  return { mirror, probe: probed };
}

/** Adds every answered request of the service account to a surface. */
function noteInto(surface: Surface): Intercept {
  return async ({ identity, kind, method, path, body }, handle) => {
    const response = await handle();
    if (identity === "service-account" && kind !== "token" && response.ok) {
      const answer: unknown = await response.clone().json();
      addExchange(surface, { method, path, body, answer });
    }
    return response;
  };
}

async function busyDay(intercept: Intercept): Promise<void> {
  await using world = await eveningBefore(intercept);
  await everythingHappens(world);
  await settle(world);
  await teardown(world.client, world.contract, teardownOptions(world));
}

/** The probe, on a spreadsheet in which an interrupted one has left its tab behind. */
async function probeOnce(intercept: Intercept): Promise<void> {
  const wire = new Wire();
  await using world = await World.start({ intercept: wire.intercept });
  await callAsOwner(world, ":batchUpdate", {
    requests: [{ addSheet: { properties: { title: `${PROBE_PREFIX}stale` } } }],
  });
  wire.set(intercept);
  await probe(world.client, world.random);
}

function knownSheets({ db }: World): ReadonlyMap<string, number> {
  return new Map([...loadTabStates(db)].map(([tab, { sheetId }]) => [tab, sheetId]));
}

function teardownOptions(world: World) {
  return { uuid: readIdentity(world.db).uuid, known: knownSheets(world) };
}

/** A human takes columns, views and dropdowns apart; `--setup --repair` puts them together again. */
async function damageAndRepair(intercept: Intercept): Promise<void> {
  await using world = await World.start({ intercept });
  world.insert("approvals", approval("a"));
  await world.cycle();
  const sheetId = sheetIdOf(world, APPROVALS);
  const { columnCount } = must(
    world.sheet.book.sheets.find(({ properties }) => properties.sheetId === sheetId),
    APPROVALS,
  );
  const column = (index: number, end = index + 1) => ({
    sheetId,
    dimension: "COLUMNS",
    startIndex: index,
    endIndex: end,
  });
  const requests = [
    { moveDimension: { source: column(6), destinationIndex: 2 } },
    { deleteDimension: { range: column(5) } },
    { deleteDimension: { range: column(6, columnCount - 1) } },
    {
      updateSheetProperties: {
        properties: { sheetId, gridProperties: { frozenRowCount: 0 } },
        fields: "gridProperties.frozenRowCount",
      },
    },
    {
      addFilterView: { filter: { title: `${VIEW_PREFIX}an old one`, range: { sheetId } } },
    },
  ];
  await callAsOwner(world, ":batchUpdate", { requests });
  await setup(world.client, world.contract, {
    mark: readIdentity(world.db),
    serviceEmail: "atlas-mirror@example.iam.gserviceaccount.com",
    repair: true,
    known: knownSheets(world),
  });
}
