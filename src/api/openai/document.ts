import type { DialectDocument } from "../shared/openapi/document";
import { ErrorWire, errors } from "./failures";

export const openaiDocument = {
  group: "OpenAI",
  name: "openai",
  prefix: "/openai/v1" as const,
  errors,
  errorSchema: ErrorWire,
  pathParameters: {
    thread_id: {
      entity: "thread",
      description: "Id of a thread, `thread_…`; the bare id does as well.",
    },
    assistant_id: { entity: "tool", description: "Id of an assistant, which is a tool: `asst_…`." },
    run_id: { entity: "run", description: "Id of a run, `run_…`." },
    step_id: { entity: "run_step", description: "Id of a step, `step_…`." },
    model: { description: "A name of a model." },
    file_id: { entity: "file", description: "Id of a file, `file-…`; the bare id does as well." },
    vector_store_id: { entity: "knowledge", description: "Id of a vector store, `vs_…`." },
    store_file_id: { entity: "document", description: "Id of a file of the store, `file-…`." },
    batch_id: { entity: "batch", description: "Id of a batch, `vsfb_…`." },
    message_id: { entity: "message", description: "Id of a message, `msg_…`." },
  },
  tags: {
    "Assistants threads":
      "The same threads as OpenAI's Assistants API has them. The paths work without `/v1` too, as Azure's clients send them.",
    Assistants: "The project's tools, as OpenAI's Assistants API has them.",
    "Assistants messages": "What was said on a thread.",
    "Assistants runs": "An assistant at work on a thread, and the steps that it takes.",
    "Assistants files": "The project's files, as OpenAI's API has them.",
    "Vector stores": "The project's knowledge, as OpenAI's API has it.",
    "Assistants models": "What `model` may say.",
  },
} satisfies DialectDocument;
