/** Finds the caller of a request, by its key or its session token. */
import type { Context } from "hono";

import { mayBeApiKey } from "../../../domain/access/api-key";
import type { Caller } from "../../../domain/access/caller";
import { type Failure, type Outcome, failed, success } from "../../../domain/failure";
import { KEY } from "../../../limits";
import { type ApiKey, findKey, hashKey, noteKeyUse } from "../../../store/access/keys";
import { controlDatabase } from "../../../store/sql/databases";
import type { AppEnv } from "../app-env";
import { BoundedCache } from "./bounded-cache";
import { countGuess, refuseGuesser } from "./guess-limit";
import { checkSessionToken, looksLikeToken } from "./signed-token";

const BEARER = /^Bearer +(\S+)$/i;

/** Memory of this isolate: keys by their hash. A key that is not in it is looked up in D1. */
const knownKeys = new BoundedCache<ApiKey>(KEY.cacheMaxEntries, KEY.cacheMs);
/** Hashes of no key: a cache of their own, so that guessed keys do not push out real ones. */
const unknownKeys = new BoundedCache<true>(KEY.cacheMaxEntries, KEY.cacheMs);

/**
 * Finds the caller; fails with `missing_authorization`, `malformed_authorization` or `invalid_key`; guessing
 * is rate limited.
 */
export async function authenticate(c: Context<AppEnv>): Promise<Outcome<Caller>> {
  const header = c.req.header("Authorization")?.trim() ?? "";
  const bare = header === "" ? bareCredential(c) : "";
  if (header === "" && bare === "") {
    return failed({ kind: "missing_authorization" });
  }
  const credential = header === "" ? bare : BEARER.exec(header)?.[1];
  if (credential === undefined) {
    return failed({ kind: "malformed_authorization" });
  }
  if (looksLikeToken(credential)) {
    return checkSessionToken(c, credential, Date.now());
  }
  return mayBeApiKey(credential) ? authenticateKey(c, credential) : failed(INVALID_KEY);
}

function bareCredential({ req, var: { credentialHeader } }: Context<AppEnv>): string {
  return credentialHeader === undefined ? "" : (req.header(credentialHeader)?.trim() ?? "");
}

/** Makes this isolate look the key up again; other isolates do within `KEY.cacheMs`. */
export function invalidateKey(hash: string): void {
  knownKeys.delete(hash);
}

const INVALID_KEY: Failure = { kind: "invalid_key", reason: "unknown", credential: "key" };

async function authenticateKey(c: Context<AppEnv>, key: string): Promise<Outcome<Caller>> {
  const hash = await hashKey(key);
  const nowMs = Date.now();
  const found = await lookUp(c, hash, nowMs);
  if (found === null) {
    return failed(INVALID_KEY);
  }
  if (found.revokedAtMs !== null) {
    return failed({ kind: "invalid_key", reason: "revoked", credential: "key" });
  }
  if (found.expiresAtMs !== null && found.expiresAtMs <= nowMs) {
    return failed({ kind: "invalid_key", reason: "expired", credential: "key" });
  }
  touch(c, found, nowMs);
  const { projectId, projectNumber, id: keyId, scopes } = found;
  return success({ kind: "key", projectId, projectNumber, keyId, scopes });
}

async function lookUp(c: Context<AppEnv>, hash: string, nowMs: number): Promise<ApiKey | null> {
  const known = knownKeys.get(hash, nowMs);
  if (known !== undefined || unknownKeys.get(hash, nowMs) === true) {
    return known ?? null;
  }
  refuseGuesser(c, "key");
  c.var.lookAhead?.begin();
  const found = await findKey(controlDatabase(c.env), hash);
  if (found === null) {
    unknownKeys.set(hash, true, nowMs);
    await countGuess(c, "key");
  } else {
    knownKeys.set(hash, found, nowMs);
  }
  return found;
}

/** Notes when the key was last used, once an hour at most, so that a request costs no write. */
function touch(c: Context<AppEnv>, key: ApiKey, nowMs: number): void {
  if (key.lastUsedAtMs !== null && nowMs - key.lastUsedAtMs < KEY.lastUsedStepMs) {
    return;
  }
  key.lastUsedAtMs = nowMs;
  c.executionCtx.waitUntil(noteKeyUse(controlDatabase(c.env), key, nowMs));
}
