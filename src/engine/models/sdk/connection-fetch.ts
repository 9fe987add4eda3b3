import type { ProviderConnection } from "../provider";

/** Thrown by the `fetch` that the SDK is given, so that a lost connection is told from a bug. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** The `fetch` for the SDK: what it throws is the connection's fault. */
export function connectionFetch({ fetch, signal }: ProviderConnection): typeof globalThis.fetch {
  return async (input, init) => {
    try {
      return await fetch(input, init);
    } catch (error) {
      signal.throwIfAborted();
      throw new ConnectionError("The connection failed.", { cause: error });
    }
  };
}
