/** Bobbin's own pages. The landing page needs no build and no files; those of /docs and /studio load static assets. */
import { Hono } from "hono";

import type { AppEnv } from "../api/shared/app-env";
import type { OpenApiDocument } from "../api/shared/openapi/types";
import { JSON_TYPE, toJsonLine } from "../api/shared/reply/json-line";
import { refuseWrongHost } from "../api/shared/request/refuse-wrong-host";
import { docs } from "./docs";
import { PAGE_HEADERS } from "./html-page";
import { landingPage } from "./landing";
import { publishedDocument } from "./published-document";
import { studio } from "./studio";

/** @param document Asked for at the first visit, not at start. */
export function makeSite(document: () => OpenApiDocument) {
  return new Hono<AppEnv>()
    .use((c, next): Promise<void> => {
      refuseWrongHost(c.req.raw);
      return next();
    })
    .get("/", (c) =>
      c.html(landingPage(new URL(c.req.url).origin, c.env.LANDING_SETTINGS), 200, PAGE_HEADERS),
    )
    .get("/openapi.json", (c) => {
      const published = publishedDocument(document(), new URL(c.req.url).origin);
      return c.body(toJsonLine(published), 200, JSON_TYPE);
    })
    .get("/health", (c) => c.body(toJsonLine({ status: "ok" }), 200, JSON_TYPE))
    .route("/", docs)
    .route("/", studio);
}
