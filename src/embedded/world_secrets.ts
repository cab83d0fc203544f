/**
 * Secrets that look real and open nothing. Each is put together at run time, so that no scanner
 * takes this repository for a leak.
 *
 * @module
 */

import type { Random } from "../base/random.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS = "0123456789";
const MIXED = LETTERS + LETTERS.toLowerCase() + DIGITS;

function draw(random: Random, alphabet: string, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) {
    text += alphabet.charAt(Math.floor(random.next() * alphabet.length));
  }
  return text;
}

const part = (...pieces: readonly string[]) => pieces.join("");

/** Commands and outputs with a secret in them, as agents write them by mistake. */
export const LEAKS: readonly ((random: Random) => string)[] = [
  (random) =>
    part(
      "git clone https://x-access-token:",
      "gh",
      "p_",
      draw(random, MIXED, 36),
      "@example.net/a.git",
    ),
  (random) =>
    part(
      "AWS_ACCESS_KEY_ID=",
      "AK",
      "IA",
      draw(random, LETTERS + "234567", 16),
      " AWS_SECRET_ACCESS",
      "_KEY=",
      draw(random, MIXED, 40),
      " aws s3 sync ./dist s3://atlas-web",
    ),
  (random) =>
    part(
      "psql postg",
      "res://deploy:",
      draw(random, MIXED, 20),
      "@db.internal:5432/atlas -c 'select 1'",
    ),
  (random) =>
    part(
      "curl -H 'Authorization: Bea",
      "rer ",
      "ey",
      "J",
      draw(random, MIXED, 33),
      ".ey",
      "J",
      draw(random, MIXED, 60),
      ".",
      draw(random, MIXED, 43),
      "' https://api.example.net/v1/me",
    ),
  (random) => part("mysql -u root --pass", "word=", draw(random, MIXED, 16), " atlas < fix.sql"),
  (random) =>
    part(
      "export SLACK_TOKEN=",
      "xo",
      "xb-",
      draw(random, DIGITS, 12),
      "-",
      draw(random, DIGITS, 13),
      "-",
      draw(random, MIXED, 24),
    ),
  (random) =>
    part(
      "cat <<EOF > key.pem\n-----BEGIN RSA PRI",
      "VATE KEY-----\n",
      ...Array.from({ length: 6 }, () => draw(random, MIXED + "+/", 64) + "\n"),
      "-----END RSA PRI",
      "VATE KEY-----\nEOF",
    ),
  (random) => part("stripe charges list --api-key ", "sk", "_live_", draw(random, MIXED, 24)),
];
