/** Messages of the run's thread, or of its input where it has none, as actions hand them on. */
import * as z from "zod";

import { listOf } from "../../domain/list-of";
import { ROLES, type Message, type MessagePart } from "../../domain/message";
import { MESSAGE, MODEL } from "../../limits";
import { Part } from "../message-part";

export interface ThreadMessage {
  role: "user" | "assistant" | "system";
  content: string;
  name?: string | undefined;
  file_ids?: string[] | undefined;
  parts?: MessagePart[] | undefined;
}

export function presentMessage(message: Message): ThreadMessage {
  const { role, content, fileIds, parts, writtenBy } = message;
  return {
    role,
    content,
    ...(writtenBy === null ? {} : { name: writtenBy.toolName }),
    ...(fileIds.length === 0 ? {} : { file_ids: fileIds }),
    ...(parts === null ? {} : { parts }),
  };
}

const InputMessage = z.object({
  role: z.enum(ROLES),
  content: z.string(),
  name: z.string().optional(),
  file_ids: listOf(z.string(), MESSAGE.maxFiles).optional(),
  parts: listOf(Part, MODEL.maxParts).optional(),
});

const InputMessages = listOf(InputMessage, MODEL.maxMessages);

/** The messages of a row of the run's inputs; none where it holds no list of them. */
export function messagesOf(input: Readonly<Record<string, unknown>>): ThreadMessage[] {
  const { messages: given } = input;
  const newest = Array.isArray(given) ? given.slice(-MODEL.maxMessages) : [];
  const messages = InputMessages.safeParse(newest);
  return messages.success ? messages.data : [];
}
