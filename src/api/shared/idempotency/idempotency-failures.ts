/** What is said of an `Idempotency-Key` that cannot be used as it is a second time, with the status of it. */
export const IDEMPOTENCY_FAILURES = {
  other_body: {
    status: 422,
    message: "This Idempotency-Key was used with another request. Use a new one.",
  },
  in_progress: {
    status: 409,
    message: "The first request with this Idempotency-Key is still being answered.",
  },
  gone: {
    status: 410,
    message:
      "What the first request with this Idempotency-Key made has been deleted. Use a new one to make another.",
  },
} as const;
