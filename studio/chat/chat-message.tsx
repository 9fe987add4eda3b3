import { Button, Code, Flex, Spinner, Text } from "@radix-ui/themes";
import type { FileUIPart, UIMessage } from "ai";
import { Pencil } from "lucide-react";
import { memo } from "react";
import { Link } from "wouter";

import { CitedText } from "../citations/cited-text.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { SafeLink } from "../parts/safe-link.tsx";
import type { RunName } from "../runs/use-runs.ts";
import { TEXTS } from "../texts.ts";
import { SourcePassages } from "./source-passages.tsx";
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
            run={runId === null ? null : { toolId, runId }}
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
  run: RunName | null;
  answerCall: AnswerCall;
}

/** What a page of chat has no use for, such as where a step begins, is left out. */
function ChatPart({ part, isGrowing, run, answerCall }: PartProps) {
  if (part.type === "text") {
    const isStreaming = isGrowing && part.state !== "done";
    return run === null ? (
      <Markdown text={part.text} isStreaming={isStreaming} />
    ) : (
      <CitedText text={part.text} isStreaming={isStreaming} {...run} />
    );
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
    const { url, title = url, providerMetadata } = part;
    return (
      <div>
        <SafeLink href={url}>{title}</SafeLink>
        <SourcePassages metadata={providerMetadata} />
      </div>
    );
  }
  if (part.type === "source-document") {
    return <SourcePassages title={part.title} metadata={part.providerMetadata} />;
  }
  return part.type === "file" ? <FilePart {...part} /> : null;
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
