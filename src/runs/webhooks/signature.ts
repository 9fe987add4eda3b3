/** The headers of the Standard Webhooks specification, symmetric scheme: https://www.standardwebhooks.com */
import { SECOND_MS } from "../../limits/units";

const PREFIX = "whsec_";

/** A new secret in the form in which receivers' libraries take it. */
export function newWebhookSecret(bytes: Uint8Array): string {
  return `${PREFIX}${toBase64(bytes)}`;
}

/** @param secrets All of them sign: a receiver takes the message where one of its own fits. */
export async function signWebhook(
  secrets: readonly string[],
  { id, atMs, body }: { id: string; atMs: number; body: string },
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(atMs / SECOND_MS));
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const signatures = await Promise.all(secrets.map((secret) => signatureOf(secret, signed)));
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.map((signature) => `v1,${signature}`).join(" "),
  };
}

async function signatureOf(secret: string, signed: Uint8Array): Promise<string> {
  const bytes = Uint8Array.from(atob(secret.slice(PREFIX.length)), (char) => char.charCodeAt(0));
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  return toBase64(new Uint8Array(await crypto.subtle.sign("HMAC", key, signed)));
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
