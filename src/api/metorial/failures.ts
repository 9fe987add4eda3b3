/** This dialect's errors, flat: `{"__typename":"error","ok":false,status,code,message,…}`. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import * as z from "zod";

import { wordNeeds } from "../../domain/access/needs";
import type { Entity, Issue } from "../../domain/failure";
import { wordPath } from "../../domain/issues-of";
import { type ErrorMap, type FailureTable, formatFailure } from "../shared/dialect";
import { wordCredential } from "../shared/reply/word-credential";
import { toWireId } from "./ids";

export const ErrorWire = z
  .strictObject({
    __typename: z.literal("error"),
    ok: z.literal(false),
    status: z.int(),
    code: z.string(),
    message: z.string(),
    entity: z.string().optional(),
    id: z.string().optional(),
    reason: z.string().optional(),
    hint: z.string().optional(),
    errors: z
      .array(
        z.strictObject({
          code: z.string(),
          message: z.string(),
          path: z.array(z.union([z.string(), z.int()])),
        }),
      )
      .optional(),
  })
  .meta({
    id: "MetorialError",
    description: "Every failure. `code` is stable; `message` is for people.",
    example: {
      __typename: "error",
      ok: false,
      status: 404,
      code: "not_found",
      message: "The requested thread could not be found.",
      entity: "thread",
      id: "thread_V1StGXR8_Z5jdHi6B-myT",
    },
  });

interface FormattedFailure {
  status: ContentfulStatusCode;
  code: string;
  message: string;
  entity?: string;
  id?: string;
  reason?: string;
  hint?: string;
  errors?: { code: string; message: string; path: Issue["path"] }[];
}

export const errors: ErrorMap = {
  failure: (failure) => present(formatFailure(FAILURES, failure)),
  bug: (requestId) =>
    present({
      status: 500,
      code: "internal_server_error",
      message: "Something went wrong on our side.",
      hint: `Please report the request id ${requestId}.`,
    }),
};

function present(words: FormattedFailure) {
  return { status: words.status, body: { __typename: "error", ok: false, ...words } };
}

const FAILURES: FailureTable<FormattedFailure> = {
  not_found: ({ entity, id }) => ({
    status: 404,
    code: "not_found",
    message: `The requested ${ENTITIES[entity]} could not be found.`,
    entity: ENTITIES[entity],
    id: presentId(entity, id),
  }),
  no_route: ({ method, path, meant = null }) => ({
    status: 404,
    code: "not_found",
    message: `There is no ${method} ${path}.`,
    hint: `${meant === null ? "" : `Did you mean ${meant}? `}See /openapi.json for what there is.`,
  }),
  method_not_allowed: ({ method, allowed }) => ({
    status: 405,
    code: "method_not_allowed",
    message: `This path takes ${allowed.join(", ")}, not ${method}.`,
  }),
  invalid: ({ where, issues }) => ({
    status: 400,
    code: "invalid_data",
    message: "The provided data is invalid.",
    entity: where,
    errors: issues.map(({ path, message }) => ({ code: "invalid", message, path })),
  }),
  malformed_body: ({ reason }) => ({
    ...BAD_REQUEST,
    message: reason,
    reason: "invalid_json_body",
  }),
  body_stalled: () => ({
    status: 408,
    code: "request_timeout",
    message: "The body stopped in mid-way or came too slowly.",
    hint: "Send the request again.",
  }),
  unsupported_media_type: ({ expected, got }) => ({
    ...BAD_REQUEST,
    message: `The body must be ${expected}, not ${got || "of an unnamed type"}.`,
    reason: "unsupported_content_type",
  }),
  too_large: ({ what, limitBytes }) => ({
    status: 413,
    code: "payload_too_large",
    message: `The ${what} is larger than ${limitBytes} bytes.`,
  }),
  range_not_satisfiable: ({ sizeBytes }) => ({
    status: 416,
    code: "range_not_satisfiable",
    message: `The file has ${sizeBytes} bytes; the Range asks for what lies behind them.`,
  }),
  missing_authorization: () => ({
    ...UNAUTHORIZED,
    message: "No API key was sent.",
    hint: "Send it in the header: Authorization: Bearer sk-…",
  }),
  malformed_authorization: () => ({
    ...UNAUTHORIZED,
    message: "The Authorization header is malformed.",
    hint: "It must read: Bearer sk-…",
  }),
  invalid_key: ({ reason, credential }) => ({
    ...UNAUTHORIZED,
    message: `This ${credential === "key" ? "API " : ""}${wordCredential(credential, reason)}.`,
  }),
  forbidden: ({ needs }) => ({
    status: 403,
    code: "forbidden",
    message: `This call needs ${wordNeeds(needs)}.`,
  }),
  closed_to_tokens: ({ path, reason }) => ({
    status: 403,
    code: "forbidden",
    message: `A session token may not send ${wordPath(path)}: ${reason}.`,
    errors: [{ code: "forbidden", message: reason, path }],
  }),
  thread_busy: ({ threadId, activeRunId }) =>
    conflict(`Run ${activeRunId} is at work on thread ${threadId}.`),
  queue_full: ({ limit }) => limited(`${limit} runs wait on this thread already.`),
  run_state: ({ message }) => conflict(message),
  run_failed: ({ message }) => ({ status: 502, code: "run_failed", message }),
  conflict: ({ message }) => conflict(message),
  idempotency: ({ reason }) => IDEMPOTENCY[reason],
  rate_limited: ({ limit }) => limited(`More than ${limit} requests.`),
  quota_exceeded: ({ quota, limit }) =>
    limited(`The project's quota of ${quota}${limit === null ? "" : ` (${limit})`} is used up.`),
  unavailable: ({ message }) => ({ status: 503, code: "service_unavailable", message }),
};

const IDEMPOTENCY = {
  other_body: {
    status: 422,
    code: "idempotency_error",
    message: "This Idempotency-Key was used with another request.",
    hint: "Use a new one for each request that differs.",
  },
  in_progress: conflict("The first request with this Idempotency-Key is still being answered."),
  gone: {
    status: 410,
    code: "idempotency_error",
    message: "What the first request with this Idempotency-Key made has been deleted.",
    hint: "Use a new one to make another.",
  },
} as const;
const BAD_REQUEST = { status: 400, code: "bad_request" } as const;
const UNAUTHORIZED = { status: 401, code: "unauthorized" } as const;

function conflict(message: string): FormattedFailure {
  return { status: 409, code: "conflict", message };
}

function limited(message: string): FormattedFailure {
  return { status: 429, code: "rate_limit_exceeded", message };
}

function presentId(entity: Entity, id: string): string {
  if (entity === "tool") {
    return toWireId("agent", id);
  }
  return entity === "thread" || entity === "actor" ? toWireId(entity, id) : id;
}

/** This dialect's words for the domain's nouns: a tool is an agent, a project an instance. */
const ENTITIES: Record<Entity, string> = {
  project: "instance",
  thread: "thread",
  message: "message",
  file: "file",
  tool: "agent",
  tool_version: "release",
  run: "run",
  run_step: "run_step",
  actor: "actor",
  knowledge: "knowledge",
  document: "document",
  batch: "batch",
  key: "api_key",
  webhook: "webhook",
  webhook_delivery: "webhook_delivery",
  signing_secret: "signing_secret",
};
