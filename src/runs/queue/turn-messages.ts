/** Where the messages of a thread's runs stand for the run whose turn it is. */
import type { TurnMessages } from "../../adapters/thread-reader";
import type { Message } from "../../domain/message";
import { ACTION, RUN } from "../../limits";
import type { HistoryQuery } from "../../store/threads/thread-history";
import type { PlannedRun } from "../object/run-blobs";
import type { RunTable } from "./object-run-table";
import { planOf } from "./planned-run";

export function turnMessagesOf(
  table: RunTable,
  { request, inputMessages }: PlannedRun,
): TurnMessages {
  const waiting = table.open().filter(({ id }) => id !== request.runId);
  return {
    // A message that was there before and is answered anew stands where the cut has left it: last.
    lastIds: request.turn?.messageId
      ? [request.turn.messageId, ...idsOf(inputMessages)]
      : idsOf(inputMessages),
    hiddenIds: waiting.flatMap(({ id }) => idsOf(planOf(table, id).inputMessages)),
  };
}

/** What the run's own tool reads of the run's thread, and nothing more; null where it reads none. */
export function historyFor(
  table: RunTable,
  plan: PlannedRun,
): Pick<HistoryQuery, "limit" | "lastIds" | "hiddenIds" | "maxBytes"> | null {
  const limits = plan.actions.flatMap(({ type, name }) => {
    const limit = plan.config[name]?.["limit"] ?? ACTION.threadDefaultMessages;
    return type === "thread" && typeof limit === "number" ? [limit] : [];
  });
  return limits.length === 0 || plan.request.threadIds?.length !== 1
    ? null
    : {
        limit: Math.max(...limits),
        maxBytes: RUN.actionOutputMaxBytes,
        ...turnMessagesOf(table, plan),
      };
}

function idsOf(messages: readonly Message[]): string[] {
  return messages.map(({ id }) => id);
}
