/**
 * What the demo team's agents do and say: the texts from which the demo world is drawn.
 *
 * @module
 */

/** A kind of work: what it is called, what is run, what is printed when it goes well. */
export interface Job {
  readonly task: string;
  readonly command: string;
  readonly output: string;
}

/** `{n}` becomes a number, `{service}` and `{region}` a place. */
export const JOBS: readonly Job[] = [
  {
    task: "Setup database",
    command: "sqlite3 atlas.db < schema.sql",
    output: "Database created successfully",
  },
  {
    task: "Deploy {service} to staging",
    command: "kubectl --context staging rollout restart deployment/{service}",
    output:
      'deployment.apps/{service} restarted\nWaiting for deployment "{service}" rollout to finish: {n} of 12 updated replicas are available...\ndeployment "{service}" successfully rolled out',
  },
  {
    task: "Run unit tests of {service}",
    command: "deno test --parallel {service}/",
    output: "running {n} tests from ./{service}/\nok | {n} passed | 0 failed (4s)",
  },
  {
    task: "Nightly backup, {region}",
    command: "restic -r s3:backups/{region} backup /srv --tag nightly",
    output:
      "using parent snapshot 9c1e22d0\n\nFiles:         {n} new,    12 changed, 88124 unmodified\nAdded to the repository: 1.204 GiB (402.117 MiB stored)\n\nprocessed in 3:41\nsnapshot 5ae1b1f7 saved",
  },
  {
    task: "Update dependencies of {service}",
    command: "npm update --save && npm audit --omit=dev",
    output:
      "changed {n} packages, and audited 1204 packages in 9s\n\n187 packages are looking for funding\n  run `npm fund` for details\n\nfound 0 vulnerabilities",
  },
  {
    task: "Rebuild search index",
    command: "python -m search.reindex --since 2d --workers 4",
    output:
      "\u001b[32mINFO\u001b[0m  scanning…\n\u001b[32mINFO\u001b[0m  {n} documents indexed, 3 skipped (no text)\n\u001b[32mINFO\u001b[0m  done",
  },
  {
    task: "Review pull request #{n}",
    command: "gh pr review {n} --comment --body-file review.md",
    output: "- Reviewed pull request atlas/{service}#{n}",
  },
  {
    task: "Triage issues labelled “needs-info”",
    command: 'gh issue list --label "needs-info" --json number,title --limit {n}',
    output:
      '[{"number":{n},"title":"Login loops on Safari"},{"number":12,"title":"CSV export: wrong encoding"}]',
  },
  {
    task: "Plan infrastructure, {region}",
    command: "terraform plan -var region={region} -out plan.bin",
    output:
      'Refreshing state...\n\nTerraform will perform the following actions:\n\n  # aws_instance.{service} will be updated in-place\n  ~ resource "aws_instance" "{service}" {\n      ~ instance_type = "t3.small" -> "t3.medium"\n    }\n\nPlan: 0 to add, 1 to change, 0 to destroy.',
  },
  {
    task: "Check certificates",
    command:
      "openssl s_client -connect {service}.example.net:443 </dev/null | openssl x509 -noout -enddate",
    output: "notAfter=Mar  3 12:00:00 2027 GMT",
  },
  {
    task: "Summarise support mailbox",
    command: "agent run summarise --mailbox support --max {n}",
    output:
      "{n} mails read\n- 4 about invoices\n- 2 about the mobile app\n- 1 thank-you 🎉\nDraft saved as summary-{n}.md",
  },
  {
    task: "Vacuum and analyze",
    command: 'psql -c "VACUUM (ANALYZE, VERBOSE) events"',
    output:
      'INFO:  vacuuming "public.events"\nINFO:  "events": removed {n} dead row versions\nVACUUM',
  },
];

export const SERVICES = ["billing", "gateway", "search", "mailer", "auth", "atlas-web", "reports"];
export const REGIONS = ["eu-central-1", "eu-west-1", "us-east-1", "ap-south-1"];

/** A failure: the summary that goes into the list, and the trace that goes into a run's output. */
export interface Failure {
  readonly summary: string;
  readonly trace: string;
}

export const FAILURES: readonly Failure[] = [
  {
    summary: "Connection timeout to database",
    trace:
      `psycopg2.OperationalError: connection to server at "10.0.3.{n}", port 5432 failed: timeout expired
Traceback (most recent call last):
  File "/srv/{service}/app/db.py", line {n}, in connect
    return psycopg2.connect(dsn, connect_timeout=5)
  File "/usr/lib/python3.12/site-packages/psycopg2/__init__.py", line 122, in connect
    conn = _connect(dsn, connection_factory=connection_factory, **kwasync)

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/{service}/app/main.py", line 41, in <module>
    raise StartupError("no database") from exc
app.errors.StartupError: no database`,
  },
  {
    summary: "TypeError: Cannot read properties of undefined (reading 'id')",
    trace: `TypeError: Cannot read properties of undefined (reading 'id')
    at toInvoice (file:///srv/{service}/src/invoice.ts:{n}:27)
    at Array.map (<anonymous>)
    at async handler (file:///srv/{service}/src/routes/invoices.ts:58:19)
    at async Server.#respond (ext:deno_http/00_serve.ts:382:18)`,
  },
  {
    summary: "java.lang.OutOfMemoryError: Java heap space",
    trace: `Exception in thread "indexer-{n}" java.lang.OutOfMemoryError: Java heap space
\tat java.base/java.util.Arrays.copyOf(Arrays.java:3537)
\tat net.example.{service}.Segment.grow(Segment.java:{n})
\tat net.example.{service}.Indexer.run(Indexer.java:88)
Caused by: net.example.{service}.SegmentFullException: segment 7 is full
\t... 3 more`,
  },
  {
    summary: "HTTP 502 from upstream {service}",
    trace: `< HTTP/2 502
< content-type: text/html
<html><head><title>502 Bad Gateway</title></head></html>
curl: (22) The requested URL returned error: 502`,
  },
  {
    summary: "Disk usage above 95 % on {region}/worker-{n}",
    trace:
      "rsync: [receiver] write failed: No space left on device (28)\nrsync error: error in file IO (code 11)",
  },
  {
    summary: "Test failed: rounding of VAT (expected 19.00, got 18.99)",
    trace: `FAILED | 211 passed | 1 failed (7s)

 ERRORS

VAT is rounded half up => ./{service}/vat_test.ts:{n}:6
error: AssertionError: Values are not equal.

-   18.99
+   19.00`,
  },
  {
    summary: "Rate limited by the mail provider (429), {n} mails are waiting",
    trace: "429 Too Many Requests\nRetry-After: 120",
  },
  {
    summary: "Migration 0042 left table “orders” locked",
    trace:
      'ERROR:  canceling statement due to lock timeout\nCONTEXT:  while updating tuple (0,{n}) in relation "orders"',
  },
];

