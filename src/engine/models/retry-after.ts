/**
 * The pause that an answer asks for, in milliseconds: `Retry-After` in seconds or as a date (RFC 9110
 * 10.2.3), or OpenAI's own header in milliseconds. Null where it asks for none.
 */
export function readRetryAfter(
  header: (name: string) => string | null | undefined,
  nowMs: number,
): number | null {
  const exact = header("retry-after-ms");
  if (exact && Number(exact) >= 0) {
    return Number(exact);
  }
  const asked = header("retry-after");
  if (!asked) {
    return null;
  }
  const delayMs = /^\s*\d+(\.\d+)?\s*$/.test(asked)
    ? Number(asked) * 1000
    : Date.parse(asked) - nowMs;
  return Number.isNaN(delayMs) ? null : Math.max(0, delayMs);
}
