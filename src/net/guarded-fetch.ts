/**
 * The one way in which the engine sends a request on a project's behalf. What it sends is built
 * from the request alone: nothing of the Worker's own incoming request goes along. The platform
 * itself adds `CF-Worker` with the name of the deployment's zone, which no Worker can prevent.
 */
import { ActionFailure } from "../domain/action-failure";
import { OUTBOUND } from "../limits";
import { checkAddress } from "./check-address";
import type { AddressPolicy } from "./check-address";
import { type ConnectionCause, findCause, wordCause } from "./connection-cause";
import { headersForOtherOrigin, outboundHeaders } from "./outbound-headers";
import { readBody } from "./read-body";

export interface OutboundRequest {
  url: string;
  /** `GET` by default. */
  method?: string | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  body?: string | Uint8Array | undefined;
}

/** Bounds of one outbound request. */
export interface OutboundOptions extends AddressPolicy {
  /** From the call to the last byte of the body, redirects included. */
  timeoutMs: number;
  /** Of the body after decompression. */
  maxBytes: number;
  /** `OUTBOUND.maxRedirects` by default. */
  maxRedirects?: number | undefined;
  /** Aborts the request; its reason is thrown. */
  signal?: AbortSignal | undefined;
  /** Asked where the platform's `fetch` throws; by default it looks whether the address answers. */
  findCause?: typeof findCause | undefined;
}

/** There was no answer, or no whole one. */
class RequestFailure extends ActionFailure {
  readonly reason: ConnectionCause;

  constructor(code: string, message: string, reason: ConnectionCause) {
    super(code, message);
    this.reason = reason;
  }
}

/** The reply, read to its end. */
export interface OutboundResponse {
  status: number;
  /** Lower-case names; `set-cookie` left out. */
  headers: Record<string, string>;
  body: Uint8Array;
  /** Where the last redirect led. */
  url: string;
}

/** One request of the chain that redirects make. */
interface Hop {
  url: URL;
  method: string;
  headers: Headers;
  body: string | Uint8Array | undefined;
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * One HTTP exchange with the outside, within the rules for what a project may reach.
 *
 * Throws ActionFailure `address_refused`, `header_refused`, `response_too_large`,
 * `too_many_redirects` or `request_failed`; RequestFailure `request_timeout` or `request_failed`.
 */
export async function guardedFetch(
  fetcher: typeof fetch,
  request: OutboundRequest,
  options: OutboundOptions,
): Promise<OutboundResponse> {
  const first: Hop = {
    url: checkAddress(request.url, options),
    method: checkedMethod(request),
    headers: outboundHeaders(request.headers ?? {}),
    body: request.body,
  };
  options.signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
  try {
    return await follow(fetcher, first, options, signal);
  } catch (error) {
    throw asFailure(error, timeout, options);
  }
}

function checkedMethod(request: OutboundRequest): string {
  const method = (request.method ?? "GET").toUpperCase();
  if (!METHODS.has(method)) {
    throw new ActionFailure("request_failed", `${JSON.stringify(method)} is no method to send.`);
  }
  if (request.body !== undefined && (method === "GET" || method === "HEAD")) {
    throw new ActionFailure("request_failed", `A ${method} request has no body.`);
  }
  return method;
}

async function follow(
  fetcher: typeof fetch,
  first: Hop,
  options: OutboundOptions,
  signal: AbortSignal,
): Promise<OutboundResponse> {
  const { maxRedirects = OUTBOUND.maxRedirects } = options;
  let hop = first;
  for (let redirects = 0; ; redirects += 1) {
    const { url, method, headers, body } = hop;
    const init = { method, headers, redirect: "manual", signal } as const;
    const response = await fetcher(url.href, body === undefined ? init : { ...init, body }).catch(
      async (error: unknown) => {
        signal.throwIfAborted();
        const reason = await (options.findCause ?? findCause)(url, error);
        throw new RequestFailure(
          "request_failed",
          `The request failed: ${wordCause(reason, url.host)}.`,
          reason,
        );
      },
    );
    const location = REDIRECTS.has(response.status) ? response.headers.get("location") : null;
    if (location === null) {
      return present(response, url, await readBody(response, options.maxBytes, signal));
    }
    void response.body?.cancel();
    if (redirects === maxRedirects) {
      throw new ActionFailure(
        "too_many_redirects",
        `The request was redirected more than ${maxRedirects} times.`,
      );
    }
    hop = redirected(hop, response.status, location, options);
  }
}

/** The next request, by the rules of the Fetch standard, and stricter with headers. */
function redirected(hop: Hop, status: number, location: string, policy: AddressPolicy): Hop {
  const target = URL.parse(location, hop.url.href);
  const url = checkAddress(target?.href ?? location, policy);
  const next = { ...hop, url, headers: new Headers(hop.headers) };
  if (url.origin !== hop.url.origin) {
    next.headers = headersForOtherOrigin(hop.headers);
  }
  const isRewritten =
    status === 303 ? hop.method !== "HEAD" : status < 303 && hop.method === "POST";
  if (isRewritten) {
    next.method = "GET";
    next.body = undefined;
    next.headers.delete("content-type");
  }
  return next;
}

function present(response: Response, url: URL, body: Uint8Array): OutboundResponse {
  const headers = Object.fromEntries(
    [...response.headers].filter(([name]) => name !== "set-cookie"),
  );
  return { status: response.status, headers, body, url: url.href };
}

/** The caller's own abort goes through as it is. */
function asFailure(error: unknown, timeout: AbortSignal, options: OutboundOptions): unknown {
  if (error instanceof ActionFailure) {
    return error;
  }
  if (options.signal?.aborted) {
    return options.signal.reason;
  }
  if (timeout.aborted) {
    return new RequestFailure(
      "request_timeout",
      `Time-out: there was no complete answer within ${options.timeoutMs} ms.`,
      "timeout",
    );
  }
  const message = "The request failed: the connection was closed before the answer was whole.";
  return new RequestFailure("request_failed", message, "lost");
}
