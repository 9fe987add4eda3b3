/**
 * Addresses of files that need no header, for what a page shows by itself, as `<img src>`: signed with
 * the project's signing secret, and good until they expire or the secret retires.
 */
import type { Context } from "hono";

import { CHAT, KEY } from "../../../limits";
import { SECOND_MS } from "../../../limits/units";
import {
  type SigningKeyState,
  findSigningKeyState,
  secretForMinting,
} from "../../../store/access/signing-secrets";
import { controlDatabase } from "../../../store/sql/databases";
import type { AppEnv } from "../app-env";
import { fail } from "../reply/fail";
import { BoundedCache } from "./bounded-cache";
import { countGuess, refuseGuesser } from "./guess-limit";

type Secret = Pick<SigningKeyState, "secret"> & { id: string };

/** Memory of this isolate: a secret that retires signs and opens for so much longer. */
const signing = new BoundedCache<Secret>(KEY.cacheMaxEntries, KEY.cacheMs);
const opening = new BoundedCache<SigningKeyState>(KEY.cacheMaxEntries, KEY.cacheMs);

/** Revocations are of end users' tokens; a link is of nobody. */
const NOBODY = "";

/** Signs addresses of the caller's project. */
export async function fileLinks(c: Context<AppEnv>): Promise<(fileId: string) => Promise<string>> {
  const nowMs = Date.now();
  const { id, secret } = await secretOf(c, nowMs);
  const key = await keyOf(secret);
  // The same for a while: a browser that has the picture need not ask for it.
  const stepped = Math.ceil(nowMs / CHAT.fileLinkStepMs) * CHAT.fileLinkStepMs;
  const expires = (stepped + CHAT.fileLinkMs) / SECOND_MS;
  const { origin } = new URL(c.req.url);
  return async (fileId) => {
    const signature = await crypto.subtle.sign("HMAC", key, signedText(fileId, expires));
    return `${origin}/f/${fileId}?e=${expires}&s=${id}.${toBase64Url(signature)}`;
  };
}

/**
 * The project of the file that is asked for; throws what is said to who has no good link.
 * @param query As it stands in the address.
 */
export async function openFileLink(
  c: Context<AppEnv>,
  fileId: string,
  { e: expires = "", s: signed = "" }: Record<string, string>,
): Promise<{ projectId: string }> {
  const [, secretId = "", signature = ""] = SIGNED.exec(signed) ?? [];
  const state = secretId === "" ? null : await stateOf(c, secretId);
  const isSigned =
    state !== null &&
    (await crypto.subtle.verify(
      "HMAC",
      await keyOf(state.secret),
      fromBase64Url(signature),
      signedText(fileId, momentOf(expires)),
    ));
  if (!isSigned) {
    await countGuess(c, "key");
    return fail({ kind: "not_found", entity: "file", id: fileId });
  }
  const nowMs = Date.now();
  if (Number(expires) * SECOND_MS <= nowMs) {
    fail({ kind: "invalid_key", reason: "expired", credential: "link" });
  }
  if (state.retiresAtMs !== null && state.retiresAtMs <= nowMs) {
    fail({ kind: "invalid_key", reason: "revoked", credential: "link" });
  }
  return state;
}

const MOMENT = /^[1-9]\d{0,15}$/;
const SIGNED = /^([0-9a-f]{20})\.([\w-]{43})$/;

/** NaN, which nobody has signed, where it is spelled otherwise than an address that was given out. */
function momentOf(expires: string): number {
  return MOMENT.test(expires) ? Number(expires) : Number.NaN;
}

async function secretOf(c: Context<AppEnv>, nowMs: number): Promise<Secret> {
  const { projectId } = c.var.caller;
  const known = signing.get(projectId, nowMs);
  if (known !== undefined) {
    return known;
  }
  const made = await secretForMinting(controlDatabase(c.env), projectId, NOBODY, nowMs);
  signing.set(projectId, made, nowMs);
  return made;
}

async function stateOf(c: Context<AppEnv>, secretId: string): Promise<SigningKeyState | null> {
  const nowMs = Date.now();
  const known = opening.get(secretId, nowMs);
  if (known !== undefined) {
    return known;
  }
  refuseGuesser(c, "key");
  const found = await findSigningKeyState(controlDatabase(c.env), secretId, NOBODY);
  if (found !== null) {
    opening.set(secretId, found, nowMs);
  }
  return found;
}

const encoder = new TextEncoder();

/** No text that a session token signs: those begin with `eyJ`. */
function signedText(fileId: string, expires: number): Uint8Array {
  return encoder.encode(`file/${fileId}/${expires}`);
}

function keyOf(secret: string): Promise<CryptoKey> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, [
    "sign",
    "verify",
  ]);
}

function toBase64Url(bytes: ArrayBuffer): string {
  return new Uint8Array(bytes).toBase64({ alphabet: "base64url", omitPadding: true });
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" });
}
