import { Flex, Text } from "@radix-ui/themes";
import { memo } from "react";
import { Link } from "wouter";

import { fromSeconds } from "../parts/format.ts";
import { Markdown } from "../parts/markdown.tsx";
import { Pairs } from "../parts/pairs.tsx";
import { When } from "../parts/when.tsx";
import { TEXTS } from "../texts.ts";
import { FileChip } from "./file-chip.tsx";
import type { Message } from "./live-runs.ts";
import { MessagePart } from "./message-part.tsx";

const { threads: WORDS } = TEXTS;

export const MessageView = memo(({ message }: { message: Message }) => {
  const { role, content, file_ids: fileIds = [], parts = [], metadata = {} } = message;
  return (
    <li className={`message ${role}`}>
      <Flex className="who" gap="2" align="center" wrap="wrap">
        <Text weight="medium">{TEXTS.roles[role]}</Text>
        {message.name !== undefined && <span>{WORDS.byTool(message.name)}</span>}
        <When ms={fromSeconds(message.created_at)} />
        {message.run_id !== undefined && message.agent_id !== undefined && (
          <Link href={`/runs/${message.agent_id}/${message.run_id}`}>{WORDS.run}</Link>
        )}
      </Flex>
      <div className="body">
        {content !== "" && <Markdown text={content} />}
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
      </div>
    </li>
  );
});
