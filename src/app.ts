/** The one Hono app: what every request meets, the dialects, the documents. */
import { Hono } from "hono";
import { cors } from "hono/cors";
import { requestId } from "hono/request-id";
import { getPath } from "hono/utils/url";

import { admin } from "./api/admin/dialect";
import { aiSdk } from "./api/ai-sdk/dialect";
import { linkedFiles } from "./api/ai-sdk/linked-files";
import { apiDocument } from "./api/document";
import { addVersion, metorial } from "./api/metorial/dialect";
import { addOpenAiVersion, openai } from "./api/openai/dialect";
import { sdk } from "./api/sdk";
import type { AppEnv } from "./api/shared/app-env";
import { answerErrors, noRoute } from "./api/shared/dialect";
import { logRequests } from "./api/shared/log-requests";
import { errors } from "./api/shared/reply/typed-errors";
import { makeSite } from "./site/site";

const DAY_SECONDS = 86_400;

export const app = new Hono<AppEnv>({
  getPath: (request) => addOpenAiVersion(addVersion(getPath(request))),
})
  .use(requestId())
  .use(
    logRequests({
      "/api/sdk": "rebyte",
      "/v1": "metorial",
      "/openai/v1": "openai",
      "/ui/v1": "ai-sdk",
      "/f": "ai-sdk",
      "/admin": "admin",
    }),
  )
  .use((c, next): Promise<void> => {
    c.set("routes", app.routes);
    return next();
  })
  .use(
    cors({
      origin: (origin, c) => allowedOrigin(c.env.CORS_ORIGINS, origin),
      exposeHeaders: [
        "X-Request-Id",
        "X-Bobbin-Run-Id",
        "Retry-After",
        "RateLimit-Limit",
        "RateLimit-Remaining",
        "RateLimit-Reset",
        "Idempotent-Replayed",
        "Preference-Applied",
        "ETag",
        "Content-Range",
        "Content-Disposition",
        "openai-poll-after-ms",
        "x-should-retry",
        "retry-after-ms",
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
  .route("/api/sdk", sdk)
  .route("/v1", metorial)
  .route("/openai/v1", openai)
  .route("/ui/v1", aiSdk)
  .route("/f", linkedFiles)
  .route("/admin", admin)
  .notFound((c) => noRoute(c))
  .onError(answerErrors(errors));

app.route(
  "/",
  makeSite(() => apiDocument(app)),
);

/** `CORS_ORIGINS` lists origins by comma; `*` is any. */
function allowedOrigin(list: string, origin: string): string | null {
  const origins = list.split(",").map((item) => item.trim());
  if (origins.includes("*")) {
    return "*";
  }
  return origins.includes(origin) ? origin : null;
}
