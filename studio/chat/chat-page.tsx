/** A chat with one tool of the project, by the AI SDK's own hook on the API that is made for it. */
import { Button, Flex, Heading, Select } from "@radix-ui/themes";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";

import { ApiError } from "../api/api-error.ts";
import { call } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { Empty } from "../parts/empty.tsx";
import { useTitle } from "../parts/use-title.ts";
import { Waiting } from "../parts/waiting.tsx";
import { TEXTS } from "../texts.ts";
import { useTools } from "../tools/use-tools.ts";
import { Conversation } from "./conversation.tsx";
import { toUiMessages } from "./ui-messages.ts";

const { chat: WORDS } = TEXTS;

/** Messages of the thread that a chat begins with. */
const LOADED = 100;

export function ChatPage() {
  useTitle(WORDS.title);
  return (
    <Switch>
      <Route path="/chat/:toolId/:chatId">
        {({ toolId, chatId }) => (
          <Chat key={`${toolId} ${chatId}`} toolId={toolId} chatId={chatId} />
        )}
      </Route>
      <Route path="/chat/:toolId">
        {({ toolId }) => <Redirect to={newChat(toolId)} replace />}
      </Route>
      <Route>
        <FirstTool />
      </Route>
    </Switch>
  );
}

function newChat(toolId: string): string {
  return `/chat/${toolId}/chat-${crypto.randomUUID()}`;
}

function FirstTool() {
  const tools = useTools();
  if (tools.error !== null) {
    throw tools.error;
  }
  // The oldest is most likely the one that a project began with.
  const tool = tools.data?.at(-1);
  if (tool !== undefined) {
    return <Redirect to={newChat(tool.id)} replace />;
  }
  return tools.isPending ? (
    <Waiting />
  ) : (
    <Empty title={TEXTS.runs.noTools}>{TEXTS.runs.noToolsHow}</Empty>
  );
}

interface ChatProps {
  toolId: string;
  chatId: string;
}

function Chat({ toolId, chatId }: ChatProps) {
  const [version, setVersion] = useState<"live" | "latest">("live");
  const { data, error, refetch } = useQuery({
    queryKey: ["chat", chatId],
    queryFn: async ({ signal }) => {
      const given = { path: { thread_id: chatId }, query: { limit: LOADED } };
      try {
        return (await call("GET /api/sdk/threads/{thread_id}/messages", given, { signal })).list;
      } catch (reason) {
        // A chat that nobody has said anything in is no thread yet.
        if (reason instanceof ApiError && reason.status === 404) {
          return [];
        }
        throw reason;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <section className="pane chat" aria-label={WORDS.title}>
      <ChatHead toolId={toolId} chatId={chatId} version={version} setVersion={setVersion} />
      {error !== null && <ErrorView error={error} retry={() => void refetch()} />}
      {error === null && data === undefined && <Waiting />}
      {data !== undefined && (
        <Conversation
          toolId={toolId}
          chatId={chatId}
          version={version}
          messages={toUiMessages(data.toReversed())}
        />
      )}
    </section>
  );
}

interface HeadProps extends ChatProps {
  version: "live" | "latest";
  setVersion: (version: "live" | "latest") => void;
}

function ChatHead({ toolId, chatId, version, setVersion }: HeadProps) {
  const [, go] = useLocation();
  const tools = useTools();
  const tool = tools.data?.find(({ id }) => id === toolId);
  return (
    <Flex className="chat-head" align="center" gap="3" wrap="wrap">
      <Heading as="h1" size="5">
        {WORDS.title}
      </Heading>
      <Select.Root value={toolId} onValueChange={(id) => go(newChat(id))}>
        <Select.Trigger aria-label={WORDS.tool} />
        <Select.Content>
          {tools.data?.map(({ id, name }) => (
            <Select.Item key={id} value={id}>
              {name}
            </Select.Item>
          ))}
        </Select.Content>
      </Select.Root>
      {tool !== undefined && (
        <Select.Root
          value={version}
          onValueChange={(chosen) => setVersion(chosen === "latest" ? "latest" : "live")}
        >
          <Select.Trigger aria-label={WORDS.version} />
          <Select.Content>
            <Select.Item value="live">{WORDS.live(tool.live_version)}</Select.Item>
            <Select.Item value="latest">{WORDS.latest(tool.latest_version)}</Select.Item>
          </Select.Content>
        </Select.Root>
      )}
      <Flex gap="3" align="center" ml="auto">
        <Link className="facts-link" href={`/threads/${encodeURIComponent(chatId)}`}>
          {WORDS.asThread}
        </Link>
        <Button variant="surface" color="gray" highContrast onClick={() => go(newChat(toolId))}>
          <Plus size={15} aria-hidden /> {WORDS.fresh}
        </Button>
      </Flex>
    </Flex>
  );
}
