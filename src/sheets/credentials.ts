/**
 * The key of a service account, as Google's console hands it out: a JSON file.
 *
 * @see https://developers.google.com/identity/protocols/oauth2/service-account
 * @module
 */

import { createPrivateKey, type KeyObject } from "node:crypto";
import * as z from "zod";
import { AtlasError } from "../base/errors.ts";
import { isLoopback } from "../base/loopback.ts";

/** What signing in takes. The key itself cannot be printed by accident: a KeyObject shows no content. */
export interface Credentials {
  /** The address with which the spreadsheet must be shared. */
  readonly email: string;
  readonly privateKey: KeyObject;
  /** The key's id among the account's keys; null: the file does not say. */
  readonly keyId: string | null;
  /** Where the signed assertion is exchanged for a token. */
  readonly tokenUri: string;
}

const keyFileSchema = z.object({
  type: z.literal("service_account", 'must be "service_account"'),
  client_email: z.email("must be the e-mail address of the service account"),
  private_key: z.string("must be the private key in PEM form").min(1),
  private_key_id: z.string().optional(),
  token_uri: z.url({ protocol: /^https?$/, error: "must be an http(s) address" }),
});

/**
 * Reads a key file.
 *
 * @param text The content of the file.
 * @param path The file, for the message.
 * @throws {AtlasError} `configuration`; it names the field that is wrong and never shows its content.
 */
export function readServiceAccount(text: string, path: string): Credentials {
  const refuse = (why: string) =>
    new AtlasError("configuration", `Cannot use service account key "${path}": ${why}`, {
      hint: "Create a JSON key for the service account in the Google Cloud console, " +
        'save it there and point the setting "credentials" at it.',
    });

  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes what it stumbled over, which may be a piece of the key.
    throw refuse("it is not JSON");
  }
  const result = keyFileSchema.safeParse(json);
  if (!result.success) {
    const [issue] = result.error.issues;
    const field = issue?.path.join(".") ?? "";
    throw refuse(field === "" ? "it is not a JSON object" : `"${field}" ${told(issue?.message)}`);
  }
  const file = result.data;
  return {
    email: file.client_email,
    privateKey: readKey(file.private_key, refuse),
    keyId: file.private_key_id ?? null,
    tokenUri: tokenAddress(file.token_uri, refuse),
  };
}

function readKey(pem: string, refuse: (why: string) => AtlasError): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw refuse('"private_key" is not a private key in PEM form');
  }
  if (key.asymmetricKeyType !== "rsa") throw refuse('"private_key" is not an RSA key');
  return key;
}

function tokenAddress(uri: string, refuse: (why: string) => AtlasError): string {
  if (!uri.startsWith("https:") && !isLoopback(uri)) {
    throw refuse('"token_uri" must begin with https://');
  }
  return uri;
}

function told(message: string | undefined): string {
  return message === undefined || message.startsWith("Invalid input") ? "is missing" : message;
}
