import { useQuery } from "@tanstack/react-query";
import type { UIMessage } from "ai";
import { useEffect } from "react";

import { loadChat } from "./ui-messages.ts";

/** How often an idle chat asks what others have said in it. */
const POLL_MS = 3000;

interface Watched {
  toolId: string;
  chatId: string;
  bearer: string | undefined;
  isIdle: boolean;
}

interface Followed {
  messages: UIMessage[];
  setMessages: (messages: UIMessage[]) => void;
  resumeStream: () => Promise<void>;
}

/** What is said on the same thread in another window comes here as well, and its answer as it is written. */
export function useOtherWindows(watched: Watched, chat: Followed): void {
  const { toolId, chatId, bearer, isIdle } = watched;
  const { data } = useQuery({
    queryKey: ["chat", chatId, "elsewhere"],
    queryFn: ({ signal }) => loadChat({ toolId, chatId, bearer }, signal),
    enabled: isIdle && chat.messages.length > 0,
    refetchInterval: POLL_MS,
    gcTime: 0,
  });
  const { messages, setMessages, resumeStream } = chat;
  useEffect(() => {
    if (!isIdle || data === undefined || !hasMore(data.messages, messages, data.isAtWork)) {
      return;
    }
    setMessages(data.messages);
    if (data.isAtWork) {
      void resumeStream();
    }
    // What stands here when the server has said something is compared once.
  }, [data]);
}

/** Whether the server's end is none that stands here: what is here alone is on its way there. */
function hasMore(there: readonly UIMessage[], here: readonly UIMessage[], isAtWork: boolean) {
  const last = there.at(-1);
  return (
    last !== undefined &&
    (isAtWork || there.length > here.length) &&
    !here.some(({ id }) => id === last.id)
  );
}
