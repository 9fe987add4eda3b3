import * as z from "zod";

import { newThreadId } from "../../src/domain/ids";
import { readEvents } from "../support/run-events";
import {
  type ContractFile,
  type ContractMessage,
  type Dialect,
  NOT_SUPPORTED,
  type RunOf,
} from "./dialect";

const Thread = z.object({ id: z.string(), metadata: z.record(z.string(), z.string()).default({}) });
const Message = z.object({
  id: z.string(),
  role: z.string(),
  content: z.string(),
  metadata: z.record(z.string(), z.string()).default({}),
});
const FileInfo = z.object({ uuid: z.string(), name: z.string() });
const Cell = z.object({ value: z.object({ content: z.string() }) });
const Run = z.object({
  run: z.object({
    run_id: z.string(),
    status: z.object({ run: z.enum(["running", "succeeded", "errored"]) }),
    error: z.object({ code: z.string() }).optional(),
    results: z.array(z.array(Cell)).nullable(),
  }),
});
const Failure = z.object({
  error: z.object({
    type: z.string(),
    message: z.string(),
    issues: z.array(z.object({ path: z.array(z.union([z.string(), z.int()])) })).default([]),
    request_id: z.string(),
  }),
});

export const rebyte: Dialect = {
  name: "ReByte",
  threads: "/api/sdk/threads",
  creationFields: () => Promise.resolve({}),
  update: { method: "POST" },
  neverId: newThreadId,
  bareId: (id) => id,
  readThread: (json) => Thread.parse(json),
  readThreads: (json) => z.strictObject({ list: z.array(Thread) }).parse(json).list,
  readDeleted: (json) =>
    z.strictObject({ message: z.literal("deleted"), threadId: z.string() }).parse(json).threadId,
  readError: (json) => {
    const { type, message, issues } = Failure.parse(json).error;
    return { code: type, message, paths: issues.map(({ path }) => path.join(".")) };
  },
  codes: {
    threadNotFound: "thread_not_found",
    messageNotFound: "message_not_found",
    fileNotFound: "file_not_found",
    runNotFound: "run_not_found",
    otherBody: "idempotency_error",
    noRoute: "not_found",
    methodNotAllowed: "method_not_supported_error",
    invalid: "invalid_request_error",
    malformedBody: "invalid_request_error",
    unauthorized: "missing_authorization_header_error",
    forbidden: "forbidden_error",
  },
  readMore: NOT_SUPPORTED,
  cursor: NOT_SUPPORTED,
  otherUpdate: NOT_SUPPORTED,
  form: NOT_SUPPORTED,
  messages: {
    path: (threadId) => `/api/sdk/threads/${threadId}/messages`,
    read: readMessage,
    readList: (json) =>
      z
        .strictObject({ list: z.array(z.unknown()) })
        .parse(json)
        .list.map(readMessage),
    readDeleted: (json) =>
      z.strictObject({ message: z.literal("deleted"), messageId: z.string() }).parse(json)
        .messageId,
  },
  files: {
    path: "/api/sdk/files",
    upload: (file) => {
      const body = new FormData();
      body.append("file", file);
      return { body };
    },
    readUploaded: (json) => z.object({ fileId: z.string() }).parse(json).fileId,
    read: (json) => asFile(z.object({ file: FileInfo }).parse(json).file),
    readList: (json) =>
      z
        .strictObject({ files: z.array(FileInfo) })
        .parse(json)
        .files.map(asFile),
    contentPath: (id) => `/api/sdk/files/${id}/content`,
  },
  runs: {
    start: ({ projectId, toolId, threadId }, question, how) => ({
      path: `/api/sdk/p/${projectId}/a/${toolId}/r`,
      json: {
        thread_id: threadId,
        inputs: [{ messages: [{ role: "user", content: question }] }],
        blocking: how === "wait",
        stream: how === "stream",
      },
    }),
    read: (json) => {
      const { run_id: id, status, error, results } = Run.parse(json).run;
      const failed = error?.code === "cancelled" ? "cancelled" : "failed";
      const ended = { running: null, succeeded: "succeeded", errored: failed } as const;
      return { id, ended: ended[status.run], text: results?.[0]?.[0]?.value.content ?? null };
    },
    path: runPath,
    cancelPath: (of, runId) => `${runPath(of, runId)}/cancel`,
    streamPath: (of, runId) => `${runPath(of, runId)}/stream`,
    readEvents: (text) =>
      readEvents({ text }).map(({ id, type, content }) => ({
        cursor: String(id),
        text: type === "tokens" ? z.string().parse(content.tokens.text) : "",
        isLast: type === "final",
      })),
    neverId: "0".repeat(64),
  },
};

function runPath({ projectId, toolId }: RunOf, runId: string): string {
  return `/api/sdk/p/${projectId}/a/${toolId}/r/${runId}`;
}

function readMessage(json: unknown): ContractMessage {
  const { content: text, ...message } = Message.parse(json);
  return { ...message, text };
}

function asFile({ uuid: id, name }: z.infer<typeof FileInfo>): ContractFile {
  return { id, name };
}
