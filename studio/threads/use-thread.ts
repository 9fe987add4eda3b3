import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useReducer, useState } from "react";

import { call } from "../api/call.ts";
import { follow } from "../api/follow.ts";
import { type Message, NOTHING, advance } from "./live-runs.ts";

const PAGE_SIZE = 50;
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
  const [live, tell] = useReducer(advance, NOTHING);
  const [isBroken, setBroken] = useState<boolean | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (!isReady) {
      return undefined;
    }
    const leaving = new AbortController();
    follow(
      "GET /api/sdk/threads/{thread_id}/stream",
      { path: { thread_id: threadId }, query: { after } },
      { onEvent: tell, onBroken: setBroken, signal: leaving.signal },
    ).catch(setError);
    return () => leaving.abort();
  }, [threadId, isReady, after]);
  return { live, isBroken, error };
}
