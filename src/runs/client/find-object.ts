import type { CoordinatorRpc } from "../object/protocol";
import { retrying } from "./retry";

type ObjectEnv = Pick<Env, "THREAD" | "OBJECT_LOCATION">;

/** A run and the object that has it: its thread's, or one of its own. */
export interface RunAddress {
  projectId: string;
  runId: string;
  threadId: string | null;
}

/** Each call gets a fresh stub: one whose object has crashed stays broken. */
export function runObject(
  env: ObjectEnv,
  { projectId, threadId, runId }: RunAddress,
): CoordinatorRpc {
  return threadId === null
    ? objectNamed(env, `${projectId}/r/${runId}`)
    : threadObject(env, { projectId, threadId });
}

export function threadObject(
  env: ObjectEnv,
  { projectId, threadId }: { projectId: string; threadId: string },
): CoordinatorRpc {
  return objectNamed(env, `${projectId}/t/${threadId}`);
}

/** The hint counts where the object is created, with its first call. */
function objectNamed({ THREAD, OBJECT_LOCATION }: ObjectEnv, name: string): CoordinatorRpc {
  return OBJECT_LOCATION === undefined
    ? THREAD.getByName(name)
    : THREAD.getByName(name, { locationHint: OBJECT_LOCATION });
}

/**
 * Whether the object is of an earlier release, which lacks the method that was called: for minutes
 * after a deploy the new Worker meets such objects.
 */
export function lacksMethod(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes("does not implement the method");
}

/** Makes an idempotent call of the object that `find` finds, anew after it has crashed. */
export function ask<T>(
  find: () => CoordinatorRpc,
  call: (object: CoordinatorRpc) => Promise<T>,
): Promise<T> {
  return retrying(() => call(find()));
}
