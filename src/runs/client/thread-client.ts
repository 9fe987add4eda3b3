/** The API's door to what happens on a thread, and to the thread's object as a whole. */
import type { Outcome } from "../../domain/failure";
import { ERASURE, THREAD_FEED } from "../../limits";
import { type Databases, databaseOf } from "../../store/sql/databases";
import { type ThreadAddress, readTail } from "../../store/threads/thread-tail";
import { VOCABULARY } from "../events/older-readers";
import { type Clock, systemClock } from "../object/clock";
import type { FollowFrom, Latest, ThreadItem, ThreadPlace } from "../object/protocol";
import { ask, lacksMethod, threadObject } from "./find-object";
import { type Batch, resumeStream } from "./resume-stream";

/** A follow stream has been without news for so long that its reader is to leave and come back. */
export interface Idle {
  /** Where the reader stands; null where its object has not said. */
  place: ThreadPlace | null;
  idle: true;
}

export type FollowBatch = Batch<ThreadItem | Idle>;

/** Where a follower begins. */
export interface FollowStart extends Omit<FollowFrom, "tellsStart" | "vocabulary"> {
  /** It comes back from a stream that was idle: without news it is sent away again at once. */
  isReturning: boolean;
}

/** A thread as a follower reaches it. */
export interface FollowedThread {
  open(from: FollowFrom): Promise<Outcome<ReadableStream<Uint8Array>>>;
  /** Whether there may be anything behind this place. */
  hasPending(place: ThreadPlace): Promise<boolean>;
}

/**
 * The thread's news from there on, live, each once and in order, until the thread is deleted; or
 * until it has been without news for `THREAD_FEED.idleMs`, which the last item says.
 */
export function followThread(
  env: Databases & Pick<Env, "THREAD">,
  thread: ThreadAddress,
  from: FollowStart,
  signal: AbortSignal,
): AsyncGenerator<FollowBatch> {
  return follow(threadIn(env, thread), from, signal, systemClock);
}

export async function* follow(
  thread: FollowedThread,
  { message, event, isReturning }: FollowStart,
  signal: AbortSignal,
  clock: Clock,
): AsyncGenerator<FollowBatch> {
  let place = event === null ? null : { message, event };
  if (isReturning && place !== null && !(await thread.hasPending(place))) {
    yield [{ place, idle: true }];
    return;
  }
  const items = resumeStream<FollowFrom, ThreadItem>(
    {
      open: (at) => thread.open(at),
      placeAfter: (item) => item.place,
      isLast: () => false,
    },
    place ?? { message, event, tellsStart: true },
    signal,
  );
  let itemAtMs = clock.now();
  for await (const batch of items) {
    yield batch;
    const last = batch.findLast((item) => item !== null) ?? null;
    if (last !== null) {
      itemAtMs = clock.now();
      ({ place } = last);
    } else if (clock.now() - itemAtMs >= THREAD_FEED.idleMs) {
      yield [{ place, idle: true }];
      return;
    }
  }
}

/** In D1 and in its object, which sleeps on if it has nothing to tell. */
function threadIn(env: Databases & Pick<Env, "THREAD">, thread: ThreadAddress): FollowedThread {
  return {
    open: (from) => threadObject(env, thread).follow(thread, { ...from, vocabulary: VOCABULARY }),
    async hasPending({ message, event }) {
      const [tail, latest] = await Promise.all([
        readTail(databaseOf(env, thread), thread, { after: message, limit: 1, maxBytes: 1 }),
        latestOf(env, thread),
      ]);
      return tail.length > 0 || (latest !== null && (latest.isAtWork || latest.row > event));
    },
  };
}

async function latestOf(env: Pick<Env, "THREAD">, thread: ThreadAddress): Promise<Latest | null> {
  try {
    return await ask(
      () => threadObject(env, thread),
      (object) => object.latest(),
    );
  } catch (error) {
    if (lacksMethod(error)) {
      // It cannot say: following it will.
      return { row: 0, isAtWork: true };
    }
    throw error;
  }
}

/** Lets those who follow the thread know that messages have come. */
export async function notifyFollowers(
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

/** As `eraseThread`, some at a time: one that fails holds up none, and fails the call behind all. */
export async function eraseThreads(
  env: Pick<Env, "THREAD">,
  threads: readonly { projectId: string; id: string }[],
): Promise<void> {
  const failures: unknown[] = [];
  for (let from = 0; from < threads.length; from += ERASURE.objectsAtOnce) {
    const some = threads.slice(from, from + ERASURE.objectsAtOnce);
    const ends = await Promise.allSettled(some.map((thread) => eraseThread(env, thread)));
    failures.push(...ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : [])));
  }
  if (failures.length > 0) {
    throw failures[0];
  }
}
