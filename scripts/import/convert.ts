/** OpenAI's objects as records of an import: see `docs/importing.md` for their lines. */
import { readFile } from "node:fs/promises";
import path from "node:path";

import { messageRecord } from "./convert-message.ts";
import type { Found } from "./read-folder.ts";
import { type ImportRecord, SECOND_MS, bareId, derivedId, emptyAsNull, given } from "./record.ts";
import type { Taken } from "./report.ts";
import type { Assistant, FileInfo, Thread } from "./shapes.ts";

/** Of one line that holds a piece of a file; a multiple of three, as base64 has it. */
const PIECE_BYTES = 192 * 1024;

/** @param provider Whose models the assistants' models are. What is left out is added to `found.left`. */
export async function convert(
  found: Found,
  provider: string,
): Promise<{ lines: string; taken: Taken }> {
  const files = await fileRecords(found);
  const assistants = [...found.assistants.values()].flatMap((assistant) =>
    assistantRecords(assistant, provider, found),
  );
  addMissingThreads(found);
  const threads = [...found.threads.values()].map(threadRecord);
  const messages = [...found.messages.values()]
    .toSorted((one, other) => one.created_at - other.created_at)
    .map((message) => messageRecord(message, found, files.ids));
  const records = [...assistants, ...files.records, ...threads, ...messages, ...runAliases(found)];
  return {
    lines: records.map((record) => `${JSON.stringify(record)}\n`).join(""),
    taken: {
      assistants: found.assistants.size,
      threads: found.threads.size,
      messages: found.messages.size,
      files: files.ids.size,
    },
  };
}

function aliasRecord(kind: "assistant" | "run" | "file", wireId: string): ImportRecord {
  return { type: "alias", wire_id: wireId, kind, id: derivedId(kind, wireId) };
}

function assistantRecords(
  assistant: Assistant,
  provider: string,
  { left }: Pick<Found, "left">,
): ImportRecord[] {
  const { id, name, description, model, instructions, tools, metadata } = assistant;
  const createdAtMs = assistant.created_at * SECOND_MS;
  for (const { type } of tools.filter((tool) => tool.type !== "function")) {
    left.push({ what: `${type} of ${id}`, why: "tools other than functions are set anew" });
  }
  const functions = tools.flatMap((tool) => {
    const { name: of, description: about, parameters, strict } = tool.function ?? {};
    return tool.type === "function"
      ? [{ name: of, ...given({ description: about, parameters, strict }), client: true }]
      : [];
  });
  const format = assistant.response_format;
  const config = {
    provider_id: provider,
    model_id: model,
    functions,
    ...given({
      instruction: instructions,
      temperature: assistant.temperature,
      top_p: assistant.top_p,
      reasoning_effort: assistant.reasoning_effort,
      response_format: format === "auto" ? null : format,
    }),
    history: { limit: HISTORY_MESSAGES },
    per_reply_messages: true,
  };
  const actions = [
    { name: "INPUT", type: "input" },
    { name: "ASSISTANT", type: "chat", config },
    { name: "OUTPUT", type: "output" },
  ];
  const toolId = derivedId("assistant", id);
  return [
    {
      type: "tool",
      id: toolId,
      name: name ?? "",
      ...given({ description, metadata: emptyAsNull(metadata) }),
      latest_version: 1,
      live_version: 1,
      default_version: "live",
      created_at_ms: createdAtMs,
      updated_at_ms: createdAtMs,
    },
    { type: "tool_version", tool_id: toolId, version: 1, actions, created_at_ms: createdAtMs },
    aliasRecord("assistant", id),
  ];
}

/** As many as assistants that are made here read. */
const HISTORY_MESSAGES = 100;

function threadRecord({ id, created_at: createdAt, metadata }: Thread): ImportRecord {
  return {
    type: "thread",
    id: bareId(id),
    created_at_ms: createdAt * SECOND_MS,
    ...given({ metadata: emptyAsNull(metadata) }),
  };
}

/** Threads could never be listed: many exports have their messages alone. */
function addMissingThreads({ threads, messages }: Found): void {
  for (const { thread_id: id, created_at: createdAt } of messages.values()) {
    const known = threads.get(id);
    if (known === undefined || (known.metadata === undefined && createdAt < known.created_at)) {
      threads.set(id, { id, created_at: createdAt, metadata: undefined });
    }
  }
}

function runAliases({ messages }: Found): ImportRecord[] {
  const ids = new Set([...messages.values()].flatMap(({ run_id: id }) => id ?? []));
  return [...ids].map((id) => aliasRecord("run", id));
}

/** Files whose bytes are there: `<id>`, `<id>.<ending>`, `<id>-<name>` or their own name. */
async function fileRecords(
  found: Found,
): Promise<{ records: ImportRecord[]; ids: ReadonlySet<string> }> {
  const records: ImportRecord[] = [];
  const ids = new Set<string>();
  const used = new Set<string>();
  for (const info of found.files.values()) {
    const name = contentName(found.contents, info);
    if (name === undefined) {
      const why = "its bytes are not in the folder, by its id or its name";
      found.left.push({ what: `file ${info.id} (${info.filename})`, why });
    } else {
      used.add(name);
      ids.add(info.id);
      records.push(...piecesOf(info, await readFile(found.contents.get(name) ?? "")));
    }
  }
  for (const name of found.contents.keys()) {
    if (!used.has(name) && !name.startsWith(".") && name !== "README.md") {
      found.left.push({ what: name, why: "is no JSON, and no file's object names it" });
    }
  }
  return { records, ids };
}

function contentName(contents: ReadonlyMap<string, string>, info: FileInfo): string | undefined {
  const names = [...contents.keys()];
  return (
    names.find((name) => name === info.id || path.parse(name).name === info.id) ??
    names.find((name) => name.startsWith(`${info.id}-`) || name.startsWith(`${info.id}_`)) ??
    names.find((name) => name === info.filename)
  );
}

function piecesOf({ id, created_at: createdAt, filename, purpose }: FileInfo, bytes: Buffer) {
  const pieces: ImportRecord[] = [];
  for (let from = 0; from < bytes.byteLength; from += PIECE_BYTES) {
    const base64 = bytes.subarray(from, from + PIECE_BYTES).toString("base64");
    pieces.push({ type: "bytes", base64 });
  }
  const record = {
    type: "file",
    id: derivedId("file", id),
    name: filename,
    mime_type: "application/octet-stream",
    size: bytes.byteLength,
    created_at_ms: createdAt * SECOND_MS,
    ...given({ purpose }),
  };
  return [record, ...pieces, aliasRecord("file", id)];
}
