import { fullTime, shortTime } from "./format.ts";

/** A moment in Unix milliseconds, short; whole for who points at it and for programs. */
export function When({ ms }: { ms: number }) {
  return (
    <time dateTime={new Date(ms).toISOString()} title={fullTime(ms)}>
      {shortTime(ms)}
    </time>
  );
}
