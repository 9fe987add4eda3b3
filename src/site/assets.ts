/** Files of the Worker's static assets, handed out under its own headers. */
import type { Context } from "hono";

import type { AppEnv } from "../api/shared/app-env";

export function readAsset(c: Context<AppEnv>, path: string): Promise<Response> {
  const seen = c.req.header("If-None-Match");
  return c.env.ASSETS.fetch(new URL(path, c.req.url), {
    method: c.req.method,
    headers: seen === undefined ? {} : { "If-None-Match": seen },
  });
}

/** @param caching The file's `Cache-Control`. */
export function withHeaders(
  asset: Response,
  headers: Record<string, string>,
  caching: string,
): Response {
  const reply = new Response(asset.body, asset);
  for (const [name, value] of Object.entries({ ...headers, "Cache-Control": caching })) {
    reply.headers.set(name, value);
  }
  return reply;
}
