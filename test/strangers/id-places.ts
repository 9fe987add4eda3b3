/** Where an operation takes ids: in its path, its query and its JSON body, read off the document. */
import { type ApiDocument, type ApiOperation, type Schema, isSchema } from "../support/openapi";
import { fieldPlaces } from "./field-places";
import type { Ids } from "./id-kinds";

export interface IdPlace {
  /** E.g. `path.thread_id`, `body.messages.0.file_ids.0`. */
  pointer: string;
  where: "path" | "query" | "body";
  /** A name in `ID_KINDS`. */
  kind: string;
  /** The query string, or the JSON body, that has this id there; of a path nothing. */
  write: (id: string) => unknown;
}

/** What a list shows, and so what `after`, `before` and `id` name, by the last word of its path. */
const LISTED: Record<string, string | null> = {
  threads: "thread_id",
  chat: "thread_id",
  messages: "message_id",
  // Of a thread; that of a run counts.
  stream: "message_id",
  files: "file_id",
  a: "tool_id",
  r: "run_id",
  deliveries: "delivery_id",
  d: "document_id",
  actors: "actor_id",
  agents: "agent_id",
  assistants: "assistant_id",
  vector_stores: "vector_store_id",
  runs: "run_id",
  steps: "step_id",
  projects: "project_id",
  // A place in an export and the number of a version, which name nothing.
  export: null,
  versions: null,
};
const LIST_BOUNDS = new Set(["after", "before", "cursor", "id", "id[]"]);

/** Fields whose names say what they hold, by their pointer's end. */
const FIELDS: [RegExp, string | null][] = [
  [/(?:^|\.)file_ids?(?:\.0)?$/, "file_id"],
  [/(?:^|\.)(?:parts|content)\.0\.id$/, "file_id"],
  [/(?:^|\.)thread(?:_id|\.id)$/, "thread_id"],
  [/(?:^|\.)vector_store_ids(?:\.0)?$/, "vector_store_id"],
  [/(?:^|\.)tool_id$/, "tool_id"],
  // A chat's page names messages itself, and its chat as well.
  [/^messages?\.(?:0\.)?id$/, null],
  [/^id$/, "chat_id"],
  [/(?:^|\.)run_id$/, "run_id"],
  [/(?:^|\.)webhook_id$/, "webhook_id"],
  [/^tools\.0$/, "tool_id"],
  [/(?:^|\.)agent_id$/, "agent_id"],
  [/(?:^|\.)assistant_id$/, "assistant_id"],
  [/(?:^|\.)(?:actor|participant)_id$/, "actor_id"],
  [/(?:^|\.)config\.knowledge\.0$/, "name"],
  // The client's own, a provider's or a model's.
  [/(?:^|\.)(?:end_user_id|provider_id|model_id|call_id|tool_call_id)$/, null],
  [/\.tool_calls\.0\.id$/, null],
  [/^documents\.0\.id$/, null],
  [/^batch_id$/, "document_batch_id"],
];
const LOOKS_LIKE_ID = /(?:^|[._])ids?(?:\.0)?$/;

export function kindOfField(pointer: string): string | null {
  const known = FIELDS.find(([form]) => form.test(pointer));
  if (known === undefined && LOOKS_LIKE_ID.test(pointer)) {
    throw new Error(`${pointer} looks like an id: say in test/strangers/id-places.ts of what.`);
  }
  return known?.[1] ?? null;
}

export function idPlaces(operation: ApiOperation, document: ApiDocument): IdPlace[] {
  const inUrl = operation.parameters.flatMap((parameter): IdPlace[] => {
    const { name, schema } = parameter;
    if (parameter.in === "path") {
      return [{ pointer: `path.${name}`, where: "path", kind: name, write: () => undefined }];
    }
    const kind = parameter.in === "query" ? kindOfQuery(operation.path, name, schema) : null;
    const write = (id: string) => `?${encodeURIComponent(name)}=${encodeURIComponent(id)}`;
    return kind === null ? [] : [{ pointer: `query.${name}`, where: "query", kind, write }];
  });
  const schema = operation.requestBody.content["application/json"]?.schema;
  const inBody = schema === undefined ? [] : placesInBody(schema, document);
  return [...inUrl, ...inBody];
}

function kindOfQuery(path: string, name: string, schema: Schema): string | null {
  if (!LIST_BOUNDS.has(name)) {
    return kindOfField(name);
  }
  // A number is a position and no id.
  if (schema["type"] === "integer") {
    return null;
  }
  const kind = LISTED[path.split("/").at(-1) ?? ""];
  if (kind === undefined) {
    throw new Error(`${path} is a list of what? Say it in test/strangers/id-places.ts.`);
  }
  return kind;
}

/** Unions name a place once a branch; one is enough. */
function placesInBody(schema: Schema, document: ApiDocument): IdPlace[] {
  const found = fieldPlaces(schema, document).flatMap(({ path, schema: { type }, write }) => {
    const pointer = path.join(".");
    const kind = type === "string" ? kindOfField(pointer) : null;
    return kind === null
      ? []
      : [{ pointer: `body.${pointer}`, where: "body" as const, kind, write }];
  });
  return [...new Map(found.map((place) => [place.pointer, place])).values()];
}

/** The example body with the caller's own ids in the place of those that the document prints. */
export function withOwnIds(example: unknown, ids: Ids, path: readonly string[] = []): unknown {
  if (Array.isArray(example)) {
    return example.map((item) => withOwnIds(item, ids, [...path, "0"]));
  }
  if (isSchema(example)) {
    return Object.fromEntries(
      Object.entries(example).map(([name, value]) => [
        name,
        withOwnIds(value, ids, [...path, name]),
      ]),
    );
  }
  const kind = typeof example === "string" ? kindOfField(path.join(".")) : null;
  return kind === null ? example : (ids[kind] ?? example);
}
