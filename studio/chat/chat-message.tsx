import { Button, Code, Flex, Spinner, Text } from "@radix-ui/themes";
import type { FileUIPart, UIMessage } from "ai";
import { Pencil } from "lucide-react";
import { memo } from "react";
import { Link } from "wouter";

import { JsonView } from "../parts/json-view.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { SafeLink } from "../parts/safe-link.tsx";
import { TEXTS } from "../texts.ts";
import { type AnswerCall, ToolCall } from "./tool-call.tsx";
import { runIdOf } from "./ui-messages.ts";

const { chat: WORDS } = TEXTS;

interface ChatMessageProps {
  message: UIMessage;
  toolId: string;
  /** It is being written. */
  isGrowing: boolean;
  /** Begins to write a message of the user's anew; absent where none may be. */
  edit: ((message: UIMessage) => void) | undefined;
  answerCall: AnswerCall;
}

export const ChatMessage = memo((props: ChatMessageProps) => {
  const { message, toolId, isGrowing, edit, answerCall } = props;
  const runId = runIdOf(message);
  return (
    <li className={`message ${message.role}`}>
      <Flex className="who" gap="2" align="center">
        <Text weight="medium">{TEXTS.roles[message.role]}</Text>
        {isGrowing && (
          <Flex gap="2" align="center" role="status">
            <Spinner size="1" />
            {WORDS.working}
          </Flex>
        )}
        {message.role === "user" && edit !== undefined && (
          <Button size="1" variant="ghost" color="gray" highContrast onClick={() => edit(message)}>
            <Pencil size={12} aria-hidden /> {WORDS.edit}
          </Button>
        )}
        {runId !== null && <Link href={`/runs/${toolId}/${runId}`}>{TEXTS.threads.run}</Link>}
      </Flex>
      <div className="body">
        {message.parts.map((part, index) => (
          <ChatPart
            key={`${part.type} ${index}`}
            part={part}
            isGrowing={isGrowing}
            answerCall={answerCall}
          />
        ))}
      </div>
    </li>
  );
});

type Part = UIMessage["parts"][number];

interface PartProps {
  part: Part;
  isGrowing: boolean;
  answerCall: AnswerCall;
}

/** What a page of chat has no use for, such as where a step begins, is left out. */
function ChatPart({ part, isGrowing, answerCall }: PartProps) {
  if (part.type === "text") {
    return <Markdown text={part.text} isStreaming={isGrowing && part.state !== "done"} />;
  }
  if (part.type === "reasoning") {
    return (
      <details className="passage">
        <summary>{WORDS.reasoning}</summary>
        <p className="wrap">{part.text}</p>
      </details>
    );
  }
  return part.type.startsWith("tool-") ? (
    <ToolCall part={part} answerCall={answerCall} />
  ) : (
    <Source part={part} />
  );
}

function Source({ part }: { part: Part }) {
  if (part.type === "source-url") {
    return <SafeLink href={part.url}>{part.title ?? part.url}</SafeLink>;
  }
  if (part.type === "source-document") {
    return <Passages title={part.title} metadata={part.providerMetadata} />;
  }
  return part.type === "file" ? <FilePart {...part} /> : null;
}

/** A citation: it opens the passages that the answer had of the document. */
function Passages({ title, metadata }: { title: string; metadata: unknown }) {
  return (
    <details className="passage">
      <summary>{title}</summary>
      <JsonView label={WORDS.sources} value={metadata ?? null} />
    </details>
  );
}

/** What the page made itself or the server signed is shown; all else is named. */
function FilePart({ mediaType, filename, url }: FileUIPart) {
  const isOwn = url.startsWith("data:") || new URL(url, location.href).origin === location.origin;
  return isOwn && mediaType.startsWith("image/") ? (
    <img className="picture" src={url} alt={filename ?? ""} />
  ) : (
    <Code size="2" color="gray" highContrast>
      {filename ?? mediaType}
    </Code>
  );
}
