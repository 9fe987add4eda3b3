/**
 * Serves `/studio` from the static assets, which are built out of `studio/`. The pages hold no data and no
 * secret: they read everything from the API, with a key that their user enters.
 */
import { type Context, Hono } from "hono";

import type { AppEnv } from "../api/shared/app-env";
import { noRoute } from "../api/shared/dialect";
import { pageHeaders, readAsset, withHeaders } from "./assets";

const HEADERS = {
  ...pageHeaders(["font-src 'self'", "frame-src blob:"]),
  "Cross-Origin-Opener-Policy": "same-origin",
};

/** Paths of built files; any other path is a page's, whose ids may have a dot as well. */
const FILE = /^\/studio\/(?:assets\/)?[^/]+\.\w+$/;
/** Names of built files hold a hash of what is in them. */
const HASHED = /^\/studio\/assets\//;
const FOR_EVER = "public, max-age=31536000, immutable";
const ASKED_EACH_TIME = "no-cache";

const NOT_BUILT =
  "The studio is not built. `npm run dev`, `npm start` and `npm run deploy` build it.\n";

export const studio = new Hono<AppEnv>()
  .get("/studio", (c) => serve(c))
  .get("/studio/*", (c) => serve(c));

async function serve(c: Context<AppEnv>): Promise<Response> {
  if (c.env.STUDIO !== "on") {
    return noRoute(c);
  }
  const { pathname } = new URL(c.req.url);
  if (FILE.test(pathname)) {
    const file = await readAsset(c, pathname);
    return file.ok || file.status === 304
      ? withHeaders(file, HEADERS, HASHED.test(pathname) ? FOR_EVER : ASKED_EACH_TIME)
      : noRoute(c);
  }
  // One page stands for all paths that are no file: it reads the path itself.
  const page = await readAsset(c, "/studio/");
  return page.ok || page.status === 304
    ? withHeaders(page, HEADERS, ASKED_EACH_TIME)
    : c.text(NOT_BUILT, 503, HEADERS);
}
