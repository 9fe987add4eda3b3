/** Deletes threads whole: their rows, then what their objects keep. */
import type { AccessScope } from "../domain/access/caller";
import type { Outcome } from "../domain/failure";
import type { ThreadWithParticipants } from "../domain/thread";
import { eraseThread, eraseThreads } from "../runs/client/thread-client";
import { type DoomedThread, type Erased, eraseThreadRows } from "../store/projects/erasure";
import type { ProjectDatabase } from "../store/sql/databases";
import { deleteThreadRows } from "../store/threads/delete-thread";

/**
 * The rows before the object: from then on nobody can start a run on the thread again. An object that
 * cannot be reached fails the call; it forgets what it has once that is old (see `sweep.ts`).
 * @returns The thread as it was.
 */
export async function deleteThread(
  env: Env,
  scope: AccessScope,
  id: string,
): Promise<Outcome<ThreadWithParticipants>> {
  const deleted = await deleteThreadRows(env, scope, id);
  if (deleted.ok) {
    await eraseThread(env, deleted.value);
  }
  return deleted;
}

/**
 * As `deleteThread`, of many, as far as one call's statements go.
 * @param db Of all of the threads.
 */
export async function deleteThreads(
  env: Env,
  db: ProjectDatabase,
  threads: readonly DoomedThread[],
): Promise<{ erased: Erased; gone: DoomedThread[] }> {
  const result = await eraseThreadRows(db, env.FILES, threads);
  await eraseThreads(env, result.gone);
  return result;
}
