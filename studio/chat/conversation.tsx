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
import { useProject } from "../session/project.ts";
import { currentKey } from "../session/session.ts";
import { TEXTS } from "../texts.ts";
import { StickyScroll } from "../threads/sticky-scroll.tsx";
import { ChatMessage } from "./chat-message.tsx";
import { Composer } from "./composer.tsx";
import { runIdOf } from "./ui-messages.ts";

const { chat: WORDS } = TEXTS;

interface ConversationProps {
  toolId: string;
  chatId: string;
  version: "live" | "latest";
  /** What is on the thread already. */
  messages: UIMessage[];
}

export function Conversation({ toolId, chatId, version, messages: initial }: ConversationProps) {
  const [transport] = useState(() => makeTransport(toolId));
  const { messages, sendMessage, regenerate, stop, status, error, clearError } = useChat({
    id: chatId,
    messages: initial,
    transport,
    // Sixty times a second is more than an eye reads.
    throttle: 50,
  });
  const own = { body: { bobbin: { version } } };
  const isBusy = status === "submitted" || status === "streaming";
  const stopRun = useStop(toolId, messages, stop);
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

function makeTransport(toolId: string) {
  const api = urlOf("POST /ui/v1/tools/{tool_id}/chat", { tool_id: toolId }, { parts: "7" });
  return new DefaultChatTransport<UIMessage>({
    api,
    headers: () => ({ Authorization: `Bearer ${currentKey() ?? ""}` }),
  });
}

/** To the server a reader that leaves is nothing: the run itself is stopped, and its text kept. */
function useStop(toolId: string, messages: readonly UIMessage[], leave: () => Promise<void>) {
  const { project } = useProject();
  return useMutation({
    mutationFn: async () => {
      const answer = messages.findLast(({ role }) => role === "assistant");
      const runId = answer && runIdOf(answer);
      if (typeof runId === "string") {
        await call("POST /api/sdk/p/{project_id}/a/{tool_id}/r/{run_id}/cancel", {
          path: { project_id: project.id, tool_id: toolId, run_id: runId },
        });
      }
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
