/**
 * Every way a caller's request can fail, as data. A failure is made where the rule is known and
 * turned into a dialect's own error in one exhaustive map per dialect; nothing in between reads it.
 * Bugs are exceptions, not failures.
 */
import type { RunStatus } from "./run";

/** What an id may name. */
export type Entity =
  | "project"
  | "thread"
  | "message"
  | "file"
  | "tool"
  | "tool_version"
  | "run"
  | "run_step"
  | "actor"
  | "knowledge"
  | "document"
  | "batch"
  | "key"
  | "webhook"
  | "webhook_delivery"
  | "signing_secret";

/** One broken rule at one place of a request; `path` is as the caller wrote it, `[]` for the whole. */
export interface Issue {
  path: (string | number)[];
  message: string;
  /** What kind of rule it is, for dialects that name it; absent where it is none of these. */
  rule?: BrokenRule | undefined;
}

/** The rule that an input breaks, for callers that decide by it. */
export type BrokenRule =
  | { kind: "missing" }
  /** A field that nobody knows; `meant` is the nearest of those that are known. */
  | { kind: "unknown"; meant?: string }
  /** Types as JSON calls them, with their article. */
  | { kind: "type"; expected: string; got: string }
  /** One of these alone is taken. */
  | { kind: "value"; got: unknown; values: readonly unknown[] }
  /** A call is forced of a function that nothing declares. */
  | { kind: "undeclared"; name: string }
  /** UTF-16 units of a text. */
  | { kind: "length"; max: number; length: number }
  /** Fields of an object. */
  | { kind: "fields"; max: number; count: number }
  /** Stands under a name of its own; the message is then a whole sentence. */
  | { kind: "named"; code: string };

/** What a caller is known by: an API key (the operator's too), a session token, or a file's signed address. */
export type Credential = "key" | "token" | "link";

/** All that can go wrong by a caller's doing; each dialect's table words every kind. */
export type Failure =
  /** The id names nothing in the caller's reach: absent and another project's alike. */
  | {
      kind: "not_found";
      entity: Entity;
      id: string;
      /** A token's caller, which reaches what its token lists and no more: there or not. */
      isUnlisted?: true;
      /** What there is of its kind, the newest first: told where it is few and the caller's to know. */
      known?: readonly string[];
    }
  /** No route at this path; `meant` is one that differs from it by a slash or an empty name. */
  | { kind: "no_route"; method: string; path: string; meant?: string | null }
  | { kind: "method_not_allowed"; method: string; allowed: string[] }
  /** The request breaks a documented rule. */
  | { kind: "invalid"; where: "body" | "query" | "path" | "header"; issues: Issue[] }
  /** The body is not JSON (nor what else the route takes). */
  | { kind: "malformed_body"; reason: string }
  /** The body stopped in mid-way, or came too slowly. */
  | { kind: "body_stalled" }
  | { kind: "unsupported_media_type"; expected: string; got: string }
  | { kind: "too_large"; limitBytes: number; what: string }
  /** A `Range` that lies wholly behind the end. */
  | { kind: "range_not_satisfiable"; sizeBytes: number }
  | { kind: "missing_authorization" }
  | { kind: "malformed_authorization" }
  | { kind: "invalid_key"; reason: "unknown" | "expired" | "revoked"; credential: Credential }
  /** Known caller, act outside what the key or token lists; `needs` is a scope or a verb, else `A_KEY` or words. */
  | { kind: "forbidden"; needs: string }
  /** A session token sent what is open to keys alone, or to no token for this tool's version. */
  | { kind: "closed_to_tokens"; path: (string | number)[]; reason: string }
  /** A run is at work on the thread and the request chose `reject`. */
  | { kind: "thread_busy"; threadId: string; activeRunId: string }
  | { kind: "queue_full"; limit: number; retryAfterSeconds: number }
  /** The run's state does not allow the call, e.g. outputs submitted to a run that waits for none. */
  | { kind: "run_state"; runId: string; status: RunStatus; message: string }
  /** The run that the call is about ended without what the call is to answer with. */
  | { kind: "run_failed"; runId: string; code: string; message: string }
  | { kind: "conflict"; message: string }
  | {
      kind: "idempotency";
      reason: "other_body" | "in_progress" | "gone";
      retryAfterSeconds?: number;
    }
  | { kind: "rate_limited"; limit: number; retryAfterSeconds: number }
  /** `limit` is null where the caller is not told it. */
  | { kind: "quota_exceeded"; quota: string; limit: number | null; retryAfterSeconds?: number }
  /** The service cannot take it on just now; nothing was done. */
  | { kind: "unavailable"; message: string; retryAfterSeconds: number };

/** What a verb returns: its value, or why there is none. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** The outcome of what has worked. */
export function success<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** The outcome of what has failed. */
export function failed(failure: Failure): { ok: false; failure: Failure } {
  return { ok: false, failure };
}

/** One broken rule as a whole failure of the body: the common case. */
export function invalidBody(path: (string | number)[], message: string): Failure {
  return { kind: "invalid", where: "body", issues: [{ path, message }] };
}
