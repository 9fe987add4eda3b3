import { fail } from "../reply/fail";

/** Ends a host, or begins what is none. */
const NOT_OF_A_HOST = /[\s/?#@\\]/;

/**
 * A request's URL is made of its `Host` (RFC 9112, section 3.2): one that is no host, and two that
 * the runtime has joined, leave a URL that cannot be read, or another path than the client sent.
 */
export function refuseWrongHost(request: Request): void {
  const host = request.headers.get("Host");
  if (host !== null && (NOT_OF_A_HOST.test(host) || !URL.canParse(`http://${host}`))) {
    const message = "must name one host, such as example.com or example.com:8787";
    fail({ kind: "invalid", where: "header", issues: [{ path: ["Host"], message }] });
  }
}
