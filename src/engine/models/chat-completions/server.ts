/** A server that speaks OpenAI's wire, and how it is reached. */
import { withoutEnd } from "../../../domain/text";
import { connectionFetch, ConnectionError } from "../connection-fetch";
import type { ProviderConnection } from "../provider";
import { checkBaseUrl, notConfigured, ProviderFailure } from "../provider-failure";

export interface Server {
  /** The provider's id, for messages. */
  id: string;
  baseUrl: string;
  /** Null: a server of one's own often wants none. */
  apiKey: string | null;
}

const OPENAI_HOST = "api.openai.com";

export const KEY_SECRET = "OPENAI_API_KEY";
export const URL_SETTING = "OPENAI_BASE_URL";

/** Throws `provider_not_configured` for an address or a key that no request can carry. */
export function serverAt(id: string, baseUrl: string, apiKey: string | null): Server {
  const key = apiKey?.trim() ?? "";
  if (!/^[\x21-\x7e]*$/.test(key)) {
    throw notConfigured(id, `${KEY_SECRET} holds characters that no header can carry`);
  }
  return { id, baseUrl: checkBaseUrl(id, URL_SETTING, baseUrl), apiKey: key === "" ? null : key };
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
    throw error instanceof ConnectionError ? noAnswer(server) : error;
  }
}

function noAnswer(server: Server): ProviderFailure {
  const { host } = new URL(server.baseUrl);
  return new ProviderFailure(
    "provider_connection_lost",
    `No answer of ${server.id} came from ${host}: the connection failed.${addressHint(server)}`,
    { retryable: true },
  );
}

/** Begins with a space; empty for OpenAI's own address, which nobody has set. */
export function addressHint({ baseUrl }: Server): string {
  const { host } = new URL(baseUrl);
  return host === OPENAI_HOST
    ? ""
    : ` ${URL_SETTING} is at ${host}: set it to the server's address, up to what stands before /chat/completions (mostly /v1).`;
}

/** A query of the address stays (Azure's `api-version`); the path may be given whole. */
function addressOf({ baseUrl }: Server, path: string): string {
  const url = new URL(baseUrl);
  const base = withoutEnd(url.pathname, /\//).replace(/\/chat\/completions$/, "");
  url.pathname = `${base}/${path}`;
  return url.href;
}
