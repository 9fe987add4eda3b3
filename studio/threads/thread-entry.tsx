import { Flex, Spinner, Text } from "@radix-ui/themes";
import { memo } from "react";
import { Link } from "wouter";

import { CitedText } from "../citations/cited-text.tsx";
import { fromSeconds } from "../parts/format.ts";
import { Markdown } from "../parts/markdown.tsx";
import { Pairs } from "../parts/pairs.tsx";
import { When } from "../parts/when.tsx";
import { TEXTS } from "../texts.ts";
import { FileChip } from "./file-chip.tsx";
import type { LiveRun, Message } from "./live-runs.ts";
import { MessagePart } from "./message-part.tsx";

const { threads: WORDS } = TEXTS;

/** Either of them. */
export interface EntryProps {
  message?: Message | undefined;
  /** An answer that is being written. */
  run?: LiveRun | undefined;
}

/** What is said on a thread. An answer that becomes a message keeps what is drawn of its text. */
export const ThreadEntry = memo(({ message, run }: EntryProps) => {
  const { role, text } = saidBy(message, run);
  return (
    <li className={`message ${role}`}>
      <Flex className="who" gap="2" align="center" wrap="wrap">
        <Text weight="medium">{TEXTS.roles[role]}</Text>
        {message !== undefined && <Origin {...message} />}
        {run !== undefined && <RunState {...run} />}
      </Flex>
      <div className="body">
        {text !== "" && <Said text={text} message={message} run={run} />}
        {message !== undefined && <Rest {...message} />}
      </div>
    </li>
  );
});

/** The same part of the page before and after the answer is a message. */
function Said({ text, message, run }: { text: string } & EntryProps) {
  const runId = message?.run_id ?? run?.runId;
  return runId === undefined ? (
    <Markdown text={text} />
  ) : (
    <CitedText
      text={text}
      isStreaming={run !== undefined}
      toolId={message?.agent_id ?? ""}
      runId={runId}
      citations={message?.citations}
    />
  );
}

function saidBy(message: Message | undefined, run: LiveRun | undefined) {
  return message === undefined
    ? { role: "assistant" as const, text: (run?.texts ?? []).map(({ text }) => text).join("\n\n") }
    : { role: message.role, text: message.content };
}

function Origin({ name, created_at: seconds, run_id: runId, agent_id: toolId }: Message) {
  return (
    <>
      {name !== undefined && <span>{WORDS.byTool(name)}</span>}
      <When ms={fromSeconds(seconds)} />
      {runId !== undefined && toolId !== undefined && (
        <Link href={`/runs/${toolId}/${runId}`}>{WORDS.run}</Link>
      )}
    </>
  );
}

function RunState({ status, action, error }: LiveRun) {
  return error === null ? (
    <Flex gap="2" align="center" role="status">
      <Spinner size="1" />
      {status === "requires_action" ? WORDS.needsAction : (action ?? WORDS.answering)}
    </Flex>
  ) : (
    <Text color="red" highContrast role="alert">
      {error}
    </Text>
  );
}

/** What a message holds besides its text. */
function Rest({ parts = [], file_ids: fileIds = [], metadata = {} }: Message) {
  return (
    <>
      {parts.map((part, index) => (
        <MessagePart key={`${part.type} ${index}`} part={part} />
      ))}
      {fileIds.length > 0 && (
        <Flex gap="2" wrap="wrap" mt="2" role="group" aria-label={WORDS.attachments}>
          {fileIds.map((id) => (
            <FileChip key={id} id={id} />
          ))}
        </Flex>
      )}
      <Pairs pairs={metadata} label={WORDS.metadata} />
    </>
  );
}
