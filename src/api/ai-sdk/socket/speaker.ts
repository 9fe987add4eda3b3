/** What a credential says of itself. Nothing of it is believed: the calls that are made with it check it. */
import * as z from "zod";

import type { Holder } from "../../shared/access/leased-shares";
import type { SocketNotes } from "./notes";

/**
 * Whom an `Authorization` speaks for: of a token its project, end user and thread, which a fresh one has in
 * common with it; of a key the key itself. Nothing of it is believed: the call that follows checks it.
 */
export function speaksFor(authorization: string): string {
  const claims = readClaims(authorization);
  return claims === null ? authorization : JSON.stringify([claims.aud, claims.sub, claims.thread]);
}

/** In seconds; a key has no end. */
export function expiryOf({ credential }: SocketNotes): number {
  return readClaims(credential)?.exp ?? Infinity;
}

/** The end user whose token it is; null of a key. */
function endUserOf({ credential }: SocketNotes): string | null {
  const { sub } = readClaims(credential) ?? {};
  return typeof sub === "string" ? sub : null;
}

const Claims = z.object({
  aud: z.unknown(),
  sub: z.unknown(),
  thread: z.unknown(),
  exp: z.number().optional(),
});

/** Null of a key. */
function readClaims(credential: string): z.output<typeof Claims> | null {
  const [, payload = ""] = credential.split(".");
  try {
    const bytes = Uint8Array.fromBase64(payload, { alphabet: "base64url" });
    return Claims.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data ?? null;
  } catch {
    return null;
  }
}

/** Whose share it takes: a token's end user's, else its project's. */
export function holderOf(notes: SocketNotes): Holder {
  const endUserId = endUserOf(notes);
  const { projectId } = notes;
  return endUserId === null ? { kind: "key", projectId } : { kind: "token", projectId, endUserId };
}
