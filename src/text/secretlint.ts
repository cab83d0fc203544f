/** The edge to secretlint, which knows the shapes of tokens and keys. @module */

import type { SecretLintRuleCreator, SecretLintSourceCode } from "@secretlint/types";
import type { Finding } from "./secret_patterns.ts";

/** Finds the tokens and keys that have a shape of their own. */
export type Scanner = (content: string) => Promise<readonly Finding[]>;

/** What the reader is told of a finding of secretlint, by the last part of the rule's name. */
const NAMES: Readonly<Record<string, string>> = {
  "1password": "1Password token",
  "anthropic": "Anthropic API key",
  "aws": "AWS secret access key",
  "basicauth": "password in an address",
  "cloudflare": "Cloudflare token",
  "database-connection-string": "database connection string",
  "databricks": "Databricks token",
  "docker": "Docker token",
  "figma": "Figma token",
  "gcp": "Google service account key",
  "github": "GitHub token",
  "gitlab": "GitLab token",
  "grafana": "Grafana token",
  "groq": "Groq API key",
  "hashicorp-vault": "HashiCorp Vault token",
  "huggingface": "Hugging Face token",
  "linear": "Linear API token",
  "notion": "Notion token",
  "npm": "npm token",
  "openai": "OpenAI API key",
  "privatekey": "private key",
  "sendgrid": "SendGrid key",
  "shopify": "Shopify key",
  "slack": "Slack token",
  "stripe": "Stripe key",
  "tailscale": "Tailscale key",
  "vercel": "Vercel token",
};

/**
 * What every secret that has a shape of its own consists of: twenty characters in one piece, or one of
 * these marks. Where there is nothing of it, which is so in most prose, no rule has to be asked.
 */
const SUSPICIOUS = /[\w+/=.-]{20}|:\/\/|-----|authtoken|xox|xapp|sg\.|ghs_/i;

/**
 * The recommended rules of secretlint, without the one that lets a text switch the others off:
 * `secretlint-disable` is meant for source code whose authors are trusted. They are loaded at the first
 * text that could hold a secret, for loading them takes as long as a whole health check.
 *
 * The rules are called here and not by `@secretlint/core`, which asks for the whole environment when it
 * is loaded, keeps performance marks for as long as the process lives, and compares every finding with
 * every other.
 */
export function loadSecretlint(): Promise<Scanner> {
  let rules: Promise<readonly SecretLintRuleCreator[]> | undefined;
  return Promise.resolve(async (content) => {
    if (!SUSPICIOUS.test(content)) return [];
    rules ??= loadRules();
    return await scan(content, await rules);
  });
}

async function loadRules(): Promise<readonly SecretLintRuleCreator[]> {
  const { rules } = await import("@secretlint/secretlint-rule-preset-recommend");
  return rules.filter((rule) => !rule.meta.id.endsWith("-filter-comments"));
}

async function scan(
  content: string,
  rules: readonly SecretLintRuleCreator[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const source = sourceOf(content);
  for (const rule of rules) {
    const name = NAMES[rule.meta.id.replace("@secretlint/secretlint-rule-", "")] ?? "secret";
    const handler = rule.create({
      sharedOptions: {},
      createTranslator: () => (id) => ({
        message: "",
        messageId: String(id),
        data: undefined,
      }),
      report: ({ range: [start, end] }) => findings.push({ start, end, name }),
      ignore: () => {},
    }, {});
    await handler.file?.(source);
  }
  return findings;
}

/** A text that is no file: without a path no rule can say that it is none of its business. */
function sourceOf(content: string): SecretLintSourceCode {
  const nowhere = () => {
    throw new Error("A rule asks for lines and columns, which are not kept");
  };
  return {
    hasBOM: false,
    content,
    filePath: undefined,
    physicalFilePath: undefined,
    contentType: "text",
    ext: "",
    getFilePath: () => undefined,
    getPhysicalFilePath: () => undefined,
    locationToRange: nowhere,
    rangeToLocation: nowhere,
    positionToIndex: nowhere,
    indexToPosition: nowhere,
  };
}
