/** Errors as `{"error":{type,message,issues?,request_id}}`: of ReByte's dialect, and of those that have no form of their own. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import * as z from "zod";

import { wordNeeds } from "../../../domain/access/needs";
import type { Entity, Issue } from "../../../domain/failure";
import { wordPath } from "../../../domain/issues-of";
import { asSentence } from "../../../domain/text";
import { type FailureTable, formatFailure } from "../dialect";
import { IDEMPOTENCY_FAILURES } from "../idempotency/idempotency-failures";
import type { ErrorMap } from "./error-map";
import { wordCredential } from "./word-credential";

/** An error with its type, code, message and request id. */
export const ErrorWire = z
  .strictObject({
    error: z.strictObject({
      type: z.string(),
      message: z.string(),
      issues: z
        .array(
          z.strictObject({
            path: z.array(z.union([z.string(), z.int()])),
            message: z.string(),
          }),
        )
        .optional(),
      request_id: z.string(),
    }),
  })
  .meta({
    id: "Error",
    description: "Every failure. `type` is stable; `message` is for people.",
    example: {
      error: {
        type: "thread_not_found",
        message: 'There is no thread "V1StGXR8_Z5jdHi6B-myT" in this project.',
        request_id: "7c0b6f1e-0d1f-4c57-9d0f-0b8a1f6f7a34",
      },
    },
  });

interface FormattedFailure {
  status: ContentfulStatusCode;
  type: string;
  message: string;
  issues?: Issue[];
}

/** The error table of the dialects that name an error by its type. */
export const errors: ErrorMap = {
  failure(failure, requestId) {
    const { status, ...words } = formatFailure(FAILURES, failure);
    return { status, body: { error: { ...words, request_id: requestId } } };
  },
  bug(requestId) {
    const message = "Something went wrong on our side. Please report the request_id.";
    return {
      status: 500,
      body: { error: { type: "internal_server_error", message, request_id: requestId } },
    };
  },
};

const FAILURES: FailureTable<FormattedFailure> = {
  not_found: ({ entity, id, isUnlisted, known }) => ({
    status: 404,
    type: NOT_FOUND_TYPES[entity],
    message: `There is no ${entity.replace("_", " ")} "${id}" within ${isUnlisted ? "this token's reach: its `tools` list what it may run" : "your reach"}.${namesKnown(known)}`,
  }),
  no_route: ({ method, path, meant = null }) => ({
    status: 404,
    type: "not_found",
    message: `There is no ${method} ${path}.${meant === null ? "" : ` Did you mean ${meant}?`} See /openapi.json for what there is.`,
  }),
  method_not_allowed: ({ method, allowed }) => ({
    status: 405,
    type: "method_not_supported_error",
    message: `This path takes ${allowed.join(", ")}, not ${method}.`,
  }),
  invalid: ({ where, issues }) => ({
    ...INVALID,
    message: issues.map((issue) => asSentence(wordIssue(where, issue))).join(" "),
    issues: issues.map(({ path, message }) => ({ path, message })),
  }),
  malformed_body: ({ reason }) => ({ ...INVALID, message: reason }),
  body_stalled: () => ({
    status: 408,
    type: "request_timeout_error",
    message: "The body stopped in mid-way or came too slowly. Send the request again.",
  }),
  unsupported_media_type: ({ expected, got }) => ({
    status: 415,
    type: "unsupported_media_type_error",
    message: `The body must be ${expected}, not ${got || "of an unnamed type"}.`,
  }),
  too_large: ({ what, limitBytes }) => ({
    status: 413,
    type: "payload_too_large_error",
    message: `The ${what} is larger than ${limitBytes} bytes.`,
  }),
  range_not_satisfiable: ({ sizeBytes }) => ({
    status: 416,
    type: "range_not_satisfiable_error",
    message: `The file has ${sizeBytes} bytes; the Range asks for what lies behind them.`,
  }),
  missing_authorization: () => ({
    status: 401,
    type: "missing_authorization_header_error",
    message: "Send your API key in the header: Authorization: Bearer sk-…",
  }),
  malformed_authorization: () => ({
    status: 401,
    type: "malformed_authorization_header_error",
    message: "The Authorization header must read: Bearer sk-…",
  }),
  invalid_key: ({ reason, credential }) => ({
    status: 401,
    type: "invalid_api_key_error",
    message: `This ${wordCredential(credential, reason)}.`,
  }),
  forbidden: ({ needs }) => ({
    status: 403,
    type: "forbidden_error",
    message: `This call needs ${wordNeeds(needs)}.`,
  }),
  closed_to_tokens: ({ path, reason }) => ({
    status: 403,
    type: "forbidden_error",
    message: `A session token may not send ${wordPath(path)}: ${reason}.`,
    issues: [{ path, message: reason }],
  }),
  thread_busy: ({ threadId, activeRunId }) => ({
    ...CONFLICT,
    message: `Run ${activeRunId} is at work on thread "${threadId}", and on_conflict is "reject".`,
  }),
  queue_full: ({ limit }) => ({
    ...LIMITED,
    message: `${limit} runs wait on this thread already.`,
  }),
  run_state: ({ message }) => ({ ...CONFLICT, message }),
  run_failed: ({ runId, code, message }) => ({
    status: 502,
    type: "run_error",
    message: `Run ${runId} failed: ${message} (${code})`,
  }),
  conflict: ({ message }) => ({ ...CONFLICT, message }),
  idempotency: ({ reason }) => ({ ...IDEMPOTENCY_FAILURES[reason], type: "idempotency_error" }),
  rate_limited: ({ limit, retryAfterSeconds }) => ({
    ...LIMITED,
    message: `More than ${limit} requests. Try again in ${retryAfterSeconds} s.`,
  }),
  quota_exceeded: ({ quota, limit }) => ({
    ...LIMITED,
    message: `The project's quota of ${quota}${limit === null ? "" : ` (${limit})`} is used up${quota === "tokens" ? ", or held by runs at work" : ""}.`,
  }),
  unavailable: ({ message }) => ({ status: 503, type: "service_unavailable_error", message }),
};

const INVALID = { status: 400, type: "invalid_request_error" } as const;
const CONFLICT = { status: 409, type: "conflict_error" } as const;
const LIMITED = { status: 429, type: "rate_limit_error" } as const;

/** ` The newest are 3, 2, 1.`; empty where nothing is known. */
function namesKnown(known: readonly string[] = []): string {
  return known.length === 0 ? "" : ` The newest are ${known.join(", ")}.`;
}

/** `app` is this dialect's word for a tool in errors. */
const NOT_FOUND_TYPES: Record<Entity, string> = {
  project: "project_not_found",
  thread: "thread_not_found",
  message: "message_not_found",
  file: "file_not_found",
  tool: "app_not_found",
  tool_version: "app_version_not_found",
  run: "run_not_found",
  run_step: "run_step_not_found",
  actor: "actor_not_found",
  knowledge: "knowledge_not_found",
  document: "document_not_found",
  batch: "batch_not_found",
  key: "key_not_found",
  webhook: "webhook_not_found",
  webhook_delivery: "webhook_delivery_not_found",
  signing_secret: "signing_secret_not_found",
};

/** `messages[0].role must be …`, or `The body must be …` where the path is empty. */
function wordIssue(where: string, { path, message }: Issue): string {
  return `${wordPath(path) || `The ${where}`} ${message}`;
}
