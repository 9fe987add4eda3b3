/** Whether the store will never take what it was given, as opposed to not being there at the moment. */

/** What D1 says of values that break a constraint or a limit, or that it cannot bind. */
const REFUSED =
  /SQLITE_(?:CONSTRAINT|TOOBIG|MISMATCH|RANGE)|D1_TYPE_ERROR|malformed JSON|too (?:big|large|long|deep)/i;

/** False also for errors that nobody knows: they may pass. */
export function isStoreRefusal(error: unknown): boolean {
  // V8's own limits: a text longer than it can hold, a value deeper than its stack.
  return error instanceof RangeError || (error instanceof Error && REFUSED.test(error.message));
}
