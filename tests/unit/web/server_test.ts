import assert from "node:assert/strict";
import { isoTime } from "../../../src/base/clock.ts";
import { AtlasError } from "../../../src/base/errors.ts";
import { atlas } from "../../../src/contract/atlas.ts";
import { type Liveness, readLiveness } from "../../../src/service/liveness.ts";
import { recordCycle } from "../../../src/service/metrics.ts";
import { isKnownHost } from "../../../src/web/app.ts";
import { startWeb, type WebOptions, type WebServer } from "../../../src/web/server.ts";
import { openAlert } from "../../../src/store/alerts.ts";
import { finishCycle, startCycle } from "../../../src/store/cycles.ts";
import type { Database } from "../../../src/store/database.ts";
import { writeHeartbeat } from "../../../src/store/heartbeat.ts";
import { addSamples, pruneMetrics } from "../../../src/store/metrics.ts";
import { createMasker } from "../../../src/text/secrets.ts";
import { approval, error, TestClock, World } from "../../helpers/world.ts";
import { parseMetrics } from "../../helpers/prometheus.ts";
import { freshDatabase, NOW } from "../store/_fixtures.ts";

const MINUTE_MS = 60_000;

function optionsFor(db: Database): WebOptions {
  const clock = new TestClock(isoTime(NOW));
  return {
    listen: "127.0.0.1:0",
    db,
    contract: atlas,
    clock,
    masker: createMasker(),
    plan: () => Promise.reject(new Error("nobody asked for a plan")),
    health: () => readLiveness(db, atlas, clock.now()),
  };
}

function serve(db: Database, options: Partial<WebOptions> = {}): WebServer {
  return startWeb({ ...optionsFor(db), ...options });
}

function beat(db: Database, at: number): void {
  writeHeartbeat(db, { at: isoTime(at), startedAt: isoTime(at), holder: "host 1" });
}

function cycle(db: Database, at: number, status: string): void {
  const id = startCycle(db, { at: isoTime(at), direction: "both" });
  finishCycle(db, id, { at: isoTime(at), status, report: "{}" });
}

async function metricsOf(server: WebServer): Promise<Map<string, number>> {
  const answer = await fetch(`${server.url}/metrics`);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  return parseMetrics(await answer.text());
}

Deno.test("readLiveness() judges heartbeat, last cycle and alerts", () => {
  const ago = (minutes: number) => NOW - minutes * MINUTE_MS;
  const cases: readonly (readonly [
    what: string,
    prepare: (db: Database) => void,
    status: Liveness["status"],
    reason: RegExp,
  ])[] = [
    ["nothing ever ran", () => {}, "failing", /^no daemon has given a sign of life$/],
    ["just started", (db) => beat(db, NOW), "ok", /^$/],
    [
      "alive and well",
      (db) => {
        beat(db, ago(1));
        cycle(db, ago(59), "ok");
      },
      "ok",
      /^$/,
    ],
    [
      "a sign of life too old",
      (db) => {
        beat(db, ago(6));
        cycle(db, ago(6), "ok");
      },
      "failing",
      /^no sign of life for 6 min$/,
    ],
    [
      "no cycle for twice the cadence",
      (db) => {
        beat(db, NOW);
        cycle(db, ago(121), "ok");
      },
      "failing",
      /^no cycle came to its end for 2 h$/,
    ],
    [
      "every tab failed",
      (db) => {
        beat(db, NOW);
        cycle(db, ago(90), "ok");
        cycle(db, ago(1), "failed");
      },
      "failing",
      /^every tab failed/,
    ],
    [
      "one tab failed",
      (db) => {
        beat(db, NOW);
        cycle(db, ago(1), "partial");
      },
      "degraded",
      /^a tab failed/,
    ],
    [
      "a cycle under way does not hide the last one",
      (db) => {
        beat(db, NOW);
        cycle(db, ago(1), "guarded");
        startCycle(db, { at: isoTime(NOW), direction: "both" });
      },
      "degraded",
      /^a guard stopped a tab/,
    ],
    [
      "an alert is open",
      (db) => {
        beat(db, NOW);
        const alert = { rule: "x", tab: "", severity: "warning", message: "x", count: 1 } as const;
        openAlert(db, alert, isoTime(NOW));
      },
      "degraded",
      /^open: 1 warning$/,
    ],
  ];
  for (const [what, prepare, status, reason] of cases) {
    using db = freshDatabase();
    prepare(db);
    const liveness = readLiveness(db, atlas, NOW);
    assert.equal(liveness.status, status, what);
    assert.match(liveness.reasons.join("; "), reason, what);
  }
});

