/**
 * A typed client for TypeScript callers, out of the very routes that the Worker serves. Only types
 * cross over: no server code comes along.
 * @module
 * @example
 * const bobbin = createClient("https://bobbin.example.workers.dev", "sk-…");
 * const made = await bobbin.api.sdk.threads.$post({ json: { metadata: { user: "ada" } } });
 * const { id } = await made.json();
 */
import { type ClientRequestOptions, hc } from "hono/client";

import type { ApiRoutes } from "./app";

/**
 * @param key An API key or a session token.
 * @param options `fetch` may be another one than the global.
 */
export function createClient(baseUrl: string, key: string, options: ClientRequestOptions = {}) {
  return hc<ApiRoutes>(baseUrl, {
    ...options,
    headers: { Authorization: `Bearer ${key}` },
  });
}
