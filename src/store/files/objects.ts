/** Where things are in the bucket. Every key names its project first. */

/** The R2 key of a file's bytes. */
export function fileKey(projectId: string, fileId: string): string {
  return `files/${projectId}/${fileId}`;
}

/** What is made out of a file, such as its text: gone when the file goes. */
export function derivedPrefix(projectId: string, fileId: string): string {
  return `derived/${projectId}/${fileId}/`;
}

/** The outcome of a run that would not fit its row. */
export function runOutcomeKey(projectId: string, runId: string): string {
  return `runs/${projectId}/${runId}`;
}

/** Written and deleted again by a check of the bucket. */
export function healthProbeKey(id: string): string {
  return `health/${id}`;
}

/** R2 deletes at most a thousand at once. */
const DELETE_AT_ONCE = 1000;

/** Deletes them from the bucket; keys that are not there do not matter. */
export async function deleteObjects(bucket: R2Bucket, keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += DELETE_AT_ONCE) {
    await bucket.delete(keys.slice(from, from + DELETE_AT_ONCE));
  }
}

/**
 * Deletes objects of rows that are gone. What the bucket does not let go now is left to the sweep by
 * its notes, and the sweep tells what it still refuses: see `doomed-objects.ts`.
 */
export async function deleteNoted(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch {
    // Whoever deleted the rows goes on with what comes behind them.
  }
}

/** Everything under the prefix. */
export async function deletePrefix(bucket: R2Bucket, prefix: string): Promise<void> {
  for (;;) {
    const { objects, truncated } = await bucket.list({ prefix, limit: DELETE_AT_ONCE });
    await deleteObjects(
      bucket,
      objects.map(({ key }) => key),
    );
    if (!truncated) {
      return;
    }
  }
}

/** Those that were last written before their moment. */
export async function deleteObjectsSince(
  bucket: R2Bucket,
  objects: readonly { key: string; sinceMs: number }[],
): Promise<void> {
  const old: string[] = [];
  for (const { key, sinceMs } of objects) {
    const found = await bucket.head(key);
    if (found !== null && found.uploaded.getTime() <= sinceMs) {
      old.push(key);
    }
  }
  await deleteObjects(bucket, old);
}

/** What is under the prefix and was last written before the moment. */
export async function deletePrefixSince(
  bucket: R2Bucket,
  prefix: string,
  sinceMs: number,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page: R2Objects = await bucket.list({
      prefix,
      limit: DELETE_AT_ONCE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const old = page.objects.filter(({ uploaded }) => uploaded.getTime() <= sinceMs);
    await deleteObjects(
      bucket,
      old.map(({ key }) => key),
    );
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}
