import * as z from "zod";

import { newWireId } from "../../src/api/openai/ids";
import {
  type ContractEvent,
  type ContractFile,
  type ContractMessage,
  type Dialect,
  NOT_SUPPORTED,
  type RunEnd,
  type RunOf,
} from "./dialect";
import { OPENAI_OPENS } from "./openai-opens";

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
const Run = z.object({ id: z.string().startsWith("run_"), status: z.string() });
const Delta = z.object({
  delta: z.object({ content: z.array(z.object({ text: z.object({ value: z.string() }) })) }),
});
/** Of a stream; comment lines have other names. */
const Frame = z.object({
  id: z.string().nullable().default(null),
  event: z.string(),
  data: z.string(),
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
  lacks: [
    "threads.readMore",
    "threads.cursor",
    "threads.otherUpdate",
    "threads.form",
    "runs.byThemselves.readAnswer",
  ],
  opens: OPENAI_OPENS,
  neverId: () => `thread_${newWireId()}`,
  bareId: (id) => id.replace(/^thread_/, ""),
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
  write: () => Promise.resolve({ path: "/openai/v1/threads", json: {} }),
  threads: {
    path: "/openai/v1/threads",
    creationFields: () => Promise.resolve({}),
    update: { method: "POST" },
    read: (json) => Thread.parse(json),
    readList: (json) => readList(json, (item) => Thread.parse(item)),
    readDeleted: (json) => Deleted.parse(json).id,
    readMore: NOT_SUPPORTED,
    cursor: NOT_SUPPORTED,
    otherUpdate: NOT_SUPPORTED,
    form: NOT_SUPPORTED,
  },
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
  runs: {
    start: (of, question) => startRun(of, question, { stream: true }),
    readRunId: ({ text }) => {
      const created = framesOf(text).find(({ event }) => event === "thread.run.created");
      return Run.parse(JSON.parse(created?.data ?? "")).id;
    },
    readEvents: (text) => framesOf(text).flatMap((frame) => readFrame(frame)),
    streamPath: (of, runId) => `${runPath(of, runId)}/stream`,
    byThemselves: {
      start: (of, question) => startRun(of, question, {}),
      path: runPath,
      cancelPath: (of, runId) => `${runPath(of, runId)}/cancel`,
      read: (json) => {
        const { id, status } = Run.parse(json);
        return { id, ended: ENDS[status] ?? null };
      },
      // A run's answer is among the messages of its thread.
      readAnswer: NOT_SUPPORTED,
      neverId: `run_${newWireId()}`,
    },
  },
};

const ENDS: Record<string, RunEnd> = {
  completed: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
};

function startRun({ toolId, threadId }: RunOf, question: string, how: object) {
  const messages = [{ role: "user", content: question }];
  return {
    path: `/openai/v1/threads/${threadId}/runs`,
    json: { assistant_id: `asst_${toolId}`, additional_messages: messages, ...how },
  };
}

function runPath({ threadId }: RunOf, runId: string): string {
  return `/openai/v1/threads/${threadId}/runs/${runId}`;
}

type Frame = z.infer<typeof Frame>;

function framesOf(text: string): Frame[] {
  return text.split("\n\n").flatMap((frame) => {
    const fields = Object.fromEntries(
      frame.split("\n").map((line) => [line.split(":")[0], line.slice(line.indexOf(":") + 2)]),
    );
    const { data } = Frame.safeParse(fields);
    return data ?? [];
  });
}

function readFrame({ id, event, data }: Frame): ContractEvent[] {
  if (id === null) {
    return [];
  }
  const isText = event === "thread.message.delta";
  const text = isText ? Delta.parse(JSON.parse(data)).delta.content : [];
  const ended = ENDS[/^thread\.run\.([a-z]+)$/.exec(event)?.[1] ?? ""] ?? null;
  return [
    {
      cursor: id,
      text: text.map((part) => part.text.value).join(""),
      ended,
      // `done` comes behind it, without a number.
      isLast: ended !== null,
    },
  ];
}

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
