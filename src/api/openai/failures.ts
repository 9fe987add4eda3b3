/** This dialect's errors: `{"error":{message,type,param,code}}`, and Bobbin's `issues` beside them. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import * as z from "zod";

import { wordNeeds } from "../../domain/access/needs";
import type { Entity, Issue } from "../../domain/failure";
import { wordPath } from "../../domain/issues-of";
import { asSentence } from "../../domain/text";
import { type ErrorMap, type FailureTable, formatFailure } from "../shared/dialect";
import { IDEMPOTENCY_FAILURES } from "../shared/idempotency/idempotency-failures";
import { wordCredential } from "../shared/reply/word-credential";
import { type IdKind, toWireId } from "./ids";
import { paramOf, wordInvalid } from "./invalid-words";

export const ErrorWire = z
  .strictObject({
    error: z.strictObject({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string().nullable(),
      issues: z
        .array(
          z.strictObject({
            path: z.array(z.union([z.string(), z.int()])),
            message: z.string(),
          }),
        )
        .optional()
        .describe("Bobbin's: every broken rule, at its place."),
    }),
  })
  .meta({
    id: "OpenAIError",
    description: "Every failure. `type` and `code` are stable; `message` is for people.",
    example: {
      error: {
        message: "No thread found with id 'thread_V1StGXR8Z5jdHi6BmyTabcd1'.",
        type: "invalid_request_error",
        param: null,
        code: null,
      },
    },
  });

interface FormattedFailure {
  status: ContentfulStatusCode;
  message: string;
  type?: string;
  param?: string | null;
  code?: string | null;
  issues?: Issue[];
}

export const errors: ErrorMap = {
  failure: (failure) => present(formatFailure(FAILURES, failure)),
  bug: (requestId) =>
    present({
      status: 500,
      type: "server_error",
      message: `The server had an error while processing your request. Please report the request id ${requestId}.`,
    }),
};

function present({
  status,
  message,
  type = INVALID_REQUEST,
  param = null,
  code = null,
  issues,
}: FormattedFailure) {
  const listed = issues?.map((issue) => ({ path: issue.path, message: issue.message }));
  const more = listed === undefined ? {} : { issues: listed };
  return { status, body: { error: { message, type, param, code, ...more } } };
}

const INVALID_REQUEST = "invalid_request_error";

const FAILURES: FailureTable<FormattedFailure> = {
  not_found: ({ entity, id }) => ({
    status: 404,
    ...NOT_FOUND[entity](id),
  }),
  no_route: ({ method, path, meant = null }) => ({
    status: 404,
    message: `Invalid URL (${method} ${path}).${OTHER_APIS.test(path) ? ONLY_ASSISTANTS : ""}${
      meant === null ? "" : ` Did you mean ${meant}?`
    }`,
  }),
  method_not_allowed: ({ method, allowed }) => ({
    status: 405,
    message: `Not allowed to ${method} on this path: it takes ${allowed.join(", ")}.`,
  }),
  invalid: ({ where, issues }) => ({ status: 400, ...wordInvalid(where, issues), issues }),
  malformed_body: ({ reason }) => ({ status: 400, message: reason }),
  body_stalled: () => ({
    status: 408,
    message: "The body stopped in mid-way or came too slowly. Send the request again.",
  }),
  unsupported_media_type: ({ expected, got }) => ({
    status: 415,
    message: `The body must be ${expected}, not ${got || "of an unnamed type"}.`,
  }),
  too_large: ({ what, limitBytes }) => ({
    status: 413,
    message: `The ${what} is larger than ${limitBytes} bytes.`,
  }),
  range_not_satisfiable: ({ sizeBytes }) => ({
    status: 416,
    message: `The file has ${sizeBytes} bytes; the Range asks for what lies behind them.`,
  }),
  missing_authorization: () => ({
    status: 401,
    message:
      "You didn't provide an API key. Send it in the header: Authorization: Bearer sk-…, or api-key: sk-…",
  }),
  malformed_authorization: () => ({
    status: 401,
    code: "invalid_api_key",
    message: "The Authorization header must read: Bearer sk-…",
  }),
  invalid_key: ({ reason, credential }) => ({
    status: 401,
    code: "invalid_api_key",
    message:
      reason === "unknown" && credential === "key"
        ? "Incorrect API key provided."
        : `Incorrect API key provided: the ${wordCredential(credential, reason)}.`,
  }),
  forbidden: ({ needs }) => ({
    status: 403,
    code: "insufficient_permissions",
    message: `You have insufficient permissions for this operation. It needs ${wordNeeds(needs)}.`,
  }),
  closed_to_tokens: ({ path, reason }) => ({
    status: 403,
    code: "insufficient_permissions",
    param: paramOf(path),
    message: `A session token may not send ${wordPath(path)}: ${reason}.`,
    issues: [{ path, message: reason }],
  }),
  thread_busy: ({ threadId, activeRunId }) => ({
    status: 400,
    message: `Thread ${toWireId("thread", threadId)} already has an active run ${toWireId("run", activeRunId)}.`,
  }),
  queue_full: ({ limit }) => ({
    ...RATE_LIMITED,
    message: `Rate limit reached: ${limit} runs wait on this thread already.`,
  }),
  // A text that ends in a list is OpenAI's as it stands, which programs may compare.
  run_state: ({ message }) => ({
    status: 400,
    message: message.endsWith("]") ? message : asSentence(message),
  }),
  run_failed: ({ message }) => ({
    status: 502,
    type: "server_error",
    message: asSentence(message),
  }),
  conflict: ({ message }) => ({ status: 400, message: asSentence(message) }),
  idempotency: ({ reason }) => ({ ...IDEMPOTENCY_FAILURES[reason], type: "idempotency_error" }),
  rate_limited: ({ limit, retryAfterSeconds }) => ({
    ...RATE_LIMITED,
    message: `Rate limit reached: more than ${limit} requests. Please try again in ${retryAfterSeconds}s.`,
  }),
  quota_exceeded: ({ quota, limit }) => ({
    status: 429,
    type: "insufficient_quota",
    code: "insufficient_quota",
    message: `You exceeded your current quota of ${limit === null ? "" : `${limit} `}${quota}.`,
  }),
  unavailable: ({ message }) => ({
    status: 503,
    type: "server_error",
    message: asSentence(message),
  }),
};

const RATE_LIMITED = { status: 429, type: "requests", code: "rate_limit_exceeded" } as const;

/** Other parts of OpenAI's API, which clients of this one may well call too. */
const OTHER_APIS =
  /\/(?:chat\/completions|completions|responses|conversations|uploads|embeddings|images|audio|moderations|fine_tuning|batches|realtime|containers|evals)(?:\/|$)/;
