/** The one OpenAPI document, of all dialects. */
import type { Hono, Schema } from "hono";

import { version } from "../../package.json";
import { DIALECTS } from "./dialects";
import type { AppEnv } from "./shared/app-env";
import { makeDocument } from "./shared/openapi/document";
import type { OpenApiDocument } from "./shared/openapi/types";

const INFO = {
  title: "Bobbin",
  version,
  description: `A chatbot backend at the edge: threads, messages, files and tools, and runs of tools on threads.

Dialects that speak of the same threads: ${spoken()}.
Send a project's key as \`Authorization: Bearer sk-…\`. Every reply has an \`X-Request-Id\`.`,
};

let made: OpenApiDocument | undefined;

/** Made at the first call: it is the same for the life of the isolate. */
export function apiDocument<S extends Schema, Base extends string>(
  app: Hono<AppEnv, S, Base>,
): OpenApiDocument {
  made ??= makeDocument(
    app,
    INFO,
    DIALECTS.map(({ document }) => document),
  );
  return made;
}

/** Those that speak of threads, with their prefixes. */
function spoken(): string {
  return DIALECTS.flatMap(({ title, prefix }) =>
    title === undefined ? [] : [`${title} under \`${prefix}\``],
  ).join(", ");
}
