/** The API's own document, of which the editor of tools has its schemas. */
import type { Schema } from "../editor/schema.ts";
import { ApiError, readError } from "./api-error.ts";
import type { CallName } from "./call.ts";
import { isObject } from "./json.ts";

/** @throws {ApiError} Where it cannot be had. */
export async function readDocument(signal: AbortSignal): Promise<Schema> {
  const reply = await fetch("/openapi.json", { signal });
  if (!reply.ok) {
    throw await readError(reply);
  }
  const document: unknown = await reply.json();
  return isObject(document) ? document : {};
}

/** The schema of what a call takes, with all that it refers to. */
export function bodySchema(document: Schema, name: CallName): Schema {
  const [method = "", path = ""] = name.split(" ");
  const steps = ["paths", path, method.toLowerCase()];
  let at: unknown = document;
  for (const step of [...steps, "requestBody", "content", "application/json", "schema"]) {
    at = isObject(at) ? at[step] : undefined;
  }
  if (!isObject(at)) {
    throw new ApiError({ status: 404, type: "document", message: `${name} has no body.` });
  }
  return { ...at, components: document["components"] };
}
