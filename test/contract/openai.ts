import * as z from "zod";

import { newWireId } from "../../src/api/openai/ids";
import { type ContractFile, type ContractMessage, type Dialect, NOT_SUPPORTED } from "./dialect";

const Metadata = z.record(z.string(), z.string());
const Thread = z.object({
  id: z.string().startsWith("thread_"),
  object: z.literal("thread"),
  metadata: Metadata,
});
const Message = z.object({
  id: z.string().startsWith("msg_"),
  object: z.literal("thread.message"),
  role: z.string(),
  content: z.array(z.object({ text: z.object({ value: z.string() }) })),
  metadata: Metadata,
});
const File = z.object({
  id: z.string().startsWith("file-"),
  object: z.literal("file"),
  filename: z.string(),
  status: z.literal("processed"),
});
const Deleted = z.strictObject({ id: z.string(), object: z.string(), deleted: z.literal(true) });
const Failure = z.object({
  error: z.object({
    type: z.string(),
    code: z.string().nullable(),
    param: z.string().nullable(),
    message: z.string(),
    issues: z.array(z.object({ path: z.array(z.union([z.string(), z.int()])) })).default([]),
  }),
});

/** All that a request breaks has one type; which rule it is, `code` says, and the dialect's own tests. */
const INVALID = "invalid_request_error";

export const openai: Dialect = {
  name: "OpenAI",
  threads: "/openai/v1/threads",
  creationFields: () => Promise.resolve({}),
  update: { method: "POST" },
  neverId: () => `thread_${newWireId()}`,
  bareId: (id) => id.replace(/^thread_/, ""),
  readThread: (json) => Thread.parse(json),
  readThreads: (json) => readList(json, (item) => Thread.parse(item)),
  readDeleted: (json) => Deleted.parse(json).id,
  readError: (json) => {
    const { type, message, issues } = Failure.parse(json).error;
    return { code: type, message, paths: issues.map(({ path }) => path.join(".")) };
  },
  codes: {
    threadNotFound: INVALID,
    messageNotFound: INVALID,
    fileNotFound: INVALID,
    runNotFound: INVALID,
    otherBody: "idempotency_error",
    noRoute: INVALID,
    methodNotAllowed: INVALID,
    invalid: INVALID,
    malformedBody: INVALID,
    unauthorized: INVALID,
    forbidden: INVALID,
  },
  readMore: NOT_SUPPORTED,
  cursor: NOT_SUPPORTED,
  otherUpdate: NOT_SUPPORTED,
  form: NOT_SUPPORTED,
  messages: {
    path: (threadId) => `/openai/v1/threads/${threadId}/messages`,
    read: readMessage,
    readList: (json) => readList(json, readMessage),
    readDeleted: (json) => Deleted.parse(json).id,
  },
  files: {
    path: "/openai/v1/files",
    upload: (file) => {
      const body = new FormData();
      body.set("purpose", "assistants");
      body.set("file", file);
      return { body };
    },
    readUploaded: (json) => File.parse(json).id.replace("file-", ""),
    read: readFile,
    readList: (json) => readList(json, readFile),
    contentPath: (id) => `/openai/v1/files/${id}/content`,
  },
  runs: NOT_SUPPORTED,
};

function readList<Item>(json: unknown, read: (item: unknown) => Item): Item[] {
  const List = z.strictObject({
    object: z.literal("list"),
    data: z.array(z.unknown()),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  });
  return List.parse(json).data.map(read);
}

function readFile(json: unknown): ContractFile {
  const { id, filename: name } = File.parse(json);
  return { id: id.replace("file-", ""), name };
}

function readMessage(json: unknown): ContractMessage {
  const { id, role, content, metadata } = Message.parse(json);
  return { id, role, text: content.map(({ text }) => text.value).join("\n"), metadata };
}
