import type { AccessScope } from "../../domain/access/caller";
import { type Outcome, failed, success } from "../../domain/failure";
import type { ThreadWithParticipants } from "../../domain/thread";
import { deleteNoted, deleteObjects, runOutcomeKey } from "../files/objects";
import { query, runBatch } from "../sql/batch";
import { type Databases, databaseOf } from "../sql/databases";
import { bindScope, threadIsVisible } from "../sql/scope";
import { lostThread } from "./threads";
import { JOINED_THREADS, selectThreadWithParticipants } from "./threads-with-participants";

const DELETE_RUNS = `DELETE FROM runs WHERE project_id = ?1 AND thread_id = ?3 AND EXISTS (
    SELECT 1 FROM threads WHERE id = ?3 AND ${threadIsVisible("threads")})
  RETURNING id, outcome_in_r2`;

/** Messages and participants go with their thread by the schema's own rule. */
const DELETE_THREAD = `DELETE FROM threads WHERE id = ?3 AND ${threadIsVisible("threads")}`;

/**
 * The thread with its messages and runs, whatever of these is in the bucket too. Its object is
 * the core's to erase.
 * @returns The thread as it was.
 */
export async function deleteThreadRows(
  env: Databases & Pick<Env, "FILES">,
  scope: AccessScope,
  id: string,
): Promise<Outcome<ThreadWithParticipants>> {
  const db = databaseOf(env, scope);
  const bindings = [...bindScope(scope), id] as const;
  const { threads, runs } = await runBatch(db, {
    threads: selectThreadWithParticipants(db, scope, id),
    runs: query<{ id: string; outcome_in_r2: number }>(db, DELETE_RUNS, ...bindings),
    deleted: query(db, DELETE_THREAD, ...bindings),
  });
  const [row] = threads;
  const outcomes = runs
    .filter((run) => run.outcome_in_r2 === 1)
    .map((run) => runOutcomeKey(scope.projectId, run.id));
  await deleteNoted(() => deleteObjects(env.FILES, outcomes));
  return row === undefined ? failed(lostThread(id)) : success(JOINED_THREADS.read(row));
}
