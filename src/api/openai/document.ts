import type { DialectDocument } from "../shared/openapi/document";
import { ErrorWire, errors } from "./failures";

export const openaiDocument: DialectDocument = {
  name: "openai",
  prefix: "/openai/v1",
  errors,
  errorSchema: ErrorWire,
  pathParameters: {
    thread_id: {
      entity: "thread",
      description: "Id of a thread, `thread_…`; the bare id does as well.",
    },
    message_id: { entity: "message", description: "Id of a message, `msg_…`." },
  },
  tags: {
    "Assistants threads":
      "The same threads as OpenAI's Assistants API has them. The paths work without `/v1` too, as Azure's clients send them.",
    "Assistants messages": "What was said on a thread.",
  },
};
