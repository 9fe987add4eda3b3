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

/** What one pass over doomed objects has deleted. */
export interface ObjectsSwept {
  /** Whose notes are gone. */
  objects: number;
  /** Of those whose notes stay because the bucket refused. */
  failed: number;
  /** There are more notes. */
  isBehind: boolean;
}

/**
 * Deletes the objects of at most `limit` notes, then the notes. An object that was written after its
 * note (a file that was imported anew) stays; one that the bucket does not let go keeps its note.
 */
export async function sweepDoomedObjects(
  db: ProjectDatabase,
  bucket: R2Bucket,
  limit: number,
): Promise<ObjectsSwept> {
  const notes = await allRows(
    query<DoomedRow>(db, "SELECT key, since_ms FROM doomed_objects ORDER BY key LIMIT ?", limit),
  );
  const isPrefix = ({ key }: DoomedRow) => key.endsWith("/");
  const single = notes.filter((note) => !isPrefix(note));
  const steps: { notes: DoomedRow[]; work: () => Promise<void> }[] = [
    {
      notes: single,
      work: () =>
        deleteObjectsSince(
          bucket,
          single.map(({ key, since_ms: sinceMs }) => ({ key, sinceMs })),
        ),
    },
    ...notes.filter(isPrefix).map((note) => ({
      notes: [note],
      work: () => deletePrefixSince(bucket, note.key, note.since_ms),
    })),
  ];
  const done: DoomedRow[] = [];
  for (const step of steps) {
    try {
      await step.work();
      done.push(...step.notes);
    } catch {
      // Counted as failed, and tried again in the next pass; the others are not held up.
    }
  }
  // A note that was made anew meanwhile has a time of its own, and stays.
  await runQuery(
    query(
      db,
      `DELETE FROM doomed_objects WHERE (key, since_ms) IN (
         SELECT value ->> 'key', value ->> 'since_ms' FROM json_each(?))`,
      JSON.stringify(done),
    ),
  );
  return {
    objects: done.length,
    failed: notes.length - done.length,
    isBehind: notes.length === limit,
  };
}
