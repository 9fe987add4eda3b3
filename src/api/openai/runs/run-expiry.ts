/** Until when a run goes on. */
import type { Run } from "../../../domain/run";
import { RUN } from "../../../limits";

/** What tells until when a run may go on. */
export type ExpiringRun = Pick<Run, "createdAtMs" | "startedAtMs" | "endedAtMs" | "expiresAtMs">;

/** What holds now: in the queue, at work, or while it waits for its client. Null once it has ended. */
export function expiryOf({
  endedAtMs,
  expiresAtMs,
  startedAtMs,
  createdAtMs,
}: ExpiringRun): number | null {
  if (endedAtMs !== null) {
    return null;
  }
  if (expiresAtMs !== undefined) {
    return expiresAtMs;
  }
  return startedAtMs === null
    ? createdAtMs + RUN.queueDeadlineMs
    : startedAtMs + RUN.defaultDeadlineMs;
}
