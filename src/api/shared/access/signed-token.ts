/** Signs and checks session tokens. What they say is in `domain/access/session-token.ts`. */
import type { Context } from "hono";
import { decode, sign, verify } from "hono/jwt";

import type { TokenCaller } from "../../../domain/access/caller";
import { EndUserId, SessionTokenClaims } from "../../../domain/access/session-token";
import { type Failure, type Outcome, failed, success } from "../../../domain/failure";
import { HEX_20 } from "../../../domain/ids";
import { KEY, TOKEN } from "../../../limits";
import { SECOND_MS } from "../../../limits/units";
import { type SigningKeyState, findSigningKeyState } from "../../../store/access/signing-secrets";
import { controlDatabase } from "../../../store/sql/databases";
import type { AppEnv } from "../app-env";
import { BoundedCache } from "./bounded-cache";
import { countGuess, refuseGuesser } from "./guess-limit";

const ALGORITHM = "HS256";

/** Memory of this isolate, so that a token in use costs no look-up; revocation waits for `KEY.cacheMs`. */
const knownSigningKeys = new BoundedCache<SigningKeyState>(KEY.cacheMaxEntries, KEY.cacheMs);
/** Names of no signing key: a cache of their own, so that made-up tokens do not push out real ones. */
const unknownSigningKeys = new BoundedCache<true>(KEY.cacheMaxEntries, KEY.cacheMs);

/** Three dot-separated parts: no key looks like this. */
export function looksLikeToken(credential: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(credential);
}

/** The token as a JWT (HS256) whose `kid` names the secret. */
export function signSessionToken(
  claims: SessionTokenClaims,
  { id, secret }: { id: string; secret: string },
): Promise<string> {
  const k = btoa(secret).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return sign(claims, { kty: "oct", alg: ALGORITHM, k, kid: id });
}

/**
 * Finds the caller of a token; fails with `invalid_key`. The order matters: before the signature is checked
 * nothing of the token is believed but `kid` and `sub`, which say what to check it against.
 */
export async function checkSessionToken(
  c: Context<AppEnv>,
  token: string,
  nowMs: number,
): Promise<Outcome<TokenCaller>> {
  const named = readNames(token);
  if (named === null) {
    return refused("unknown");
  }
  const signingKey = await lookUp(c, named, nowMs);
  if (signingKey === null || !(await isSigned(token, signingKey.secret))) {
    await countGuess(c, "key");
    return refused("unknown");
  }
  const claims = SessionTokenClaims.safeParse(decode(token).payload);
  if (!claims.success || claims.data.aud !== signingKey.projectId) {
    return refused("unknown");
  }
  return (
    validateTimes(claims.data, signingKey, nowMs) ?? success(toCaller(claims.data, signingKey))
  );
}

/**
 * A clock that runs ahead dates its tokens ahead: a revocation ends those too, for it cannot tell
 * them from newer ones, unless the token itself says which revocations it came after.
 */
function validateTimes(
  { iat, exp, after = 0 }: SessionTokenClaims,
  { retiresAtMs, notBeforeMs }: SigningKeyState,
  nowMs: number,
): { ok: false; failure: Failure } | null {
  if (exp * SECOND_MS <= nowMs) {
    return refused("expired");
  }
  const issuedMs = iat * SECOND_MS;
  const isRevoked = after < notBeforeMs && issuedMs <= lastRevoked(notBeforeMs);
  if (isRevoked || (retiresAtMs !== null && retiresAtMs <= nowMs)) {
    return refused("revoked");
  }
  const isAhead = issuedMs > nowMs + TOKEN.clockSkewMs || after > Math.max(nowMs, notBeforeMs);
  return isAhead ? refused("unknown") : null;
}

function lastRevoked(notBeforeMs: number): number {
  return notBeforeMs === 0 ? 0 : notBeforeMs + TOKEN.clockSkewMs;
}

function toCaller(
  claims: SessionTokenClaims,
  { projectId, projectNumber }: SigningKeyState,
): TokenCaller {
  return {
    kind: "token",
    projectId,
    projectNumber,
    endUserId: claims.sub,
    threads: claims.thread === "own" ? "own" : { threadId: claims.thread.id },
    toolIds: claims.tools,
    verbs: claims.verbs,
  };
}

function readNames(token: string): { kid: string; sub: string } | null {
  try {
    const { header, payload } = decode(token);
    const sub = EndUserId.safeParse(payload["sub"]);
    return typeof header.kid === "string" && HEX_20.test(header.kid) && sub.success
      ? { kid: header.kid, sub: sub.data }
      : null;
  } catch {
    return null;
  }
}

/** Checks the signature alone: the library's checks of times allow no skew and know no revocation. */
async function isSigned(token: string, secret: string): Promise<boolean> {
  try {
    await verify(token, secret, { alg: ALGORITHM, exp: false, iat: false, nbf: false });
    return true;
  } catch {
    return false;
  }
}

async function lookUp(
  c: Context<AppEnv>,
  { kid, sub }: { kid: string; sub: string },
  nowMs: number,
): Promise<SigningKeyState | null> {
  const name = JSON.stringify([kid, sub]);
  const known = knownSigningKeys.get(name, nowMs);
  if (known !== undefined || unknownSigningKeys.get(name, nowMs) === true) {
    return known ?? null;
  }
  refuseGuesser(c, "key");
  c.var.lookAhead?.begin();
  const found = await findSigningKeyState(controlDatabase(c.env), kid, sub);
  if (found === null) {
    unknownSigningKeys.set(name, true, nowMs);
  } else {
    knownSigningKeys.set(name, found, nowMs);
  }
  return found;
}

function refused(reason: Extract<Failure, { kind: "invalid_key" }>["reason"]) {
  return failed({ kind: "invalid_key", reason, credential: "token" });
}
