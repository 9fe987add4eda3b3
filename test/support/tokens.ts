import { call } from "./call";

/** A session token minted over the API. */
export async function mintToken(key: string, request: Record<string, unknown>): Promise<string> {
  const minted = await call("/api/sdk/tokens", { key, json: request });
  if (minted.status !== 200) {
    throw new Error(`no token was minted: ${minted.text}`);
  }
  return minted.json.token;
}

/** A token as a customer's backend would make it, by Web Crypto alone. */
export async function signByHand(
  header: Record<string, unknown>,
  claims: Record<string, unknown>,
  secret: string,
): Promise<string> {
  const signed = `${toPart(JSON.stringify(header))}.${toPart(JSON.stringify(claims))}`;
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(secret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(signed));
  return `${signed}.${toPart(String.fromCharCode(...new Uint8Array(signature)))}`;
}

function toPart(binary: string): string {
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
