/** The operator of a deployment: whoever holds its `ADMIN_KEY`. */
import type { Context } from "hono";

import type { AppEnv } from "../app-env";
import { fail } from "../reply/fail";
import { countGuess, refuseGuesser } from "./guess-limit";

/** The secret is whatever the operator chose, spaces included. */
const BEARER = /^Bearer +(\S.*)$/i;

/** Where the secret is unset nobody is the operator. */
export async function admitOperator(c: Context<AppEnv>): Promise<void> {
  const header = c.req.header("Authorization")?.trim() ?? "";
  if (header === "") {
    fail({ kind: "missing_authorization" });
  }
  const given = BEARER.exec(header)?.[1];
  if (given === undefined) {
    fail({ kind: "malformed_authorization" });
  }
  refuseGuesser(c, "operator");
  const expected = c.env.ADMIN_KEY ?? "";
  if (expected === "" || !(await sameSecret(given, expected))) {
    await countGuess(c, "operator");
    fail({ kind: "invalid_key", reason: "unknown", credential: "key" });
  }
}

/** In constant time: of equal lengths because both are digests first. */
async function sameSecret(given: string, expected: string): Promise<boolean> {
  const [left, right] = await Promise.all([digest(given), digest(expected)]);
  return crypto.subtle.timingSafeEqual(left, right);
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
