import type { ProviderConnection } from "./provider";
import { ProviderFailure } from "./provider-failure";

/** Thrown by `connectionFetch`, so that a lost connection is told from a bug. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/**
 * The `fetch` for a provider: what it throws is the connection's fault. A redirect is not followed: the
 * prompt and the key are for the address that was configured.
 */
export function connectionFetch({ fetch, signal }: ProviderConnection): typeof globalThis.fetch {
  const connect: typeof globalThis.fetch = async (input, init) => {
    try {
      return await fetch(input, { ...init, redirect: "manual" });
    } catch (error) {
      signal.throwIfAborted();
      throw new ConnectionError("The connection failed.", { cause: error });
    }
  };
  return async (input, init) => {
    const response = await connect(input, init);
    if (response.status >= 300 && response.status < 400) {
      void response.body?.cancel();
      throw redirected(response);
    }
    return response;
  };
}

function redirected({ status, headers }: Response): ProviderFailure {
  const host = URL.parse(headers.get("location") ?? "")?.host ?? "another address";
  return new ProviderFailure(
    "provider_redirected",
    `The provider answered ${status}, a redirect to ${host}, which is not followed: set its address to where it answers.`,
  );
}
