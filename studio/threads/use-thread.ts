import { useInfiniteQuery } from "@tanstack/react-query";
import { startTransition, useEffect, useReducer, useState } from "react";

import { call } from "../api/call.ts";
import { follow } from "../api/follow.ts";
import { type Live, type Message, NOTHING, advance } from "./live-runs.ts";

const PAGE_SIZE = 50;
/** How long events are gathered before they are drawn: twenty times a second is more than an eye reads. */
const GATHER_MS = 50;
const MESSAGES = "GET /api/sdk/threads/{thread_id}/messages";

/**
 * A thread's messages, oldest first, from the newest page back as far as was asked for; new ones and
 * what runs are telling come by the thread's stream.
 */
export function useThread(threadId: string) {
  const read = useInfiniteQuery({
    queryKey: ["messages", threadId],
    queryFn: ({ pageParam: after, signal }) =>
      call(
        MESSAGES,
        { path: { thread_id: threadId }, query: { limit: PAGE_SIZE, after } },
        { signal },
      ),
    initialPageParam: "",
    getNextPageParam: ({ list, has_more: isCutShort }) =>
      list.length < PAGE_SIZE && isCutShort !== true ? undefined : list.at(-1)?.id,
    // The stream begins behind what was read first: reading anew would leave a gap.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const newest = read.data?.pages[0]?.list[0]?.id;
  const { live, isBroken, error } = useLive(threadId, read.isSuccess, newest);
  const older = (read.data?.pages ?? []).flatMap(({ list }) => list).toReversed();
  const known = new Set(older.map(({ id }) => id));
  const messages: Message[] = [...older, ...live.messages.filter(({ id }) => !known.has(id))];
  return { read, messages, runs: live.runs, isBroken, error: read.error ?? error };
}

function useLive(threadId: string, isReady: boolean, after: string | undefined) {
  const [live, tell] = useReducer(advanceByAll, NOTHING);
  const [isBroken, setBroken] = useState<boolean | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (!isReady) {
      return undefined;
    }
    const leaving = new AbortController();
    const gathered = gather((events) => startTransition(() => tell(events)));
    follow(
      "GET /api/sdk/threads/{thread_id}/stream",
      { path: { thread_id: threadId }, query: { after } },
      { onEvent: gathered.add, onBroken: setBroken, signal: leaving.signal },
    ).catch(setError);
    return () => {
      leaving.abort();
      gathered.drop();
    };
  }, [threadId, isReady, after]);
  return { live, isBroken, error };
}

function advanceByAll(live: Live, events: readonly unknown[]): Live {
  return events.reduce<Live>(advance, live);
}

/** Hands events on together. */
function gather(take: (events: readonly unknown[]) => void) {
  let events: unknown[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const handOn = () => {
    timer = undefined;
    take(events);
    events = [];
  };
  return {
    add: (event: unknown) => {
      events.push(event);
      timer ??= setTimeout(handOn, GATHER_MS);
    },
    drop: () => clearTimeout(timer),
  };
}
