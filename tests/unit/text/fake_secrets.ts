/**
 * Secrets that never were any. They are put together when the tests run, so that no scanner that reads
 * these files finds one.
 *
 * @module
 */

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS = "0123456789";

/** `length` characters of the alphabet, different for every seed and the same in every run. */
function filler(length: number, alphabet = LETTERS + DIGITS, seed = 7): string {
  return Array.from(
    { length },
    (_, index) => alphabet[(index * 17 + seed * 31 + index * index) % alphabet.length],
  ).join("");
}

const hex = (length: number) => filler(length, "0123456789abcdef");
const upper = (length: number) => filler(length, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
const join = (...parts: string[]) => parts.join("");

const BEGIN = join("-----BEGIN ", "PRIVATE KEY", "-----");
const END = join("-----END ", "PRIVATE KEY", "-----");
const keyLines = Array.from(
  { length: 8 },
  (_, n) => (n === 0 ? "MIIEvQ" : "") + filler(58, undefined, n),
);

/** A private key as PEM, with real line breaks. */
export const privateKey = [BEGIN, ...keyLines, END].join("\n");

/** The base64 lines of {@linkcode privateKey}. */
export const privateKeyLines = keyLines;

const onePasswordJson = JSON.stringify({ email: "x@example.org", muk: filler(120) }) +
  " ".repeat(2);

/** One sample a rule of secretlint's preset, keyed by the last part of the rule's name. */
export const presetSamples: Readonly<Record<string, string>> = {
  "1password": join(
    "op",
    "s_",
    btoa(onePasswordJson.trimEnd().replace(/\}$/, "}")).replace(/=+$/, ""),
  ),
  "anthropic": join("sk", "-ant-", "api03-", filler(93), "AA"),
  "aws": join("AWS_SECRET_", "ACCESS_KEY=", filler(40)),
  "basicauth": join("https://", "bobby:", "hunter22", "@files.example.org"),
  "cloudflare": join("cf", "ut_", filler(40), hex(8)),
  "database-connection-string": join("postgres://", "bobby:", "hunter22", "@db.internal/atlas"),
  "databricks": join("da", "pi", hex(32)),
  "docker": join("dckr", "_pat_", filler(27)),
  "figma": join("fi", "gd_", filler(44)),
  "github": join("gh", "p_", filler(36)),
  "gitlab": join("gl", "pat-", filler(20)),
  "grafana": join("gl", "sa_", filler(32), "_", hex(8)),
  "groq": join("gs", "k_", filler(52)),
  "hashicorp-vault": join("hv", "s.", filler(95)),
  "huggingface": join("h", "f_", filler(34, LETTERS)),
  "linear": join("lin", "_api_", filler(40)),
  "notion": join("nt", "n_", filler(11, DIGITS), filler(35)),
  "npm": join("np", "m_", filler(36)),
  "openai": join("sk", "-", filler(20), "T3Blbk", "FJ", filler(20)),
  "privatekey": privateKey,
  "sendgrid": join("S", "G.", filler(22), ".", filler(43)),
  "shopify": join("shp", "at_", filler(32)),
  "slack": join("xox", "b-", filler(12, DIGITS), "-", filler(24)),
  "stripe": join("sk", "_live_", filler(24)),
  "tailscale": join("ts", "key-auth-", filler(12), "-", filler(24)),
  "vercel": join("vc", "p_", filler(24)),
};

/** Secrets that only their surroundings or a shape of our own give away: the text and the secret. */
export const surroundedSamples: readonly (readonly [text: string, secret: string])[] = [
  ["password=hunter2", "hunter2"],
  ["Password: hunter2 was refused", "hunter2"],
  ["DB_PASSWORD=hunter2;Server=db", "hunter2"],
  ["dbPassword => 'hunter two'", "hunter two"],
  ["password=hunter2,", "hunter2"],
  ["password=a,b;c", "a,b;c"],
  ["?access_token=hunter2&page=2", "hunter2"],
  ["_authToken=hunter2", "hunter2"],
  ["passwd: `hunter2`", "hunter2"],
  ["Pwd=hunter2;", "hunter2"],
  ["api-key: hunter2", "hunter2"],
  ["API_KEY := hunter2", "hunter2"],
  ["secret_key_base: hunter2", "hunter2"],
  ["client_secret=hunter2", "hunter2"],
  ["AccountKey=aHVudGVy==;EndpointSuffix=x", "aHVudGVy=="],
  ['{"password": "hunter2", "user": "bob"}', "hunter2"],
  ['{"password":"hun\\"ter2"}', 'hun\\"ter2'],
  ['{"token":12345,"user":"bob"}', "12345"],
  ['"{\\"password\\": \\"hunter2\\"}"', "hunter2"],
  ['{"password": "hunter2 and the text was cut', "hunter2 and the text was cut"],
  ["deploy --token hunter2 --force", "hunter2"],
  ["deploy --db-password 'hunter 2'", "hunter 2"],
  ["mysql -u root -phunter2 atlas", "hunter2"],
  ["sshpass -p hunter2 ssh host", "hunter2"],
  ["curl -s -u bob:hunter2 https://example.org", "hunter2"],
  ["Authorization: Bearer hunter2", "hunter2"],
  ["-H 'Authorization: Basic Ym9iOmh1bnRlcjI='", "Ym9iOmh1bnRlcjI="],
  ['{"authorization":"Token hunter2"}', "hunter2"],
  ["sent bearer abcdefghijklmnop1234", "abcdefghijklmnop1234"],
  ["Set-Cookie: session=hunter2; HttpOnly", "hunter2"],
  ["redis://:hunter2@cache:6379/0", "hunter2"],
  ["amqp://bob:p@ss/word@queue", "p@ss/word"],
  ["https://localhost:hunter2@localhost/x", "hunter2"],
  [join("jwt ey", "JhbGciOiJIUzI1NiJ9", ".ey", "JzdWIiOiIxMjM0In0", ".", filler(20)), filler(20)],
  [join("id AK", "IA", upper(16)), upper(16)],
  [join("key AI", "za", filler(35)), filler(35)],
  [join("ya", "29.", filler(40)), filler(40)],
  [join("https://x.example/blob?sv=1&", "sig=", filler(43)), filler(43)],
];

/** Texts that hold no secret, however near they come. */
export const harmless: readonly string[] = [
  "",
  "The password was changed yesterday",
  "tokens: 512, max_tokens=4096",
  "password: null",
  '{"password": null, "token": false}',
  "password=",
  "pass=3 fail=0",
  "secretary: Bob",
  "http://example.org:8080/@scope/package",
  "git@example.org:team/repo.git",
  "https://example.org/a:b@c",
  "basic understanding of tokens",
  "https://docs.example.org/#token",
  "«redacted: GitHub token»",
  "2026-01-15T14:30:00Z",
  "3f2b8c1e-9d4a-4b7e-8a61-0c2d3e4f5a6b",
  "می‌خواهم 👨‍👩‍👧‍👦",
];
