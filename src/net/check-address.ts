/**
 * Which addresses a project may have this Worker fetch. A Worker cannot look a name up before it
 * fetches, so a public name that leads to a private address is not seen here; in production
 * Cloudflare's egress reaches no private network.
 */
import { ActionFailure } from "../domain/action-failure";
import { cutText, withoutEnd } from "../domain/text";
import { ACTION } from "../limits";
import { ipKind } from "./address-ranges";

/** Which addresses are out of bounds. */
export interface AddressPolicy {
  /** Host names (with or without port) under which the Worker itself is reached. */
  ownHosts: readonly string[];
  /** Development only: 127.0.0.0/8, ::1 and `localhost` are allowed. */
  allowLoopback: boolean;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };
/**
 * Names that only a local network answers: RFC 6761, 6762, 8375, 9476, ICANN's `.internal`, what it will
 * never delegate, and what routers, Kubernetes and Consul call their own. None is a public top level.
 */
const LOCAL_SUFFIXES = [
  ".alt",
  ".arpa",
  ".cluster",
  ".consul",
  ".corp",
  ".docker",
  ".domain",
  ".home",
  ".internal",
  ".intra",
  ".intranet",
  ".invalid",
  ".kube",
  ".kubernetes",
  ".lan",
  ".local",
  ".localdomain",
  ".localnet",
  ".mail",
  ".nomad",
  ".onion",
  ".pod",
  ".priv",
  ".private",
  ".svc",
  ".test",
  ".vpn",
  ".workgroup",
];

/** The address as it may be fetched; throws ActionFailure `address_refused` saying why not. */
export function checkAddress(address: string, policy: AddressPolicy): URL {
  const url = parse(address);
  const reason = refusal(url, policy);
  if (reason !== null) {
    throw new ActionFailure("address_refused", `${shown(address)} ${reason}.`);
  }
  return url;
}

function parse(address: string): URL {
  if (address.length > ACTION.urlMaxChars) {
    throw new ActionFailure(
      "address_refused",
      `The address is longer than ${ACTION.urlMaxChars} characters.`,
    );
  }
  const url = URL.parse(address);
  if (!url) {
    throw new ActionFailure("address_refused", `${shown(address)} is no absolute address.`);
  }
  return url;
}

function refusal(url: URL, policy: AddressPolicy): string | null {
  const port = DEFAULT_PORTS[url.protocol];
  if (port === undefined) {
    return "is neither http nor https";
  }
  if (url.username !== "" || url.password !== "") {
    return "carries a user name or password; use an Authorization header";
  }
  if (isOwn(url, policy.ownHosts)) {
    return "is this service itself";
  }
  if (isLoopback(url)) {
    return policy.allowLoopback
      ? null
      : "is a loopback address; ALLOW_LOOPBACK=true lets a development server reach it";
  }
  return isLocal(bareHost(url)) ? "is not on the public internet" : null;
}

function isLocal(host: string): boolean {
  const kind = ipKind(host);
  if (kind !== null) {
    return kind !== "public";
  }
  // A name without a dot is looked up in the local network's own domain.
  return !host.includes(".") || LOCAL_SUFFIXES.some((suffix) => host.endsWith(suffix));
}

function isLoopback(url: URL): boolean {
  const host = bareHost(url);
  return ipKind(host) === "loopback" || host === "localhost" || host.endsWith(".localhost");
}

/** An own host without a port is own on every port; on loopback, every spelling of it is meant. */
function isOwn(url: URL, ownHosts: readonly string[]): boolean {
  return ownHosts.some((own) => {
    const ownUrl = URL.parse(`http://${own}`);
    if (!ownUrl) {
      return false;
    }
    const isSameHost =
      bareHost(ownUrl) === bareHost(url) || (isLoopback(ownUrl) && isLoopback(url));
    const ownPort = /:\d+$/.test(own) ? portOf(ownUrl) : null;
    return isSameHost && (ownPort === null || ownPort === portOf(url));
  });
}

function portOf(url: URL): string {
  return url.port === "" ? (DEFAULT_PORTS[url.protocol] ?? "") : url.port;
}

/** Lower case already; the dot at the end of an absolute name says nothing. */
function bareHost(url: URL): string {
  return withoutEnd(url.hostname, /\./);
}

/** Without query, fragment and credentials: a message may end up in a log. */
function shown(address: string): string {
  const [path = ""] = address.split(/[?#]/, 1);
  const plain = path.replace(/\/\/[^/@]*@/, "//…@");
  return cutText(plain, 200);
}
