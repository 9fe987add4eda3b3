/** Outcomes of actions kept across runs by `use_cache`: an object of R2 each, read for a week. */
import { toHex } from "../../domain/ids";
import { ACTION_CACHE } from "../../limits";

export async function readCached(
  bucket: R2Bucket,
  projectId: string,
  key: string,
  nowMs: number,
): Promise<string | null> {
  const found = await bucket.get(await cacheKey(projectId, key));
  return found === null || nowMs - found.uploaded.getTime() > ACTION_CACHE.keepMs
    ? null
    : found.text();
}

export async function keepCached(
  bucket: R2Bucket,
  projectId: string,
  { key, value }: { key: string; value: string },
): Promise<void> {
  await bucket.put(await cacheKey(projectId, key), value);
}

/** The request may be of any length; an object's key may not. */
async function cacheKey(projectId: string, key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return `cache/${projectId}/${toHex(new Uint8Array(digest))}`;
}
