/** Outcomes of actions kept across runs by `use_cache`: an object of R2 each, read for a week, then swept. */
import type { AccessScope } from "../../domain/access/caller";
import { toHex } from "../../domain/ids";
import { ACTION_CACHE } from "../../limits";
import { deleteObjects, deletePrefix } from "../files/objects";
import { firstRow, query, runQuery } from "../sql/batch";
import type { ControlDatabase } from "../sql/databases";

/**
 * Whose runs share what is kept: an end user's are apart from all others, whom the speed of an answer
 * would tell what that end user has asked.
 */
export type CacheOwner = Pick<AccessScope, "projectId" | "endUserId">;

const PREFIX = "cache/";

/** What an action gave before; null where nothing is kept, or for longer than it may be. */
export async function readCached(
  bucket: R2Bucket,
  owner: CacheOwner,
  key: string,
  nowMs: number,
): Promise<string | null> {
  const found = await bucket.get(await cacheKey(owner, key));
  return found === null || isOld(found, nowMs) ? null : found.text();
}

/** Keeps what an action gave under the key of its request. */
export async function keepCached(
  bucket: R2Bucket,
  owner: CacheOwner,
  { key, value }: { key: string; value: string },
): Promise<void> {
  await bucket.put(await cacheKey(owner, key), value);
}

/** All that is kept of the end user's runs. */
export async function eraseCached(
  bucket: R2Bucket,
  owner: { projectId: string; id: string },
): Promise<void> {
  await deletePrefix(
    bucket,
    await ownerPrefix({ projectId: owner.projectId, endUserId: owner.id }),
  );
}

/**
 * Looks at the next `limit` objects, in the order of their keys, and deletes those that nobody reads any
 * more; behind the last one the next pass begins anew.
 * @returns How many were deleted.
 */
export async function sweepCached(
  { db, bucket }: { db: ControlDatabase; bucket: R2Bucket },
  limit: number,
  nowMs: number,
): Promise<number> {
  const sql = "SELECT mark FROM sweep_marks WHERE name = 'cache'";
  const mark = (await firstRow(query<{ mark: string }>(db, sql)))?.mark;
  const { objects, truncated } = await bucket.list({
    prefix: PREFIX,
    limit,
    ...(mark !== undefined && { startAfter: mark }),
  });
  const old = objects.filter((object) => isOld(object, nowMs)).map(({ key }) => key);
  await deleteObjects(bucket, old);
  const last = truncated ? objects.at(-1)?.key : undefined;
  if (last !== mark) {
    await keepMark(db, last);
  }
  return old.length;
}

async function keepMark(db: ControlDatabase, mark: string | undefined): Promise<void> {
  await runQuery(
    mark === undefined
      ? query(db, "DELETE FROM sweep_marks WHERE name = 'cache'")
      : query(db, "INSERT OR REPLACE INTO sweep_marks (name, mark) VALUES ('cache', ?)", mark),
  );
}

function isOld({ uploaded }: R2Object, nowMs: number): boolean {
  return nowMs - uploaded.getTime() > ACTION_CACHE.keepMs;
}

/** The request may be of any length, as may an end user's name be of any letters; an object's key may not. */
async function cacheKey(owner: CacheOwner, key: string): Promise<string> {
  return (await ownerPrefix(owner)) + (await hashOf(key));
}

async function ownerPrefix({ projectId, endUserId }: CacheOwner): Promise<string> {
  const project = `${PREFIX}${projectId}/`;
  return endUserId === null ? project : `${project}${await hashOf(endUserId)}/`;
}

async function hashOf(text: string): Promise<string> {
  return toHex(
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))),
  );
}