/** What people write into Notes. */
export const NOTES = [
  "Looks good",
  "Check network connectivity",
  "ok 👍",
  "Flaky, third time this week.",
  "asked Priya, waiting for an answer",
  "Please do not run this on Fridays 🙏",
  "- checked the logs\n- restarted the pod\n- will watch it until noon",
  "Duplicate of run-{n}?",
  "Ticket: https://tracker.example.net/browse/OPS-{n}",
  "Müller meint, das lassen wir so.",
  "対応済み。ありがとうございます。",
  "на проверку к пятнице",
  "déjà vu… même erreur qu'en mai",
  "see e-mail from 15/1",
] as const;

export const RESOLUTIONS = [
  "Raised the pool size from 10 to 25",
  "Restarted the worker; the leak is tracked in OPS-{n}",
  "Fixed in 2.{n}.1",
  "Not ours: provider had an outage",
  "Rolled back to the release before",
  "Rotated the certificate",
  "won't fix",
] as const;

/** What agents ask leave for. */
export const REQUESTS = [
  { type: "task", action: "create", item: "Add OAuth integration" },
  { type: "task", action: "update", item: "Raise priority of “Login loops on Safari”" },
  { type: "task", action: "delete", item: "Remove {n} stale tasks of {service}" },
  { type: "project", action: "create", item: "New project: {service} in {region}" },
  { type: "project", action: "update", item: "Move deadline of {service} by two weeks" },
  { type: "config", action: "update", item: "Set {service}.max_connections = {n}" },
  { type: "config", action: "delete", item: "Drop feature flag {service}_beta" },
  { type: "deployment", action: "execute", item: "Deploy {service} 2.{n}.0 to production" },
  { type: "deployment", action: "execute", item: "Roll back {service} in {region}" },
  { type: "deployment", action: "delete", item: "Tear down preview environment pr-{n}" },
] as const;

/**
 * Texts that spreadsheets, terminals and programs get wrong. Invisible characters are written as
 * escapes, so that a reader of this file sees them.
 */
export const TRICKY_TEXTS = [
  "=SUM(B2:B9) in the billing export is off by one",
  '=HYPERLINK("https://example.net/x","click me")',
  "=1+1",
  "+49 30 901820: call the data centre",
  "+1, works for me",
  "-rf was missing in the clean-up script",
  "- item one\n- item two",
  "-12.50",
  "@channel who owns this?",
  "@SUM(1+1)*cmd|' /C calc'!A0",
  "'quoted from the start",
  "\tindented with a tab",
  "\rstarts with a carriage return",
  "007",
  "00123",
  "1e5",
  "15/1",
  "3-4",
  "TRUE",
  "0x1F",
  "12345678901234567890",
  "#REF!",
  "NULL",
  "  spaces around  ",
  "line one\r\nline two\rline three\nline four",
  "bell \u0007 and backspace \b, then a NUL \0 and more",
  "right-to-left override: invoice\u202Efdp.exe",
  "zero\u200Bwidth and soft\u00ADhyphen, marked \uFEFFinside",
  '`code` <b>bold</b> &amp; "quotes" and \\backslashes\\',
  "'; DROP TABLE runs; --",
] as const;

/** Scripts of other directions, joined letters, and emoji that are many code points but one sign. */
export const UNICODE_TEXTS = [
  "نشر الخدمة إلى بيئة الاختبار (v2.4) — تم بنجاح",
  "פריסה לסביבת הבדיקות נכשלה: timeout אחרי 30 שניות",
  "می\u200Cخواهم نسخه\u200Cی تازه را آزمایش کنم؛ نیم\u200Cفاصله\u200Cها بمانند",
  "👩\u200D👩\u200D👧\u200D👦 family plan: limits doubled",
  "Rollout 🇩🇪🇫🇷🇮🇳 done, 🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F} next",
  "👍🏽 from 👩🏿\u200D💻 and 🧑\u200D🚒",
  "ภาษาไทยไม่มีช่องว่าง ทดสอบการตัดคำ",
  "हिन्दी में टिप्पणी: क्षत्रिय",
  "한국어 테스트 — 완료",
  "combining: e\u0301 n\u0303 Z\u0351\u036Ba\u0334l\u0321go",
  "mathematical 𝕬𝖙𝖑𝖆𝖘 and ligature ﬁle",
] as const;