const ONLY_ASSISTANTS = " Only the Assistants API is served here, at /openai/v1.";
/** Of a client whose base is not `/openai/v1`. */
export const MEANT_PATHS = new RegExp(`^/openai/|^(?:/v1)?${OTHER_APIS.source}`);

type Lost = Pick<FormattedFailure, "message" | "param">;

function lost(what: string, kind: IdKind | null): (id: string) => Lost {
  return (id) => ({
    message: `No ${what} found with id '${kind === null ? id : toWireId(kind, id)}'.`,
  });
}

const NOT_FOUND: Record<Entity, (id: string) => Lost> = {
  project: lost("project", null),
  thread: lost("thread", "thread"),
  message: lost("message", "message"),
  file: (id) => ({ message: `No such File object: ${toWireId("file", id)}`, param: "id" }),
  tool: lost("assistant", "assistant"),
  tool_version: lost("assistant version", null),
  run: lost("run", "run"),
  run_step: lost("run step", "step"),
  actor: lost("actor", null),
  knowledge: lost("vector store", "vector_store"),
  document: lost("file in vector store", "file"),
  batch: lost("batch", "batch"),
  key: lost("key", null),
  webhook: lost("webhook", null),
  webhook_delivery: lost("webhook delivery", null),
  signing_secret: lost("signing secret", null),
};
