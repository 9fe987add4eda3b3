/**
 * Why a request to the outside had no answer, by name. The platform's `fetch` tells a connection that
 * broke from everything else, and no more; whether anything takes connections at the address tells
 * the rest. Cloudflare's network mostly answers in the receiver's place: see `CLOUDFLARE_CAUSES`.
 */
import { connect } from "cloudflare:sockets";

import { OUTBOUND } from "../limits";
import { ipKind } from "./address-ranges";

export type ConnectionCause = "dns" | "refused" | "tls" | "timeout" | "lost";

/**
 * Statuses by which Cloudflare says that it could not reach a server:
 * https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/
 */
export const CLOUDFLARE_CAUSES: ReadonlyMap<number, ConnectionCause> = new Map([
  [520, "lost"],
  [521, "refused"],
  [522, "timeout"],
  [523, "refused"],
  [524, "timeout"],
  [525, "tls"],
  [526, "tls"],
  [530, "dns"],
]);

/** Asks the address once more, by a connection that is closed without a byte sent. */
export async function findCause(url: URL, error: unknown): Promise<ConnectionCause> {
  const isBroken = error instanceof Error && error.message.startsWith("Network connection lost");
  const isOpen = await takesConnections(url);
  if (isOpen) {
    return isBroken || url.protocol === "http:" ? "lost" : "tls";
  }
  return isBroken || ipKind(url.hostname) !== null ? "refused" : "dns";
}

/** The end of a sentence about a request. @param host With its port, where that is not the usual one. */
export function wordCause(cause: ConnectionCause, host: string): string {
  switch (cause) {
    case "dns":
      return `DNS has no address for ${host}`;
    case "refused":
      return `${host} refused the connection`;
    case "tls":
      return `no TLS could be agreed on with ${host}: its certificate is not valid for it, or it does not speak https there`;
    case "timeout":
      return `${host} did not answer in time (time-out)`;
    case "lost":
      return `${host} closed the connection before its answer was whole`;
  }
}

async function takesConnections({ protocol, hostname, port }: URL): Promise<boolean> {
  const usual = protocol === "https:" ? 443 : 80;
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), OUTBOUND.probeMs);
  try {
    const socket = connect({ hostname, port: port === "" ? usual : Number(port) });
    // Each of its promises rejects where there was no connection.
    socket.closed.catch(() => {});
    const isOpen = await Promise.race([socket.opened.then(() => true), late.promise]);
    socket.close().catch(() => {});
    return isOpen;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
