/** The log of requests: one line each, written as the reply begins. */
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";

import { countTrips } from "../../observability/counted-database";
import { log } from "../../observability/log";
import { isLogged } from "../../observability/sampling";
import { mapDatabases } from "../../store/sql/databases";
import type { AppEnv } from "./app-env";

const SERVER_ERROR = 500;

/**
 * Stands before everything else. Hands on a database whose round trips are counted, and writes
 * `method`, `route` (the pattern, as a path may hold anything), `status`, `ms` and `d1Trips` until the
 * reply begins, `dialect`, `projectId`, `requestId`; `failure`, its kind, where the call was refused.
 * Nothing of a body, a query, a header or an end user.
 *
 * @param dialects The dialect by the prefix of its routes; others are `site`.
 */
export function logRequests(dialects: Readonly<Record<string, string>>): MiddlewareHandler<AppEnv> {
  const prefixes = Object.keys(dialects);
  return async (c, next) => {
    const startedAtMs = Date.now();
    const meter = { d1Trips: 0 };
    const { LOG_SAMPLE: sample } = c.env;
    c.env = { ...c.env, ...mapDatabases(c.env, (db) => countTrips(db, meter)) };
    await next();
    const { status } = c.res;
    if (!isLogged(sample, status >= SERVER_ERROR)) {
      return;
    }
    const route = routePath(c);
    const prefix = prefixes.find((start) => route.startsWith(`${start}/`));
    log.info("request", {
      requestId: c.var.requestId,
      method: c.req.method,
      route,
      dialect: prefix === undefined ? "site" : dialects[prefix],
      status,
      failure: c.var.failure,
      ms: Date.now() - startedAtMs,
      d1Trips: meter.d1Trips,
      projectId: c.var.caller?.projectId,
      caller: c.var.caller?.kind,
      hiddenRunId: c.var.hiddenRunId,
    });
  };
}
