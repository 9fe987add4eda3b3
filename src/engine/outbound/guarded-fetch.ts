import { ActionFailure } from "../action-failure";
import type { AddressPolicy } from "./check-address";

export interface OutboundRequest {
  url: string;
  /** `GET` by default. */
  method?: string | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  body?: string | Uint8Array | undefined;
}

export interface OutboundOptions extends AddressPolicy {
  /** From the call to the last byte of the body, redirects included. */
  timeoutMs: number;
  /** Of the body after decompression. */
  maxBytes: number;
  /** Aborts the request; its reason is thrown. */
  signal?: AbortSignal | undefined;
}

export interface OutboundResponse {
  status: number;
  /** Lower-case names; `set-cookie` left out. */
  headers: Record<string, string>;
  body: Uint8Array;
  /** Where the last redirect led. */
  url: string;
}

/**
 * One HTTP exchange with the outside, within the rules for what a project may reach.
 *
 * Throws ActionFailure `address_refused`, `header_refused`, `response_too_large`,
 * `request_timeout`, `too_many_redirects` or `request_failed`.
 */
export async function guardedFetch(
  _fetch: typeof fetch,
  request: OutboundRequest,
  _options: OutboundOptions,
): Promise<OutboundResponse> {
  throw new ActionFailure("request_failed", `${request.url}: this build sends no requests.`);
}
