/** Carries a failure from where a handler met it to the dialect's error map. Never leaves `api/`. */
import type { Failure, Outcome } from "../../../domain/failure";

/** A failure on its way to the dialect that words it. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.kind);
    this.failure = failure.kind === "invalid" ? withoutStops(failure) : failure;
  }
}

/** What an issue quotes may be a sentence; the dialect ends the whole with a full stop of its own. */
function withoutStops(failure: Extract<Failure, { kind: "invalid" }>): Failure {
  const issues = failure.issues.map((issue) => ({
    ...issue,
    message: issue.message.replace(/\.$/, ""),
  }));
  return { ...failure, issues };
}

/** Ends the request with this failure, as its dialect words it. */
export function fail(failure: Failure): never {
  throw new ApiError(failure);
}

/** The value, or the end of the request. */
export function unwrap<T>(outcome: Outcome<T>): T {
  return outcome.ok ? outcome.value : fail(outcome.failure);
}