Deno.test("/healthz answers 200 or 503 and says why", async () => {
  using db = freshDatabase();
  await using server = serve(db);
  const failing = await fetch(`${server.url}/healthz`);
  assert.equal(failing.status, 503);
  assert.deepEqual((await failing.json()).reasons, ["no daemon has given a sign of life"]);
  beat(db, NOW);
  cycle(db, NOW, "guarded");
  const degraded = await fetch(`${server.url}/healthz`);
  assert.equal(degraded.status, 200);
  assert.deepEqual(await degraded.json(), {
    status: "degraded",
    reasons: ["a guard stopped a tab in the last cycle"],
    heartbeat: isoTime(NOW),
    lastCycle: { finishedAt: isoTime(NOW), status: "guarded" },
    alerts: { critical: 0, warning: 0 },
    at: isoTime(NOW),
  });
});

Deno.test("every answer has the security headers, and nothing else is there", async () => {
  using db = freshDatabase();
  await using server = serve(db);
  const requests: readonly (readonly [method: string, path: string, status: number])[] = [
    ["GET", "/", 200],
    ["GET", "/audit", 200],
    ["GET", "/assets/page.css", 200],
    ["GET", "/assets/../server.ts", 404],
    ["GET", "/assets/constructor", 404],
    ["GET", "/metrics/", 404],
    ["POST", "/", 404],
    ["POST", "/plan", 404],
    ["GET", "/healthz/../etc", 404],
    ["POST", "/metrics", 404],
    ["DELETE", "/healthz", 404],
    ["HEAD", "/metrics", 200],
    ["GET", "/metrics", 200],
  ];
  for (const [method, path, status] of requests) {
    const answer = await fetch(server.url + path, { method });
    await answer.body?.cancel();
    assert.equal(answer.status, status, `${method} ${path}`);
    const policy = answer.headers.get("content-security-policy") ?? "";
    assert.match(policy, /^default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*|data:|https?:/);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
  }
});

Deno.test("a failure is answered with 500 and tells nothing about the database", async () => {
  using db = freshDatabase();
  await using server = serve(db, {
    health() {
      throw new AtlasError(
        "database",
        'Cannot read database "/opt/atlas/atlas.db": disk I/O error',
      );
    },
  });
  const answer = await fetch(`${server.url}/healthz`);
  assert.equal(answer.status, 500);
  assert.doesNotMatch(await answer.text(), /atlas\.db/);
  assert.match(answer.headers.get("content-security-policy") ?? "", /^default-src 'none'/);
});

Deno.test("isKnownHost() takes the names of this machine and the configured one", () => {
  const cases: readonly (readonly [header: string, host: string, known: boolean])[] = [
    ["localhost:9464", "127.0.0.1", true],
    ["LOCALHOST", "127.0.0.1", true],
    ["127.0.0.1:9464", "127.0.0.1", true],
    ["[::1]:9464", "[::1]", true],
    ["mirror.example.org:9464", "mirror.example.org", true],
    ["evil.example.org", "127.0.0.1", false],
    ["127.0.0.1.evil.example.org:9464", "127.0.0.1", false],
    ["localhost.evil.example.org", "127.0.0.1", false],
    ["10.0.0.5:9464", "127.0.0.1", false],
    ["10.0.0.5:9464", "0.0.0.0", true],
    ["[fe80::1]:9464", "[::]", true],
    ["evil.example.org", "0.0.0.0", false],
    ["", "127.0.0.1", false],
  ];
  for (const [header, host, known] of cases) {
    assert.equal(isKnownHost(header, host), known, `"${header}" at ${host}`);
  }
});

