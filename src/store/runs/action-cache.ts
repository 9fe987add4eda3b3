/** Outcomes of actions kept across runs by `use_cache`: an object of R2 each, read for a week. */
import type { AccessScope } from "../../domain/access/caller";
import { toHex } from "../../domain/ids";
import { ACTION_CACHE } from "../../limits";

/**
 * Whose runs share what is kept: an end user's are apart from all others, whom the speed of an answer
 * would tell what that end user has asked.
 */
export type CacheOwner = Pick<AccessScope, "projectId" | "endUserId">;

export async function readCached(
  bucket: R2Bucket,
  owner: CacheOwner,
  key: string,
  nowMs: number,
): Promise<string | null> {
  const found = await bucket.get(await cacheKey(owner, key));
  return found === null || nowMs - found.uploaded.getTime() > ACTION_CACHE.keepMs
    ? null
    : found.text();
}

export async function keepCached(
  bucket: R2Bucket,
  owner: CacheOwner,
  { key, value }: { key: string; value: string },
): Promise<void> {
  await bucket.put(await cacheKey(owner, key), value);
}

/** The request may be of any length; an object's key may not. */
async function cacheKey({ projectId, endUserId }: CacheOwner, key: string): Promise<string> {
  const asked = endUserId === null ? key : JSON.stringify([endUserId, key]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(asked));
  return `cache/${projectId}/${toHex(new Uint8Array(digest))}`;
}
