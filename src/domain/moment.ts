/** Unix milliseconds: the end of the last year that ISO 8601 writes in four digits. */
export const LAST_MOMENT_MS = Date.UTC(10_000, 0) - 1;