Deno.test("a request under another name is refused", async () => {
  using db = freshDatabase();
  await using server = serve(db);
  const { port } = new URL(server.url);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  const request = "GET /metrics HTTP/1.1\r\nHost: evil.example.org\r\nConnection: close\r\n\r\n";
  await connection.write(new TextEncoder().encode(request));
  const answer = await new Response(connection.readable).text();
  assert.match(answer, /^HTTP\/1\.1 421 /);
  assert.doesNotMatch(answer, /atlas_mirror_/);
});

Deno.test("startWeb() names the port that is in use", () => {
  using db = freshDatabase();
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const listen = `127.0.0.1:${taken.addr.port}`;
    assert.throws(() => serve(db, { listen }), (thrown) => {
      assert.ok(thrown instanceof AtlasError && thrown.kind === "configuration");
      assert.match(thrown.message, new RegExp(`port ${taken.addr.port} is in use$`));
      assert.match(thrown.hint ?? "", /"listen"/);
      return true;
    });
  } finally {
    taken.close();
  }
});

Deno.test("startWeb() names an address that is not this machine's, and a port that is none", () => {
  using db = freshDatabase();
  const listen = "127.0.0.1:70000";
  assert.throws(() => serve(db, { listen }), (thrown) => {
    assert.ok(thrown instanceof AtlasError && thrown.kind === "configuration", String(thrown));
    return true;
  });
});

Deno.test("/metrics is in the format of Prometheus and tells what happened", async () => {
  await using world = await World.start();
  const { db, clock } = world;
  world.insert("approvals", approval("approval-1"));
  world.insert("errors", error("err-1"));
  const report = await world.cycle();
  db.transaction(() => recordCycle(db, atlas, report, clock.now()));
  openAlert(db, {
    rule: "sync-failing",
    tab: "Runs",
    severity: "critical",
    message: "",
    count: 1,
  }, isoTime(clock.now()));
  await using server = serve(db, { clock });
  const metrics = await metricsOf(server);
  const expected: Readonly<Record<string, number>> = {
    "atlas_mirror_cycles_total": 1,
    'atlas_mirror_tab_syncs_total{tab="Runs",result="ok"}': 1,
    'atlas_mirror_tab_syncs_total{tab="Runs",result="not_ok"}': 0,
    'atlas_mirror_rows_added_total{tab="Errors_Hotlist"}': 1,
    'atlas_mirror_waiting_rows{tab="Pending_Approvals"}': 1,
    'atlas_mirror_requests_total{kind="read"}': report.requests.read,
    "atlas_mirror_sync_completion_ratio": 1,
    'atlas_mirror_alert_active{rule="sync-failing",tab="Runs",severity="critical"}': 1,
    'atlas_mirror_tab_paused{tab="Runs"}': 0,
  };
  for (const [name, value] of Object.entries(expected)) {
    assert.equal(metrics.get(name), value, `${name} of ${[...metrics.keys()].join("\n")}`);
  }
  assert.ok(
    !metrics.has('atlas_mirror_human_response_seconds{tab="Pending_Approvals",stat="p50"}'),
  );
});

Deno.test("/metrics of an empty database gives no value that was not measured", async () => {
  using db = freshDatabase();
  await using server = serve(db);
  const names = [...(await metricsOf(server)).keys()].map((name) => name.replace(/\{.*/, ""));
  assert.deepEqual([...new Set(names)], ["atlas_mirror_waiting_rows", "atlas_mirror_tab_paused"]);
});

Deno.test("a counter of /metrics never goes back when old samples are pruned", async () => {
  using db = freshDatabase();
  await using server = serve(db);
  const sample = { name: "imports", tab: 'a "quoted"\\tab\n', label: "", value: 3 };
  addSamples(db, [{ ...sample, at: isoTime(NOW) }]);
  const before = await metricsOf(server);
  pruneMetrics(db, NOW + 500 * 24 * 60 * MINUTE_MS);
  assert.deepEqual(await metricsOf(server), before);
  assert.equal(before.get('atlas_mirror_imports_total{tab="a \\"quoted\\"\\\\tab\\n"}'), 3);
});
