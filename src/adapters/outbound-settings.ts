import type { AddressPolicy } from "../net/check-address";

type OutboundEnv = Pick<Env, "ALLOW_LOOPBACK" | "OWN_ORIGINS">;

/**
 * What a project may not reach: this service itself. Its own hosts are those of `OWN_ORIGINS`, and the
 * one that the call came to besides, which the caller may have named in a header.
 */
export function outboundSettings(env: OutboundEnv, calledHost: string): AddressPolicy {
  const origins = (env.OWN_ORIGINS ?? "").split(",").flatMap((origin) => {
    const url = URL.parse(origin.trim());
    return url === null ? [] : [url.host];
  });
  return {
    ownHosts: [...new Set([...origins, calledHost])],
    allowLoopback: env.ALLOW_LOOPBACK === "true",
  };
}
