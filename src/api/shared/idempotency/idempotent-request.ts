/**
 * A POST, or a DELETE of those clients, that is sent again is not done again: the first answer is given once more, byte for byte.
 * `Idempotency-Key` names a request for 24 hours. Clients of OpenAI's family send none, but say
 * `X-Stainless-Retry-Count: 1` and so on when they try again: the same request of the same caller
 * within a minute is then taken for the first one. Only success is kept: what failed did nothing.
 */
import type { Context } from "hono";

import type { Caller } from "../../../domain/access/caller";
import { toHex } from "../../../domain/ids";
import { IDEMPOTENCY } from "../../../limits";
import { callerName, isConcurrentDuplicate } from "../../../store/access/idempotency";
import type { InSameTransaction } from "../../../store/sql/batch";
import { databaseOf } from "../../../store/sql/databases";
import type { AppEnv } from "../app-env";
import { fail } from "../reply/fail";
import { JSON_TYPE } from "../reply/json-line";
import { IdempotentRequest } from "./request-record";

const KEY_HEADER = "Idempotency-Key";
const RETRY_HEADER = "X-Stainless-Retry-Count";

const KEY_FORM = /^[\x21-\x7e]+$/;

/** Null where the client asks for nothing of the kind. @param body What the request says, as JSON. */
export async function readIdempotency(
  c: Context<AppEnv>,
  body: unknown,
): Promise<IdempotentRequest | null> {
  const key = readKey(c);
  const retries = c.req.header(RETRY_HEADER);
  if (key === undefined && retries === undefined) {
    return null;
  }
  const fingerprint = await fingerprintOf(c, body);
  const { caller } = c.var;
  const name = {
    projectId: caller.projectId,
    caller: callerName(caller),
    key: `${boundOf(caller)}${key === undefined ? `implicit/${fingerprint}` : `key/${key}`}`,
  };
  return new IdempotentRequest(databaseOf(c.env, c.var.caller), name, {
    body,
    fingerprint,
    implicit: key === undefined,
    isRetry: key !== undefined || Number(retries) >= 1,
  });
}

/** Whether the client is of the family that says with each request how often it was sent before. */
export function saysRetries(request: Pick<Context<AppEnv>["req"], "header">): boolean {
  return request.header(RETRY_HEADER) !== undefined;
}

/** What a creating verb runs inSameTransaction, so that the answer is kept with what it answers. */
export function storeResponseWith<Made extends { id: string }>(
  { var: { idempotent } }: Context<AppEnv>,
  present: (made: Made) => object,
): InSameTransaction<Made> | undefined {
  return idempotent ? (made) => idempotent.store(present(made), made.id) : undefined;
}

export function replayResponse(c: Context<AppEnv>, answer: string): Response {
  return c.body(`${answer}\n`, 200, { ...JSON_TYPE, "Idempotent-Replayed": "true" });
}

/**
 * The answer to a request whose batch failed because its twin, sent at the same time, was first;
 * null for any other exception.
 */
export async function replayConcurrentDuplicate(
  c: Context<AppEnv>,
  error: unknown,
): Promise<Response | null> {
  const { idempotent } = c.var;
  if (!idempotent || !isConcurrentDuplicate(error)) {
    return null;
  }
  const first = await idempotent.lookup();
  return first === null ? null : replayResponse(c, first);
}

export function refuseKey(c: Context<AppEnv>): void {
  if (readKey(c) !== undefined) {
    const message = "cannot be given to this call: its answer is a secret that is shown once";
    refuseHeader(message);
  }
}

function readKey(c: Context<AppEnv>): string | undefined {
  const key = c.req.header(KEY_HEADER);
  if (key !== undefined && (!KEY_FORM.test(key) || key.length > IDEMPOTENCY.maxKeyChars)) {
    refuseHeader(`must be 1 to ${IDEMPOTENCY.maxKeyChars} visible ASCII characters`);
  }
  return key;
}

function refuseHeader(message: string): never {
  return fail({ kind: "invalid", where: "header", issues: [{ path: [KEY_HEADER], message }] });
}

/** A token that is bound to one thread does not see what its end user did in others. */
function boundOf(caller: Caller): string {
  return caller.kind === "key" || caller.threads === "own"
    ? ""
    : `${JSON.stringify(caller.threads.threadId)}/`;
}

/** The id that the path names last: the resource that the answer is about. */
export function subjectOf(c: Context<AppEnv>): string | null {
  const params: Record<string, string> = c.req.param();
  return Object.values(params).at(-1) ?? null;
}

async function fingerprintOf(c: Context<AppEnv>, body: unknown): Promise<string> {
  const url = new URL(c.req.url);
  const text = [c.req.method, c.req.path, url.search, JSON.stringify(body)].join("\n");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return toHex(new Uint8Array(digest));
}
