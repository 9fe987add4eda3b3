/** Saves a reply that is a message of its own while its run is at work. */
import { ActionFailure } from "../../domain/action-failure";
import { type Message, newMessage, partsOfReply } from "../../domain/message";
import type { SavedReply } from "../../engine/ports";
import { type Clock, sleep } from "../object/clock";
import type { RunRecords } from "../object/dependencies";
import type { PlannedRun } from "../object/run-blobs";

export interface SaveReplyParts {
  records: Pick<RunRecords, "saveReply">;
  clock: Clock;
  report: (message: string, error: unknown) => void;
}

/** Milliseconds before each further try; D1 is back from a restart within seconds. */
const RETRY_MS = [100, 500, 2000];

/** Null where the row has no thread, or the thread is gone. */
export async function saveReply(
  saving: SaveReplyParts,
  { request }: PlannedRun,
  reply: SavedReply,
  signal: AbortSignal,
): Promise<{ message: Message; messageBarrier: number | undefined } | null> {
  const { projectId, runId, toolId, toolName, threadIds } = request;
  const threadId = threadIds?.[reply.row];
  if (threadId === undefined) {
    return null;
  }
  const { messageId: id, content, startedAtMs, endedAtMs, citations, incompleteReason } = reply;
  const parts = partsOfReply(content, reply.refusal);
  const message = newMessage(
    { id, role: "assistant", content, fileIds: [], metadata: null, parts },
    {
      threadId,
      createdAtMs: startedAtMs,
      endedAtMs,
      citations,
      incompleteReason,
      writtenBy: { toolId, toolName, runId },
    },
  );
  const place = await saved(saving, { projectId, runId, message }, signal);
  // The place counts in the run's own thread: other threads have numbers of their own.
  return place === null
    ? null
    : { message, messageBarrier: threadId === threadIds?.[0] ? place : undefined };
}

async function saved(
  { records, clock, report }: SaveReplyParts,
  reply: { projectId: string; runId: string; message: Message },
  signal: AbortSignal,
): Promise<number | null> {
  for (const delayMs of RETRY_MS) {
    try {
      return await records.saveReply(reply);
    } catch (error) {
      report("a reply could not be saved, and is tried again", error);
      await sleep(clock, delayMs, signal);
    }
  }
  try {
    return await records.saveReply(reply);
  } catch (error) {
    report("a reply could not be saved", error);
    throw new ActionFailure("message_not_saved", "A reply could not be saved to its thread.");
  }
}
