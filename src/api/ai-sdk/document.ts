import type { DialectDocument } from "../shared/openapi/document";
import { ErrorWire, errors } from "../shared/reply/typed-errors";

export const aiSdkDocument = {
  group: "AI SDK",
  name: "ai-sdk",
  prefix: "/ui/v1" as const,
  errors,
  errorSchema: ErrorWire,
  pathParameters: {
    tool_id: { entity: "tool", description: "Id of a tool, or its name where only one has it." },
    chat_id: { entity: "thread", description: "Id of a chat, as its page has given it." },
  },
  tags: {
    Chats: "Threads as a page's `useChat` speaks of them: `ai` 5, 6 and 7, from any origin.",
  },
} satisfies DialectDocument;
