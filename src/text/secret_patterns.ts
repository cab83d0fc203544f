/**
 * Secrets by the company they keep: what stands behind `password=`, in a header, on a command line.
 * Tokens that are known by their own shape are found by secretlint; these are the rest.
 *
 * The patterns rather hide a harmless word than show a password. None of them can cross a NUL, and none
 * takes its own placeholder for a secret, so that a masked text stays as it is.
 *
 * @module
 */

/** Where a secret stands in a text, in UTF-16 units, and what it is. */
export interface Finding {
  readonly start: number;
  /** Not included. */
  readonly end: number;
  /** What it is, as the reader is told: `GitHub token`. */
  readonly name: string;
}

/** What every placeholder begins with. */
export const PLACEHOLDER = "«redacted: ";

interface SecretPattern {
  readonly name: string;
  /** The whole match is the secret, unless a group is named `secret` with or without a digit. */
  readonly pattern: RegExp;
}

/** Names under which passwords and keys are kept, also at the end of a longer name: `DB_PASSWORD`. */
const KEYWORD = String
  .raw`(?:pass(?:word|wd|phrase)|pwd|secret(?:[_-]?(?:access[_-]?)?key(?:[_-]?base)?)?|(?:api|access|account|auth|private|signing|encryption)[_. -]?key|token|credentials?)\d{0,3}`;

/**
 * A bare value goes to the next blank or quote. A comma, semicolon or ampersand belongs to it, unless
 * the next name or the end follows.
 */
const BARE = String.raw`(?:[^\s\0"'${"`"},;&]|[,;&](?![\s\0"'${"`"}]|[\w.-]+[ \t]*[=:]|$))+`;

/** A value in quotes, in quotes inside of quotes as in JSON within JSON, or bare. */
const VALUE = [
  String
    .raw`(?<quote1>["'${"`"}])(?!${PLACEHOLDER})(?<secret1>(?:\\[^\n\0]|(?!\k<quote1>)[^\\\n\0])+)`,
  String.raw`(?<quote2>\\+["'])(?!${PLACEHOLDER})(?<secret2>(?:(?!\k<quote2>)[^\n\0])+)`,
  String
    .raw`(?!${PLACEHOLDER}|\\+["']|(?:null|none|nil|undefined|true|false)(?![\w-]))(?<secret3>${BARE})`,
].join("|");

const PEM_LABEL = String.raw`[A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----`;

const PATTERNS: readonly SecretPattern[] = [
  {
    // A key without its end was cut off; then the lines that can be of a key are taken.
    name: "private key",
    pattern: new RegExp(
      String
        .raw`-----BEGIN ?${PEM_LABEL}(?:(?:(?!-----BEGIN)[^\0]){0,20000}?-----END ?${PEM_LABEL}|(?:(?:\s|\\+[nr])*(?:[A-Z][A-Za-z-]+: [^\n\0]*|[A-Za-z0-9+/=]{16,}))+)`,
      "dg",
    ),
  },
  {
    name: "password",
    pattern: new RegExp(
      String.raw`${KEYWORD}(?:\\*["'${"`"}])?[ \t]*(?::=|=>|={1,3}|:)(?![=>])[ \t]*(?:${VALUE})`,
      "dgi",
    ),
  },
  {
    name: "password",
    pattern: new RegExp(
      String.raw`(?:--[\w-]{0,40}|(?<![\w-])-)${KEYWORD}[ \t]+(?!-)(?:${VALUE})`,
      "dgi",
    ),
  },
  {
    name: "password",
    pattern: new RegExp(
      String
        .raw`\b(?:mysql|mariadb)[\w-]*[ \t][^\n\0]{0,200}?(?<=[ \t])-p(?:${VALUE})|\bsshpass[ \t]+-p[ \t]*(?:${
        VALUE.replaceAll(/(quote|secret)(\d)/g, "$1$20")
      })`,
      "dg",
    ),
  },
  {
    name: "password",
    pattern:
      /\bcurl[ \t][^\n\0]{0,400}?(?<=[ \t])(?:-u|--user)[ \t=]*["']?[^\s\0:"'«]{1,128}:(?!«redacted: )(?<secret>[^\s\0"']+)/dg,
  },
  {
    // The digits of a port with a path behind it are no password, even where the path holds an @.
    name: "password",
    pattern:
      /:\/\/[^\s\0:@/?#"'<>]{0,128}:(?!«redacted: |\d{1,5}[/?#])(?<secret>[^\s\0"'<>]{1,256})@/dg,
  },
  {
    name: "authorization header",
    pattern: new RegExp(
      String
        .raw`authorization(?:\\*["'])?[ \t]*[:=][ \t]*(?:\\*["'])?(?:(?:bearer|basic|token|digest|negotiate|apikey)[ \t]+)?(?!${PLACEHOLDER}|(?:bearer|basic|token|digest|negotiate|apikey)[ \t])(?<secret>${BARE})`,
      "dgi",
    ),
  },
  {
    name: "authorization header",
    pattern: /\b(?:bearer|basic)[ \t]+(?<secret>[\w.~+/=-]{16,})/dgi,
  },
  {
    name: "cookie",
    pattern: /\b(?:set-)?cookie:[ \t]*(?<secret>[\w.-]{1,128}=(?!«redacted: )[^\n\0"']+)/dgi,
  },
  { name: "JSON web token", pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/dg },
  { name: "AWS access key", pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/dg },
  { name: "Google API key", pattern: /\bAIza[\w-]{35}/dg },
  { name: "Google OAuth token", pattern: /\b(?:ya29\.|GOCSPX-|1\/\/0)[\w-]{20,}/dg },
  { name: "SendGrid key", pattern: /\bSG\.[\w-]{16,32}\.[\w-]{32,64}/dg },
  { name: "shared access signature", pattern: /[?&]sig=(?<secret>[\w%+/=-]{20,})/dg },
];

/** Each pattern needs one of these; where there is none, the patterns need not even be compiled. */
const HINT =
  /pass|pwd|secret|key|token|credential|auth|bearer|basic|cookie|mysql|mariadb|curl|:\/\/|eyj|akia|asia|abia|acca|aiza|ya29|gocspx|1\/\/0|sg\.|sig=/i;

/** All secrets in the text that its surroundings give away; the findings may overlap. */
export function findBySurroundings(text: string): Finding[] {
  if (!HINT.test(text)) return [];
  return PATTERNS.flatMap(({ name, pattern }) =>
    Array.from(text.matchAll(pattern), (match) => {
      const [start, end] = rangeOfSecret(match);
      return { start, end, name };
    })
  );
}

function rangeOfSecret(match: RegExpExecArray): [number, number] {
  const groups = Object.entries(match.indices?.groups ?? {});
  const secret = groups.find(([group, range]) => group.startsWith("secret") && range !== undefined);
  return secret?.[1] ?? [match.index, match.index + match[0].length];
}
