import type { UIMessage } from "ai";

import { ApiError } from "../api/api-error.ts";
import { type Reply, call } from "../api/call.ts";
import { isObject } from "../api/json.ts";

const MESSAGES = "GET /ui/v1/tools/{tool_id}/chat/{chat_id}/messages";

/** The form of a stream, and of a chat that is loaded: the SDK's of this page. */
export const CHAT_QUERY = { parts: "7" } as const;

/** A chat as the SDK's hook begins with it. */
export interface LoadedChat {
  messages: UIMessage[];
  /** An answer is being written, which the chat's stream brings. */
  isAtWork: boolean;
}

interface ChatName {
  toolId: string;
  chatId: string;
  bearer?: string | undefined;
}

/** A chat in which nobody has said anything is no thread yet: it is empty. */
export async function loadChat(
  { toolId, chatId, bearer }: ChatName,
  signal: AbortSignal,
): Promise<LoadedChat> {
  const given = { path: { tool_id: toolId, chat_id: chatId }, query: CHAT_QUERY };
  try {
    const { messages, activeStreamId } = await call(MESSAGES, given, { signal, bearer });
    return { messages: messages.filter(isUiMessage), isAtWork: activeStreamId !== null };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      return { messages: [], isAtWork: false };
    }
    throw error;
  }
}

/** The document of the API knows of a part no more than that it has a type; the rest is the SDK's. */
function isUiMessage(
  message: Reply<typeof MESSAGES>["messages"][number],
): message is Reply<typeof MESSAGES>["messages"][number] & UIMessage {
  return message.parts.every((part) => typeof part.type === "string");
}

export function textIn({ parts }: UIMessage): string {
  return parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** The run that wrote an answer, as its stream and its thread tell; null where none did. */
export function runIdOf({ metadata }: UIMessage): string | null {
  const bobbin = isObject(metadata) ? metadata["bobbin"] : undefined;
  const runId = isObject(bobbin) ? bobbin["runId"] : undefined;
  return typeof runId === "string" ? runId : null;
}
