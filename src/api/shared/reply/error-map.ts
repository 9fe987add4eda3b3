import type { ContentfulStatusCode } from "hono/utils/http-status";

import type { Failure } from "../../../domain/failure";

/** How a dialect words what went wrong. `bug` is an exception that nobody foresaw. */
export interface ErrorMap {
  failure(failure: Failure, requestId: string): { status: ContentfulStatusCode; body: object };
  bug(requestId: string): { status: ContentfulStatusCode; body: object };
}
