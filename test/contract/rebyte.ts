import * as z from "zod";

import { newThreadId } from "../../src/domain/ids";
import { readEvents } from "../support/run-events";
import {
  type ContractFile,
  type ContractMessage,
  type Dialect,
  NOT_SUPPORTED,
  type RunEnd,
  type RunOf,
} from "./dialect";
import { REBYTE_OPENS } from "./rebyte-opens";
import { TYPED_CODES, readTypedError } from "./typed-errors";

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

export const rebyte: Dialect = {
  name: "ReByte",
  lacks: ["threads.readMore", "threads.cursor", "threads.otherUpdate", "threads.form"],
  opens: REBYTE_OPENS,
  neverId: newThreadId,
  bareId: (id) => id,
  readError: readTypedError,
  codes: TYPED_CODES,
  write: () => Promise.resolve({ path: "/api/sdk/threads", json: {} }),
  threads: {
    path: "/api/sdk/threads",
    creationFields: () => Promise.resolve({}),
    update: { method: "POST" },
    read: (json) => Thread.parse(json),
    readList: (json) => z.strictObject({ list: z.array(Thread) }).parse(json).list,
    readDeleted: (json) =>
      z.strictObject({ message: z.literal("deleted"), threadId: z.string() }).parse(json).threadId,
    readMore: NOT_SUPPORTED,
    cursor: NOT_SUPPORTED,
    otherUpdate: NOT_SUPPORTED,
    form: NOT_SUPPORTED,
  },
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
    start: (of, question) => startRun(of, question, { stream: true }),
    readRunId: ({ text }) => z.string().parse(readEvents({ text })[0]?.content.run_id),
    readEvents: (text) =>
      readEvents({ text }).map(({ id, type, content }) => ({
        cursor: String(id),
        text: type === "tokens" ? z.string().parse(content.tokens.text) : "",
        ended: type === "run_status" ? endOf(content.status, content.error) : null,
        isLast: type === "final",
      })),
    streamPath: (of, runId) => `${runPath(of, runId)}/stream`,
    byThemselves: {
      start: (of, question) => startRun(of, question, { blocking: false }),
      path: runPath,
      cancelPath: (of, runId) => `${runPath(of, runId)}/cancel`,
      read: (json) => {
        const { run_id: id, status, error } = Run.parse(json).run;
        return { id, ended: endOf(status.run, error) };
      },
      readAnswer: (json) => Run.parse(json).run.results?.[0]?.[0]?.value.content ?? null,
      neverId: "0".repeat(64),
    },
  },
};

function startRun({ projectId, toolId, threadId }: RunOf, question: string, how: object) {
  const inputs = [{ messages: [{ role: "user", content: question }] }];
  return {
    path: `/api/sdk/p/${projectId}/a/${toolId}/r`,
    json: { thread_id: threadId, inputs, ...how },
  };
}

function endOf(status: string, error?: { code: string }): RunEnd | null {
  if (status === "errored") {
    return error?.code === "cancelled" ? "cancelled" : "failed";
  }
  return status === "succeeded" ? status : null;
}

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
