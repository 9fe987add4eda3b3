/** What a thread shows, in its order. Pure. */
import type { LiveRun, Message } from "./live-runs.ts";
import type { EntryProps } from "./thread-entry.tsx";

interface Entry extends EntryProps {
  /** Of what a run writes: its n-th message, which is the same while it is being written. */
  key: string;
}

export function entriesOf(messages: readonly Message[], runs: readonly LiveRun[]): Entry[] {
  const written = new Map<string, number>();
  const keyOf = (runId: string) => {
    const n = written.get(runId) ?? 0;
    written.set(runId, n + 1);
    return `${runId} ${n}`;
  };
  const said = messages.map((message) => ({
    message,
    key: message.run_id === undefined ? message.id : keyOf(message.run_id),
  }));
  const atWork = runs.filter((run) => isShown(run, written.has(run.runId)));
  return [...said, ...atWork.map((run) => ({ run, key: keyOf(run.runId) }))];
}

/** A run that has written its message and begins nothing more is about to end. */
function isShown({ status, error, action, texts }: LiveRun, hasWritten: boolean): boolean {
  const isAtWork = status === "running" || status === "requires_action";
  const isEnding = hasWritten && status === "running" && action === null && texts.length === 0;
  return error !== null || (isAtWork && !isEnding);
}
