/** A chat with one tool of the project, by the AI SDK's own hook on the API that is made for it. */
import { Button, Flex, Heading, Select } from "@radix-ui/themes";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { nanoid } from "nanoid";
import { useState } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";

import { ErrorView } from "../frame/error-view.tsx";
import { Empty } from "../parts/empty.tsx";
import { useTitle } from "../parts/use-title.ts";
import { Waiting } from "../parts/waiting.tsx";
import { TEXTS } from "../texts.ts";
import { useTools } from "../tools/use-tools.ts";
import { ConfigBox } from "./config-box.tsx";
import { Conversation, type TurnOptions } from "./conversation.tsx";
import { loadChat } from "./ui-messages.ts";

const { chat: WORDS } = TEXTS;

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
  return `/chat/${toolId}/chat-${nanoid()}`;
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
  const [options, setOptions] = useState<TurnOptions>({ version: "live" });
  const { data, error, refetch } = useQuery({
    queryKey: ["chat", chatId],
    queryFn: ({ signal }) => loadChat({ toolId, chatId }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <section className="pane chat" aria-label={WORDS.title}>
      <ChatHead toolId={toolId} chatId={chatId} options={options} setOptions={setOptions} />
      <ConfigBox options={options} setOptions={setOptions} />
      {error !== null && <ErrorView error={error} retry={() => void refetch()} />}
      {error === null && data === undefined && <Waiting />}
      {data !== undefined && (
        <Conversation toolId={toolId} chatId={chatId} options={options} loaded={data} />
      )}
    </section>
  );
}

interface HeadProps extends ChatProps {
  options: TurnOptions;
  setOptions: (options: TurnOptions) => void;
}

function ChatHead({ toolId, chatId, options, setOptions }: HeadProps) {
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
          value={options.version ?? "live"}
          onValueChange={(chosen) =>
            setOptions({ ...options, version: chosen === "latest" ? "latest" : "live" })
          }
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
