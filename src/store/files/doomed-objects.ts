/**
 * Objects whose rows are gone: triggers note them in the transaction that deletes the row, whoever
 * deletes it. Most are deleted right behind it; this finds those whose Worker died in between.
 */
import { allRows, query, runQuery } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { deleteObjectsSince, deletePrefixSince } from "./objects";

interface DoomedRow {
  key: string;
  since_ms: number;
}

/**
 * Deletes the objects of at most `limit` notes, then the notes. An object that was written after its
 * note (a file that was imported anew) stays.
 */
export async function sweepDoomedObjects(
  db: ProjectDatabase,
  bucket: R2Bucket,
  limit: number,
): Promise<void> {
  const doomed = await allRows(
    query<DoomedRow>(db, "SELECT key, since_ms FROM doomed_objects ORDER BY key LIMIT ?", limit),
  );
  const isPrefix = ({ key }: DoomedRow) => key.endsWith("/");
  for (const { key, since_ms: sinceMs } of doomed.filter(isPrefix)) {
    await deletePrefixSince(bucket, key, sinceMs);
  }
  const single = doomed.filter((one) => !isPrefix(one));
  await deleteObjectsSince(
    bucket,
    single.map(({ key, since_ms: sinceMs }) => ({ key, sinceMs })),
  );
  // A note that was made anew meanwhile has a time of its own, and stays.
  await runQuery(
    query(
      db,
      `DELETE FROM doomed_objects WHERE (key, since_ms) IN (
         SELECT value ->> 'key', value ->> 'since_ms' FROM json_each(?))`,
      JSON.stringify(doomed),
    ),
  );
}
