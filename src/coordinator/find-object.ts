import type { CoordinatorRpc } from "./protocol";
import { retrying } from "./retry";

/** A run and the object that has it: its thread's, or one of its own. */
export interface RunAddress {
  projectId: string;
  runId: string;
  threadId: string | null;
}

/** Each call gets a fresh stub: one whose object has crashed stays broken. */
export function runObject(
  env: Pick<Env, "THREAD">,
  { projectId, threadId, runId }: RunAddress,
): CoordinatorRpc {
  return threadId === null
    ? env.THREAD.getByName(`${projectId}/r/${runId}`)
    : threadObject(env, { projectId, threadId });
}

export function threadObject(
  env: Pick<Env, "THREAD">,
  { projectId, threadId }: { projectId: string; threadId: string },
): CoordinatorRpc {
  return env.THREAD.getByName(`${projectId}/t/${threadId}`);
}

/** Makes an idempotent call of the object that `find` finds, anew after it has crashed. */
export function ask<T>(
  find: () => CoordinatorRpc,
  call: (object: CoordinatorRpc) => Promise<T>,
): Promise<T> {
  return retrying(() => call(find()));
}
