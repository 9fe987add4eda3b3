import type { DialectDocument } from "../shared/openapi/document";
import { ErrorWire, errors } from "../shared/reply/typed-errors";

/** What the OpenAPI document says of this dialect. */
export const rebyteDocument = {
  group: "Bobbin",
  name: "rebyte",
  prefix: "/api/sdk" as const,
  errors,
  errorSchema: ErrorWire,
  pathParameters: {
    thread_id: { entity: "thread", description: "Id of a thread." },
    message_id: { entity: "message", description: "Id of a message of that thread." },
    file_id: { entity: "file", description: "Id of a file (UUID)." },
    project_id: { entity: "project", description: "Id of the key's own project: 20 hex digits." },
    tool_id: { entity: "tool", description: "Id of a tool: 20 hex digits." },
    version: {
      entity: "tool_version",
      description: "The number of a version, `latest` or `live`.",
    },
    run_id: { entity: "run", description: "Id of a run: 64 hex digits." },
    name: { entity: "knowledge", description: "Name of a knowledge base." },
    document_batch_id: { entity: "batch", description: "Id of documents that one call has put." },
    document_id: { entity: "document", description: "Id of a document: the one it was put under." },
    end_user_id: { description: "The end user, in your own naming." },
    webhook_id: { entity: "webhook", description: "Id of a webhook." },
    delivery_id: { entity: "webhook_delivery", description: "Id of a delivery: `msg_…`." },
    key_id: { entity: "key", description: "Id of a key: not the key itself." },
    secret_id: { entity: "signing_secret", description: "Id of a signing secret." },
  },
  tags: {
    Threads: "Conversations, with metadata of your own.",
    Messages: "What was said on a thread, in the order in which it was said.",
    Files: "Uploads that messages and tools may use.",
    Tools: "Lists of actions, deployed in versions that never change.",
    Runs: "A tool at work: blocking, in the background, or streamed.",
    Knowledge: "Documents that runs search, and the search itself.",
    Usage: "What has been used of a project's quotas.",
    "End users": "The people behind session tokens.",
    "Export and import": "All data of a thread or an end user, out and in again.",
    Keys: "The keys of the project, for keys that may administer it.",
    Webhooks: "Addresses of your own that are told how runs end, and when they wait.",
    Tokens: "Short-lived session tokens for browsers, and the secrets that sign them.",
  },
} satisfies DialectDocument;
