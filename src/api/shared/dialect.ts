/** What all dialects do alike around their routes: errors in their own words, 404 and 405, logging. */
import type { Context, ErrorHandler, Hono, Schema } from "hono";
import { routePath } from "hono/route";
import { METHOD_NAME_ALL } from "hono/router";

import { discloseFailure } from "../../domain/access/disclosure";
import type { Failure } from "../../domain/failure";
import { log } from "../../observability/log";
import { quotaFailure } from "../../store/projects/quotas";
import type { AppEnv } from "./app-env";
import { replayConcurrentDuplicate } from "./idempotency/idempotent-request";
import { meantPath } from "./reply/did-you-mean";
import type { ErrorMap } from "./reply/error-map";
import { ApiError, fail } from "./reply/fail";
import { JSON_TYPE, toJsonLine } from "./reply/json-line";

export type { ErrorMap };

/** A dialect's words for every kind of failure; one that is missing does not compile. */
export type FailureTable<Words> = {
  [Kind in Failure["kind"]]: (failure: Extract<Failure, { kind: Kind }>) => Words;
};

/** The dialect's own words for a failure. */
export function formatFailure<Words>(table: FailureTable<Words>, failure: Failure): Words {
  const word: (failure: never) => Words = table[failure.kind];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table pairs kind and failure
  return word(failure as never);
}

/** An `onError` that answers in the dialect's own words and logs what nobody foresaw. */
export function answerErrors(errors: ErrorMap): ErrorHandler<AppEnv> {
  return async (thrown, c) => {
    const { requestId } = c.var;
    const { answer, error } = await settle(c, thrown);
    if (answer !== null) {
      return answer;
    }
    if (error instanceof ApiError) {
      c.set("failure", error.failure.kind);
      const failure = discloseFailure(c.var.caller, error.failure);
      const words =
        failure.kind === "no_route" ? c.var.errorsOf(failure.meant ?? failure.path) : null;
      const { status, body } = (words ?? errors).failure(failure, requestId);
      return c.body(toJsonLine(body), status, { ...headersFor(failure), ...JSON_TYPE });
    }
    c.set("failure", "bug");
    log.error("unforeseen exception", {
      requestId,
      method: c.req.method,
      route: routePath(c),
      error,
    });
    const { status, body } = errors.bug(requestId);
    return c.body(toJsonLine(body), status, JSON_TYPE);
  };
}

/**
 * What the store's exception means to the caller: a twin of the same `Idempotency-Key` was first, or
 * a quota is used up.
 */
async function settle(
  c: Context<AppEnv>,
  thrown: Error,
): Promise<{ answer: Response | null; error: Error }> {
  try {
    const quota = quotaFailure(thrown, Date.now());
    const error = quota === null ? thrown : new ApiError(quota);
    return { answer: await replayConcurrentDuplicate(c, thrown), error };
  } catch (error) {
    return { answer: null, error: error instanceof Error ? error : thrown };
  }
}

/**
 * Closes a dialect behind its last route: a known path with another method is a 405 that names the
 * allowed ones, anything else the dialect's own 404. (A mounted app's `notFound` is never asked.)
 */
export function closeRoutes<S extends Schema, Base extends string>(
  app: Hono<AppEnv, S, Base>,
): void {
  const allowedByPath = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    if (method === METHOD_NAME_ALL) {
      // What stands before routes, as a check of credentials, is no route.
      continue;
    }
    const allowed = allowedByPath.get(path) ?? new Set(["OPTIONS"]);
    allowedByPath.set(
      path,
      method === "GET" ? allowed.add("GET").add("HEAD") : allowed.add(method),
    );
  }
  for (const [path, allowed] of allowedByPath) {
    app.all(path, (c) =>
      fail({
        kind: "method_not_allowed",
        method: c.req.method,
        allowed: [...allowed].toSorted(),
      }),
    );
  }
  app.all("*", (c) => noRoute(c));
}

/**
 * The end of each dialect's routes: fails with `no_route`, which names the path that may be meant.
 */
export function noRoute(c: Context<AppEnv>): never {
  const { method, path } = c.req;
  return fail({ kind: "no_route", method, path, meant: meantPath(c.var.routes, path) });
}

/** Headers that HTTP itself gives a meaning, the same in all dialects. */
function headersFor(failure: Failure): Record<string, string> {
  if (failure.kind === "rate_limited") {
    const seconds = String(failure.retryAfterSeconds);
    return {
      "Retry-After": seconds,
      "RateLimit-Limit": String(failure.limit),
      "RateLimit-Remaining": "0",
      "RateLimit-Reset": seconds,
    };
  }
  if ("retryAfterSeconds" in failure && failure.retryAfterSeconds !== undefined) {
    return { "Retry-After": String(failure.retryAfterSeconds) };
  }
  if (failure.kind === "range_not_satisfiable") {
    return { "Content-Range": `bytes */${failure.sizeBytes}` };
  }
  if (failure.kind === "method_not_allowed") {
    return { Allow: failure.allowed.join(", ") };
  }
  return UNAUTHORIZED.has(failure.kind) ? { "WWW-Authenticate": 'Bearer realm="bobbin"' } : {};
}

const UNAUTHORIZED = new Set(["missing_authorization", "malformed_authorization", "invalid_key"]);
