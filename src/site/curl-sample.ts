/** The curl of an operation, which does what it says when it is pasted as it stands. */
import { type Json, isObject } from "../api/shared/openapi/schemas";
import type { DocumentedOperation } from "../api/shared/openapi/types";

export interface Call extends DocumentedOperation {
  method: string;
  path: string;
}

/** A variable of the reader's shell. */
export interface Variable {
  name: string;
  /** What to set it to. */
  value: string;
  description: string;
}

const KEY: Variable = { name: "KEY", value: "sk-…", description: "A key of the project." };
const ADMIN_KEY: Variable = {
  name: "ADMIN_KEY",
  value: "…",
  description: "The deployment's own, for calls under `/admin`.",
};
const CALL: Variable = {
  name: "CALL_ID",
  value: "…",
  description: "Id of a call that the run waits for: `required_action.calls[].call_id`.",
};

/** Names that mean something else in many shells, or nothing by themselves. */
const RENAMED = new Map([["name", "KNOWLEDGE"]]);

/** Fields of a body that name what is the reader's own. */
const OWN_FIELDS = new Map([
  ["agent_id", "AGENT_ID"],
  ["assistant_id", "ASSISTANT_ID"],
  ["call_id", "CALL_ID"],
  ["file_id", "FILE_ID"],
  ["file_ids", "FILE_ID"],
  ["runId", "RUN_ID"],
  ["tool_call_id", "CALL_ID"],
  ["tools", "TOOL_ID"],
]);

const NDJSON = "application/x-ndjson";
const BYTES = "application/octet-stream";
const RECORDS = "export.ndjson";
const UPLOAD = {
  source: "echo 'Bobbin keeps threads, messages and files.' | ",
  form: "-F 'file=@-;filename=notes.txt;type=text/plain'",
};

/** All that the samples take from the shell, each once; the keys come first. */
export function sampleVariables(calls: readonly Call[]): Variable[] {
  const ofPaths = calls.flatMap(({ parameters = [] }) =>
    parameters
      .filter((parameter) => parameter.in === "path")
      .map(({ name, description = "" }) => ({ name: variableOf(name), value: "…", description })),
  );
  const byName = new Map(ofPaths.toReversed().map((variable) => [variable.name, variable]));
  return [KEY, ADMIN_KEY, ...[...byName.values()].toReversed(), CALL];
}

export function curlSample(call: Call, origin: string): string {
  const { path, parameters = [], requestBody, security, responses } = call;
  const content = requestBody?.content ?? {};
  const replies = responses["200"]?.content ?? {};
  const isUpload = "multipart/form-data" in content;
  const key = security.some((schemes) => "operator" in schemes) ? ADMIN_KEY : KEY;
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `$${variableOf(name)}`);
  return [
    `${isUpload ? UPLOAD.source : ""}curl ${flagsOf(call)}${quoted(`${origin}${address}${queryOf(parameters)}`)}`,
    `-H "Authorization: Bearer $${key.name}"`,
    ...(isUpload ? [UPLOAD.form, ...fieldsOf(content)] : bodyOf(content)),
    ...(NDJSON in replies ? [`-o ${RECORDS}`] : []),
  ].join(" \\\n  ");
}

/** What a form has to say beside its file. */
function fieldsOf(content: NonNullable<Call["requestBody"]>["content"]): string[] {
  const properties = content["multipart/form-data"]?.schema?.["properties"];
  return Object.entries(isObject(properties) ? properties : {}).flatMap(([name, field]) =>
    isObject(field) && typeof field["example"] === "string"
      ? [`-F ${name}=${field["example"]}`]
      : [],
  );
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

function flagsOf({ method, requestBody, responses }: Call): string {
  if (method === "get") {
    return "text/event-stream" in (responses["200"]?.content ?? {}) ? "-N " : "";
  }
  return method === "post" && requestBody !== undefined ? "" : `-X ${method.toUpperCase()} `;
}

function bodyOf(content: NonNullable<Call["requestBody"]>["content"]): string[] {
  const json = content["application/json"];
  if (json?.example !== undefined) {
    return ["-H 'Content-Type: application/json'", `-d ${shellJson(json.example)}`];
  }
  if (BYTES in content) {
    return [`-H 'Content-Type: ${BYTES}'`, "--data-binary hello"];
  }
  return NDJSON in content ? [`-H 'Content-Type: ${NDJSON}'`, `--data-binary @${RECORDS}`] : [];
}

/** In single quotes, but for the reader's own ids. */
function shellJson(example: unknown): string {
  const json = JSON.stringify(withVariables(example)).replaceAll("'", String.raw`'\''`);
  return `'${json.replaceAll(/"\$(\w+)"/g, `"'"$$$1"'"`)}'`;
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

/** An address with variables or a query in it is quoted, so that no shell takes it apart. */
function quoted(address: string): string {
  return /[$?&]/.test(address) ? `"${address}"` : address;
}

function variableOf(parameter: string): string {
  return RENAMED.get(parameter) ?? parameter.toUpperCase();
}
