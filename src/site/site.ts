/** Bobbin's own pages. The landing page needs no build and no files; those of /docs and /studio load static assets. */
import { Hono } from "hono";

import type { AppEnv } from "../api/shared/app-env";
import type { OpenApiDocument } from "../api/shared/openapi/types";
import { JSON_TYPE, toJsonLine } from "../api/shared/reply/json-line";
import { refuseWrongHost } from "../api/shared/request/refuse-wrong-host";
import { demoOf, demoPolicy } from "./demo";
import { docs } from "./docs";
import { PAGE_HEADERS, pageWith } from "./html-page";
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
    .get("/", (c) => {
      const { LANDING_SETTINGS: settings, REPOSITORY_URL: given = "", DEMO_TOKENS } = c.env;
      const { origin } = new URL(c.req.url);
      const repository = /^https:\/\/\S+$/.test(given) && URL.canParse(given) ? given : null;
      const demo = demoOf(settings, DEMO_TOKENS);
      const page = landingPage({ origin, settings, repository, demo });
      return c.html(page, 200, demo === null ? PAGE_HEADERS : pageWith(demoPolicy(demo)));
    })
    .get("/openapi.json", (c) => {
      const published = publishedDocument(document(), new URL(c.req.url).origin);
      return c.body(toJsonLine(published), 200, JSON_TYPE);
    })
    .get("/health", (c) => c.body(toJsonLine({ status: "ok" }), 200, JSON_TYPE))
    .route("/", docs)
    .route("/", studio);
}
