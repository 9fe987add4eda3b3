import { Code, Flex, Spinner, Text } from "@radix-ui/themes";
import type { UIMessage } from "ai";
import { memo } from "react";
import { Link } from "wouter";

import { asText } from "../api/json.ts";
import { JsonView } from "../parts/json-view.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { SafeLink } from "../parts/safe-link.tsx";
import { TEXTS } from "../texts.ts";
import { runIdOf } from "./ui-messages.ts";

const { chat: WORDS } = TEXTS;

interface ChatMessageProps {
  message: UIMessage;
  toolId: string;
  /** It is being written. */
  isGrowing: boolean;
}

export const ChatMessage = memo(({ message, toolId, isGrowing }: ChatMessageProps) => {
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
        {runId !== null && <Link href={`/runs/${toolId}/${runId}`}>{TEXTS.threads.run}</Link>}
      </Flex>
      <div className="body">
        {message.parts.map((part, index) => (
          <ChatPart key={`${part.type} ${index}`} part={part} isGrowing={isGrowing} />
        ))}
      </div>
    </li>
  );
});

type Part = UIMessage["parts"][number];

/** What a page of chat has no use for, such as where a step begins, is left out. */
function ChatPart({ part, isGrowing }: { part: Part; isGrowing: boolean }) {
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
  return part.type.startsWith("tool-") ? <ToolCall part={part} /> : <Source part={part} />;
}

function Source({ part }: { part: Part }) {
  if (part.type === "source-url") {
    return <SafeLink href={part.url}>{part.title ?? part.url}</SafeLink>;
  }
  if (part.type === "source-document") {
    return <Passages title={part.title} metadata={part.providerMetadata} />;
  }
  return part.type === "file" ? <Code size="2">{part.filename ?? part.mediaType}</Code> : null;
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

function ToolCall({ part }: { part: Part }) {
  const input: unknown = "input" in part ? part.input : undefined;
  const output: unknown = "output" in part ? part.output : undefined;
  const error = "errorText" in part ? asText(part.errorText) : "";
  return (
    <details className="passage">
      <summary>{WORDS.called(part.type.slice("tool-".length))}</summary>
      <JsonView label={WORDS.called(part.type)} value={input ?? {}} />
      {output !== undefined && <JsonView label={TEXTS.runs.output} value={output} />}
      {error !== "" && (
        <Text size="2" color="red" highContrast className="wrap">
          {error}
        </Text>
      )}
    </details>
  );
}
