import type { UIMessage } from "ai";

import { asText, isObject } from "../api/json.ts";
import type { Message } from "../threads/live-runs.ts";

/** A thread's messages as the AI SDK's hook begins with them. */
export function toUiMessages(messages: readonly Message[]): UIMessage[] {
  return messages.map((message) => ({
    id: message.id,
    role: message.role,
    parts: [{ type: "text", text: message.content, state: "done" }],
    metadata: message.run_id === undefined ? {} : { bobbin: { runId: message.run_id } },
  }));
}

/** The run that wrote an answer, as its stream and its thread tell; null where none did. */
export function runIdOf({ metadata }: UIMessage): string | null {
  const bobbin = isObject(metadata) ? metadata["bobbin"] : undefined;
  return isObject(bobbin) && bobbin["runId"] !== undefined ? asText(bobbin["runId"]) : null;
}
