/** The one Hono app: what every request meets, the dialects, the documents. */
import { Hono } from "hono";
import { cors } from "hono/cors";
import type { HonoBase } from "hono/hono-base";
import { requestId } from "hono/request-id";
import { getPath } from "hono/utils/url";

import { DIALECTS } from "./api/dialects";
import { apiDocument } from "./api/openapi-document";
import type { AppEnv } from "./api/shared/app-env";
import { answerErrors, noRoute } from "./api/shared/dialect";
import { logRequests } from "./api/shared/log-requests";
import type { Dialect, RoutesOf } from "./api/shared/mount";
import { errors } from "./api/shared/reply/typed-errors";
import { allowedOrigin } from "./api/shared/request/allowed-origin";
import { makeSite } from "./site/site";

const DAY_SECONDS = 86_400;

const MOUNTED: readonly Dialect[] = DIALECTS;

export const app = new Hono<AppEnv>({
  getPath: (request) =>
    MOUNTED.reduce((path, { canonicalPath }) => canonicalPath?.(path) ?? path, getPath(request)),
})
  .use(requestId())
  .use(logRequests(namesByPrefix()))
  .use((c, next): Promise<void> => {
    c.set("routes", app.routes);
    c.set(
      "errorsOf",
      (path) => MOUNTED.find(({ meantPaths }) => meantPaths?.test(path))?.document.errors,
    );
    return next();
  })
  .use(
    cors({
      origin: (origin, c) => allowedOrigin(c.env.CORS_ORIGINS, origin),
      exposeHeaders: [
        "X-Request-Id",
        "Retry-After",
        "RateLimit-Limit",
        "RateLimit-Remaining",
        "RateLimit-Reset",
        "Idempotent-Replayed",
        "Preference-Applied",
        "ETag",
        "Content-Range",
        "Content-Disposition",
        ...MOUNTED.flatMap(({ exposedHeaders = [] }) => exposedHeaders),
      ],
      maxAge: DAY_SECONDS,
    }),
  )
  .use(async (c, next) => {
    await next();
    if (!c.res.headers.has("Cache-Control")) {
      c.res.headers.set("Cache-Control", "no-store");
    }
  })
  .notFound((c) => noRoute(c))
  .onError(answerErrors(errors));

for (const { prefix, routes, beside = [] } of MOUNTED) {
  app.route(prefix, routes);
  for (const others of beside) {
    app.route(others.prefix, others.routes);
  }
}

app.route(
  "/",
  makeSite(() => apiDocument(app)),
);

function namesByPrefix(): Record<string, string> {
  return Object.fromEntries(
    MOUNTED.flatMap(({ name, prefix, beside = [] }) =>
      [prefix, ...beside.map((others) => others.prefix)].map((start) => [start, name]),
    ),
  );
}

/** All calls of all dialects, with their types. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- a union, in which Hono has an empty part
export type ApiRoutes = HonoBase<AppEnv, RoutesOf<(typeof DIALECTS)[number]>>;
