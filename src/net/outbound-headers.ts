/** What a project may say about itself in a request, and what of it a redirect may take along. */
import { ActionFailure } from "../domain/action-failure";

/** They belong to the connection or tell who sent the request: not the project's to set. */
const REFUSED_NAMES = new Set([
  "connection",
  "content-length",
  "expect",
  "forwarded",
  "host",
  "http2-settings",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "true-client-ip",
  "via",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-host",
  "x-real-ip",
]);
const REFUSED_PREFIXES = [
  "cf-",
  "cdn-",
  "fastly-",
  "proxy-",
  "x-envoy-",
  "x-forwarded-",
  "x-original-",
];

/** RFC 9110 5.1 and 5.5, and no bytes beyond ASCII, which servers read in different ways. */
const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const VALUE = /^[\t\x20-\x7e]*$/;

/** What says nothing about the sender to an origin that it did not name. */
const ANYONE_MAY_SEE = ["accept", "accept-language", "content-type", "user-agent"];

/** Throws ActionFailure `header_refused`, naming the header. */
export function outboundHeaders(given: Readonly<Record<string, string>>): Headers {
  const headers = new Headers({ "user-agent": "Bobbin" });
  for (const [name, value] of Object.entries(given)) {
    // Gateways hand headers on as variables, in whose names every sign is the same `_`.
    const plain = name
      .trim()
      .toLowerCase()
      .replaceAll(/[^a-z\d]/g, "-");
    if (REFUSED_NAMES.has(plain) || REFUSED_PREFIXES.some((prefix) => plain.startsWith(prefix))) {
      throw new ActionFailure("header_refused", `The header ${name} is not the caller's to set.`);
    }
    if (!NAME.test(name) || !VALUE.test(value)) {
      throw new ActionFailure("header_refused", `${JSON.stringify(name)} is no valid header.`);
    }
    headers.set(name, value);
  }
  return headers;
}

/** Credentials are for the origin that they were given for, whatever header carries them. */
export function headersForOtherOrigin(headers: Headers): Headers {
  const kept = new Headers();
  for (const name of ANYONE_MAY_SEE) {
    const value = headers.get(name);
    if (value !== null) {
      kept.set(name, value);
    }
  }
  return kept;
}
