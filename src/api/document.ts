/** The one OpenAPI document, of all dialects. */
import type { Hono, Schema } from "hono";

import { version } from "../../package.json";
import { adminDocument } from "./admin/document";
import { aiSdkDocument } from "./ai-sdk/document";
import { metorialDocument } from "./metorial/document";
import { openaiDocument } from "./openai/document";
import { rebyteDocument } from "./rebyte/document";
import type { AppEnv } from "./shared/app-env";
import { makeDocument } from "./shared/openapi/document";
import type { OpenApiDocument } from "./shared/openapi/types";

const INFO = {
  title: "Bobbin",
  version,
  description: `A chatbot backend at the edge: threads, messages, files and tools, and runs of tools on threads.

Four dialects speak of the same threads: ReByte's under \`/api/sdk\`, Metorial's under \`/v1\`,
OpenAI's Assistants under \`/openai/v1\`, and the AI SDK's chats under \`/ui/v1\`.
Send a project's key as \`Authorization: Bearer sk-…\`. Every reply has an \`X-Request-Id\`.`,
};

let made: OpenApiDocument | undefined;

/** Made at the first call: it is the same for the life of the isolate. */
export function apiDocument<S extends Schema, Base extends string>(
  app: Hono<AppEnv, S, Base>,
): OpenApiDocument {
  made ??= makeDocument(app, INFO, [
    rebyteDocument,
    metorialDocument,
    openaiDocument,
    aiSdkDocument,
    adminDocument,
  ]);
  return made;
}
