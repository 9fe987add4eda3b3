import { useChat } from "@ai-sdk/react";
import { Button, Flex } from "@radix-ui/themes";
import { useMutation } from "@tanstack/react-query";
import { DefaultChatTransport, type UIMessage } from "ai";
import { RotateCw } from "lucide-react";
import { useState } from "react";

import { ApiError } from "../api/api-error.ts";
import { call, urlOf } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { Empty } from "../parts/empty.tsx";
import { currentKey } from "../session/session.ts";
import { TEXTS } from "../texts.ts";
import { StickyScroll } from "../threads/sticky-scroll.tsx";
import { ChatMessage } from "./chat-message.tsx";
import { Composer } from "./composer.tsx";

const { chat: WORDS } = TEXTS;

interface ConversationProps {
  toolId: string;
  chatId: string;
  /** Absent: as the tool's callers get it. */
  version?: "live" | "latest";
  /** In the place of the user's own key. */
  bearer?: string;
  /** What is on the thread already. */
  messages: UIMessage[];
}

export function Conversation(props: ConversationProps) {
  const { toolId, chatId, version, bearer, messages: initial } = props;
  const [transport] = useState(() => makeTransport(toolId, bearer));
  const { messages, sendMessage, regenerate, stop, status, error, clearError } = useChat({
    id: chatId,
    messages: initial,
    transport,
    // Sixty times a second is more than an eye reads.
    throttle: 50,
  });
  const own = version === undefined ? {} : { body: { bobbin: { version } } };
  const isBusy = status === "submitted" || status === "streaming";
  const stopRun = useStop({ toolId, chatId, bearer }, stop);
  const isAnswered = messages.at(-1)?.role === "assistant";
  return (
    <>
      <StickyScroll label={TEXTS.threads.messages}>
        {messages.length === 0 && <Empty title={WORDS.empty}>{WORDS.emptyHow}</Empty>}
        <ol className="messages">
          {messages.map((message, index) => (
            <ChatMessage
              key={message.id}
              message={message}
              toolId={toolId}
              isGrowing={isBusy && index === messages.length - 1}
            />
          ))}
        </ol>
        {error !== undefined && (
          <ErrorView
            error={readable(error)}
            retry={() => {
              clearError();
              void regenerate(own);
            }}
          />
        )}
        {stopRun.error !== null && <ErrorView error={stopRun.error} />}
        {!isBusy && isAnswered && error === undefined && (
          <Flex>
            <Button
              size="1"
              variant="ghost"
              color="gray"
              highContrast
              onClick={() => void regenerate(own)}
            >
              <RotateCw size={13} aria-hidden /> {WORDS.again}
            </Button>
          </Flex>
        )}
      </StickyScroll>
      <Composer
        isBusy={isBusy}
        isStopping={stopRun.isPending}
        send={(text) => void sendMessage({ text }, own)}
        stop={() => stopRun.mutate()}
      />
    </>
  );
}

function makeTransport(toolId: string, bearer: string | undefined) {
  const api = urlOf("POST /ui/v1/tools/{tool_id}/chat", { tool_id: toolId }, { parts: "7" });
  return new DefaultChatTransport<UIMessage>({
    api,
    headers: () => ({ Authorization: `Bearer ${bearer ?? currentKey() ?? ""}` }),
  });
}

interface ChatName {
  toolId: string;
  chatId: string;
  bearer: string | undefined;
}

/** To the server a reader that leaves is nothing: the run itself is stopped, and its text kept. */
function useStop({ toolId, chatId, bearer }: ChatName, leave: () => Promise<void>) {
  return useMutation({
    mutationFn: async () => {
      const path = { tool_id: toolId, chat_id: chatId };
      await call("POST /ui/v1/tools/{tool_id}/chat/{chat_id}/stop", { path }, { bearer });
      await leave();
    },
  });
}

/** The SDK hands on the body of a refusal as its message. */
function readable(error: Error): Error {
  return "statusCode" in error && typeof error.statusCode === "number"
    ? new ApiError({ status: error.statusCode, type: "chat", message: error.message })
    : error;
}
