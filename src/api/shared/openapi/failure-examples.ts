/** One failure of each kind, for the documents: what a dialect makes of it shows its error replies. */
import type { Failure } from "../../../domain/failure";

export const FAILURE_EXAMPLES: {
  [Kind in Failure["kind"]]: Extract<Failure, { kind: Kind }>;
} = {
  not_found: { kind: "not_found", entity: "thread", id: "V1StGXR8_Z5jdHi6B-myT" },
  no_route: { kind: "no_route", method: "GET", path: "/no/such/path" },
  method_not_allowed: {
    kind: "method_not_allowed",
    method: "PUT",
    allowed: ["GET", "HEAD", "OPTIONS", "POST"],
  },
  invalid: {
    kind: "invalid",
    where: "body",
    issues: [{ path: ["metadata"], message: "must have at most 16 pairs" }],
  },
  malformed_body: {
    kind: "malformed_body",
    reason: 'The body is not JSON: line 1, column 9: expected a value, found "}".',
  },
  body_stalled: { kind: "body_stalled" },
  unsupported_media_type: {
    kind: "unsupported_media_type",
    expected: "application/json",
    got: "text/plain",
  },
  too_large: { kind: "too_large", limitBytes: 1_048_576, what: "JSON body" },
  range_not_satisfiable: { kind: "range_not_satisfiable", sizeBytes: 1589 },
  missing_authorization: { kind: "missing_authorization" },
  malformed_authorization: { kind: "malformed_authorization" },
  invalid_key: { kind: "invalid_key", reason: "unknown", credential: "key" },
  forbidden: { kind: "forbidden", needs: "write" },
  closed_to_tokens: {
    kind: "closed_to_tokens",
    path: ["config", "MODEL_CALL", "temperature"],
    reason: "the tool's version does not open it to session tokens",
  },
  thread_busy: {
    kind: "thread_busy",
    threadId: "V1StGXR8_Z5jdHi6B-myT",
    activeRunId: "4ed010c66458a2ac738932d950830218a2224e7ba22e12718ad66872be6832e7",
  },
  queue_full: { kind: "queue_full", limit: 32, retryAfterSeconds: 5 },
  run_state: {
    kind: "run_state",
    runId: "4ed010c66458a2ac738932d950830218a2224e7ba22e12718ad66872be6832e7",
    status: "succeeded",
    message: "The run has ended.",
  },
  run_failed: {
    kind: "run_failed",
    runId: "4ed010c66458a2ac738932d950830218a2224e7ba22e12718ad66872be6832e7",
    code: "provider_error",
    message: "MODEL_CALL: the provider answered 503.",
  },
  conflict: { kind: "conflict", message: "The call is not waited for any more." },
  idempotency: { kind: "idempotency", reason: "other_body" },
  rate_limited: { kind: "rate_limited", limit: 600, retryAfterSeconds: 12 },
  quota_exceeded: {
    kind: "quota_exceeded",
    quota: "runs a day",
    limit: 1000,
    retryAfterSeconds: 3600,
  },
  unavailable: {
    kind: "unavailable",
    message: "Too many runs are at work just now.",
    retryAfterSeconds: 5,
  },
};
