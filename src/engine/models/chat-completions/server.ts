/** A server that speaks OpenAI's wire, and how it is reached. */
import { connectionFetch, ConnectionError } from "../connection-fetch";
import type { ProviderConnection } from "../provider";
import { checkBaseUrl, connectionLost, notConfigured } from "../provider-failure";

export interface Server {
  /** The provider's id, for messages. */
  id: string;
  baseUrl: string;
  /** Null: a server of one's own often wants none. */
  apiKey: string | null;
}

export const KEY_SECRET = "OPENAI_API_KEY";

/** Throws `provider_not_configured` for an address or a key that no request can carry. */
export function serverAt(id: string, baseUrl: string, apiKey: string | null): Server {
  const key = apiKey?.trim() ?? "";
  if (!/^[\x21-\x7e]*$/.test(key)) {
    throw notConfigured(id, `${KEY_SECRET} holds characters that no header can carry`);
  }
  return { id, baseUrl: checkBaseUrl(id, baseUrl), apiKey: key === "" ? null : key };
}

/** Whatever the answer's status. Throws `provider_connection_lost`, or the signal's reason. */
export async function post(
  server: Server,
  path: "chat/completions" | "embeddings",
  body: object,
  connection: ProviderConnection,
): Promise<Response> {
  try {
    return await connectionFetch(connection)(addressOf(server, path), {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        ...(server.apiKey !== null && { Authorization: `Bearer ${server.apiKey}` }),
      },
      body: JSON.stringify(body),
      signal: connection.signal,
    });
  } catch (error) {
    connection.signal.throwIfAborted();
    throw error instanceof ConnectionError ? connectionLost(server.id) : error;
  }
}

/** A query of the address stays (Azure's `api-version`); the path may be given whole. */
function addressOf({ baseUrl }: Server, path: string): string {
  const url = new URL(baseUrl);
  const base = url.pathname.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
  url.pathname = `${base}/${path}`;
  return url.href;
}
