import { useChat } from "@ai-sdk/react";
import { Button, Flex } from "@radix-ui/themes";
import { useMutation } from "@tanstack/react-query";
import {
  DefaultChatTransport,
  type UIMessage,
  lastAssistantMessageIsCompleteWithToolCalls,
} from "ai";
import { RotateCw } from "lucide-react";
import { memo, useDeferredValue, useState } from "react";

import { ApiError } from "../api/api-error.ts";
import { call, urlOf } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { Empty } from "../parts/empty.tsx";
import { currentKey } from "../session/session.ts";
import { TEXTS } from "../texts.ts";
import { StickyScroll } from "../threads/sticky-scroll.tsx";
import { ChatMessage } from "./chat-message.tsx";
import { type Said, Composer } from "./composer.tsx";
import type { AnswerCall } from "./tool-call.tsx";
import { CHAT_QUERY, type LoadedChat, textIn } from "./ui-messages.ts";
import { useOtherWindows } from "./use-other-windows.ts";

const { chat: WORDS } = TEXTS;

/** What a turn asks for besides its message; absent: as the tool's callers get it. */
export interface TurnOptions {
  version?: "live" | "latest";
  config?: Record<string, Record<string, unknown>>;
}

interface ConversationProps {
  toolId: string;
  chatId: string;
  options?: TurnOptions;
  /** In the place of the user's own key. */
  bearer?: string;
  /** What is on the thread already. */
  loaded?: LoadedChat;
}

const NOTHING_YET: LoadedChat = { messages: [], isAtWork: false };

export function Conversation(props: ConversationProps) {
  const { toolId, chatId, options, bearer, loaded = NOTHING_YET } = props;
  const [edited, setEdited] = useState<UIMessage | null>(null);
  const [transport] = useState(() => makeTransport(toolId, bearer));
  const chat = useChat({
    id: chatId,
    messages: loaded.messages,
    transport,
    resume: loaded.isAtWork,
    sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithToolCalls,
    // Sixty times a second is more than an eye reads.
    throttle: 50,
  });
  // Drawn a little at a time, between what the reader does.
  const shown = useDeferredValue(chat.messages);
  const own = options === undefined ? {} : { body: { bobbin: options } };
  const isBusy = chat.status === "submitted" || chat.status === "streaming";
  useOtherWindows({ toolId, chatId, bearer, isIdle: chat.status === "ready" }, chat);
  const stopRun = useStop({ toolId, chatId, bearer }, chat.stop);
  const again = () => {
    chat.clearError();
    void chat.regenerate(own);
  };
  const send = ({ text, files }: Said) => {
    const target = edited === null ? {} : { messageId: edited.id };
    setEdited(null);
    void chat.sendMessage({ text, files, ...target }, own);
  };
  return (
    <>
      <StickyScroll label={TEXTS.threads.messages}>
        <Messages
          toolId={toolId}
          messages={shown}
          answerCall={chat.addToolOutput}
          isBusy={isBusy}
          edit={setEdited}
        />
        <Wrong errors={[chat.error, stopRun.error]} retry={again} />
        {!isBusy && chat.error === undefined && isAnswered(chat.messages) && (
          <AgainButton again={again} />
        )}
      </StickyScroll>
      <Composer
        key={edited?.id ?? "new"}
        begun={edited === null ? "" : textIn(edited)}
        leaveEdit={edited === null ? null : () => setEdited(null)}
        isBusy={isBusy}
        isStopping={stopRun.isPending}
        send={send}
        stop={() => stopRun.mutate()}
      />
    </>
  );
}

function isAnswered(messages: readonly UIMessage[]): boolean {
  return messages.at(-1)?.role === "assistant";
}

interface MessagesProps {
  toolId: string;
  messages: readonly UIMessage[];
  answerCall: AnswerCall;
  isBusy: boolean;
  edit: (message: UIMessage) => void;
}

const Messages = memo((props: MessagesProps) => {
  const { toolId, messages, answerCall, isBusy, edit } = props;
  return messages.length === 0 ? (
    <Empty title={WORDS.empty}>{WORDS.emptyHow}</Empty>
  ) : (
    <ol className="messages">
      {messages.map((message, index) => (
        <ChatMessage
          key={message.id}
          message={message}
          toolId={toolId}
          isGrowing={isBusy && index === messages.length - 1}
          edit={isBusy ? undefined : edit}
          answerCall={answerCall}
        />
      ))}
    </ol>
  );
});

/** What went wrong last; a turn is tried again. */
function Wrong({ errors, retry }: { errors: (Error | null | undefined)[]; retry: () => void }) {
  const [turn, ...others] = errors;
  return (
    <>
      {turn && <ErrorView error={readable(turn)} retry={retry} />}
      {others.map((error) => error && <ErrorView key={error.message} error={error} />)}
    </>
  );
}

function AgainButton({ again }: { again: () => void }) {
  return (
    <Flex>
      <Button size="1" variant="ghost" color="gray" highContrast onClick={again}>
        <RotateCw size={13} aria-hidden /> {WORDS.again}
      </Button>
    </Flex>
  );
}

function makeTransport(toolId: string, bearer: string | undefined) {
  const headers = () => ({ Authorization: `Bearer ${bearer ?? currentKey() ?? ""}` });
  return new DefaultChatTransport<UIMessage>({
    api: urlOf("POST /ui/v1/tools/{tool_id}/chat", { tool_id: toolId }, CHAT_QUERY),
    headers,
    prepareReconnectToStreamRequest: ({ id }) => ({
      api: urlOf(
        "GET /ui/v1/tools/{tool_id}/chat/{chat_id}/stream",
        { tool_id: toolId, chat_id: id },
        CHAT_QUERY,
      ),
      headers: headers(),
    }),
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
