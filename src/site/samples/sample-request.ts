/** What the samples of an operation send, before any language words it. */
import { type Json, isObject } from "../../api/shared/openapi/schemas";
import type { Call } from "./documented-calls";
import { OWN_FIELDS, variableOf } from "./variables";

export type SampleBody =
  /** `"$NAME"` in it is the variable of that name. */
  | { type: "json"; value: unknown }
  /** A text file, with these fields beside it. */
  | { type: "form"; fields: readonly [name: string, value: string][] }
  | { type: "bytes" }
  /** The records of an export. */
  | { type: "records" };

export interface SampleRequest {
  /** In capitals. */
  method: string;
  /** Behind the origin; `$NAME` in it is the variable of that name. */
  address: string;
  /** The variable with the key that the call needs. */
  key: "KEY" | "ADMIN_KEY";
  body: SampleBody | undefined;
  reply: "json" | "events" | "bytes" | "records";
}

const EVENTS = "text/event-stream";
const RECORDS = "application/x-ndjson";
const BYTES = "application/octet-stream";
const FORM = "multipart/form-data";

/** The file that an upload sends. */
export const UPLOAD = {
  name: "notes.txt",
  type: "text/plain",
  text: "Bobbin keeps threads, messages and files.",
};
/** The file that an export is written to, and an import reads. */
export const RECORDS_FILE = "export.ndjson";
/** What a call that takes any bytes is sent. */
export const SOME_BYTES = "hello";
export const BYTES_TYPE = BYTES;
export const RECORDS_TYPE = RECORDS;

export function sampleRequest(call: Call): SampleRequest {
  const { method, path, parameters = [], requestBody, security } = call;
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `$${variableOf(name)}`);
  return {
    method: method.toUpperCase(),
    address: `${address}${queryOf(parameters)}`,
    key: security.some((schemes) => "operator" in schemes) ? "ADMIN_KEY" : "KEY",
    body: bodyOf(requestBody?.content ?? {}),
    reply: replyOf(call),
  };
}

/** What the query has to say. */
function queryOf(parameters: NonNullable<Call["parameters"]>): string {
  const needed = parameters.flatMap(({ name, in: place, required = false, schema }) =>
    place === "query" && required && Array.isArray(schema["examples"])
      ? [[name, String(schema["examples"][0])]]
      : [],
  );
  return needed.length === 0 ? "" : `?${new URLSearchParams(needed).toString()}`;
}

function bodyOf(content: NonNullable<Call["requestBody"]>["content"]): SampleBody | undefined {
  const json = content["application/json"];
  if (FORM in content) {
    return { type: "form", fields: fieldsOf(content[FORM]?.schema?.["properties"]) };
  }
  if (json?.example !== undefined) {
    return { type: "json", value: withVariables(json.example) };
  }
  if (BYTES in content) {
    return { type: "bytes" };
  }
  return RECORDS in content ? { type: "records" } : undefined;
}

/** What a form has to say beside its file. */
function fieldsOf(properties: unknown): [string, string][] {
  return Object.entries(isObject(properties) ? properties : {}).flatMap(
    ([name, field]): [string, string][] =>
      isObject(field) && typeof field["example"] === "string" ? [[name, field["example"]]] : [],
  );
}

function replyOf({ requestBody, responses }: Call): SampleRequest["reply"] {
  const types = Object.keys(responses["200"]?.content ?? {});
  const example = requestBody?.content["application/json"]?.example;
  const streams = isObject(example) && example["stream"] === true;
  if (types.includes(EVENTS) && (streams || !types.includes("application/json"))) {
    return "events";
  }
  if (types.includes("*/*")) {
    return "bytes";
  }
  return types.includes(RECORDS) && !types.includes(EVENTS) ? "records" : "json";
}

function withVariables(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withVariables);
  }
  if (!isObject(value)) {
    return value;
  }
  const fields: Json = {};
  for (const [name, field] of Object.entries(value)) {
    const variable = OWN_FIELDS.get(name);
    const own = variable === undefined ? undefined : `$${variable}`;
    fields[name] = own === undefined ? withVariables(field) : Array.isArray(field) ? [own] : own;
  }
  return fields;
}

/** Names of the variables in an address or a body, each once. */
export function variablesIn({ address, key, body }: SampleRequest): string[] {
  const text = address + (body?.type === "json" ? JSON.stringify(body.value) : "");
  return [...new Set([key, ...[...text.matchAll(/\$([A-Z_]+)/g)].map(([, name = ""]) => name)])];
}
