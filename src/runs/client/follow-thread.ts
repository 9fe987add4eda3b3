/** The API's door to what happens on a thread, and to the thread's object as a whole. */
import type { ThreadAddress } from "../../store/threads/thread-tail";
import type { FollowFrom, ThreadNews } from "../object/protocol";
import { ask, threadObject } from "./find-object";
import { type Batch, resumeStream } from "./resume-stream";

/** The thread's news from there on, live, each once and in order, until the thread is deleted. */
export async function* followThread(
  env: Pick<Env, "THREAD">,
  thread: ThreadAddress,
  from: FollowFrom,
  signal: AbortSignal,
): AsyncGenerator<Batch<ThreadNews>> {
  yield* resumeStream<FollowFrom, ThreadNews>(
    {
      open: (place) => threadObject(env, thread).follow(thread, place),
      placeAfter: ({ place }) => place,
      isLast: () => false,
    },
    from,
    signal,
  );
}

/** Lets those who follow the thread know that messages have come. */
export async function tellFollowers(
  env: Pick<Env, "THREAD">,
  thread: ThreadAddress,
): Promise<void> {
  await ask(
    () => threadObject(env, thread),
    (object) => object.notifyMessages(),
  );
}

/** Makes the object of a deleted thread stop its run, let its followers go and forget everything. */
export async function eraseThread(
  env: Pick<Env, "THREAD">,
  { projectId, id: threadId }: { projectId: string; id: string },
): Promise<void> {
  await ask(
    () => threadObject(env, { projectId, threadId }),
    (object) => object.erase(),
  );
}
