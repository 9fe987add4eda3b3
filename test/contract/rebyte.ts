import * as z from "zod";

import { newThreadId } from "../../src/domain/ids";
import { type Dialect, NOT_SUPPORTED } from "./dialect";

const Thread = z.object({ id: z.string(), metadata: z.record(z.string(), z.string()).default({}) });
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
  messages: (threadId) => `/api/sdk/threads/${threadId}/messages`,
};
