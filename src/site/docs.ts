/**
 * `/docs`: Scalar's reference on the published document, with the chapters of `docs/` beside the calls.
 * The page is the Worker's; what it loads is built by `scripts/local/keep-assets.ts`.
 */
import { type Context, Hono } from "hono";
import { html, raw } from "hono/html";

import type { AppEnv } from "../api/shared/app-env";
import { noRoute } from "../api/shared/dialect";
import { pageHeaders, readAsset, withHeaders } from "./assets";
import { type Html, favicon } from "./html-page";

const HEADERS = pageHeaders(["font-src 'self' data:"]);
const ASKED_EACH_TIME = "no-cache";

export const docs = new Hono<AppEnv>()
  .get("/docs", (c) =>
    c.html(docsPage(c.env.LANDING_SETTINGS ?? ""), 200, {
      ...HEADERS,
      "Cache-Control": ASKED_EACH_TIME,
    }),
  )
  .get("/docs/*", (c) => serveFile(c));

/** @param settings The shell's `NAME=value` that the samples take, in one line; empty where they are the reader's. */
function docsPage(settings: string): Html {
  return html`<!doctype html>
    <html lang="en" data-settings="${settings}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Bobbin: documents and API reference</title>
        <meta name="description" content="Bobbin's guide, and every call of its API." />
        <link rel="icon" href="${raw(favicon())}" />
        <link rel="preload" href="/openapi.json" as="fetch" crossorigin />
        <link rel="stylesheet" href="/docs/docs.css" />
        <script defer src="/docs/scalar.js"></script>
        <script defer src="/docs/docs.js"></script>
      </head>
      <body>
        <div id="docs">
          <p class="loading">
            The reference is being loaded. Without JavaScript,
            <a href="/openapi.json">openapi.json</a> has all of it.
          </p>
        </div>
      </body>
    </html>`;
}

async function serveFile(c: Context<AppEnv>): Promise<Response> {
  const file = await readAsset(c, new URL(c.req.url).pathname);
  return file.ok || file.status === 304 ? withHeaders(file, HEADERS, ASKED_EACH_TIME) : noRoute(c);
}
