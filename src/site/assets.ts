/** Files of the Worker's static assets, handed out under its own headers. */
import type { Context } from "hono";

import type { AppEnv } from "../api/shared/app-env";

/**
 * Headers of a page that runs scripts: it loads its own files, its own API, and pictures that it made itself.
 * @param more Directives of its policy beside those of all.
 */
export function pageHeaders(more: readonly string[]): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    // Components measure and place themselves; no text of a user becomes a style.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...more,
  ];
  return {
    "Content-Security-Policy": policy.join("; "),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
  };
}

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
