export const SECOND_MS = 1000;

/** Unix seconds, as this dialect tells times of threads and messages. */
export function toSeconds(timeMs: number): number {
  return Math.floor(timeMs / SECOND_MS);
}
