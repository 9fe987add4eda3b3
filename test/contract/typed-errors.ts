/** Errors of the dialects that speak ReByte's: `{"error": {"type", "message", "issues"?}}`. */
import * as z from "zod";

import type { ContractError, ErrorCodes } from "./dialect";

const Failure = z.object({
  error: z.object({
    type: z.string(),
    message: z.string(),
    issues: z.array(z.object({ path: z.array(z.union([z.string(), z.int()])) })).default([]),
    request_id: z.string(),
  }),
});

export function readTypedError(json: unknown): ContractError {
  const { type, message, issues } = Failure.parse(json).error;
  return { code: type, message, paths: issues.map(({ path }) => path.join(".")) };
}

export const TYPED_CODES: ErrorCodes = {
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
};
