/** How the messages of a run and its steps speak of each other. */
import { answeringActions } from "../../domain/access/answering-actions";
import {
  type Citation,
  type IncompleteReason,
  type Message,
  newMessage,
  partsOfReply,
} from "../../domain/message";
import { type PlacedCitation, citationsOf } from "../../domain/runs/citations";
import {
  type CallsStep,
  CUT_OFF_CODE,
  type MessageStep,
  type RunStep,
} from "../../domain/runs/run-steps";
import type { FinalRunStatus, IncompleteRun } from "../../domain/runs/run-values";
import type { PlannedRun } from "../object/run-blobs";

/** Of a text that its run did not come to the end of. */
export function reasonOf(status: FinalRunStatus): IncompleteReason | null {
  return status === "succeeded" ? null : status;
}

/** Of the answer of a run that was cut short. */
export function cutBy(incomplete: IncompleteRun | null): IncompleteReason | null {
  return incomplete === null || incomplete === "content_filter" ? incomplete : "max_tokens";
}

/** Replies that are messages of their own and were cut off by the run's end: what they had said. */
export function cutReplies(
  { request }: PlannedRun,
  steps: readonly RunStep[],
  endedAtMs: number,
): Message[] {
  const { toolId, toolName, runId } = request;
  return ownMessages(steps).flatMap((step) => {
    const { id, status, place, text, refusal, startedAtMs, error } = step;
    const threadId = request.threadIds?.[place.row];
    const isCut = status !== "completed" && status !== "running" && error?.code !== CUT_OFF_CODE;
    return threadId === undefined || !isCut || text === ""
      ? []
      : [
          newMessage(
            {
              id,
              role: "assistant",
              content: text,
              fileIds: [],
              metadata: null,
              parts: partsOfReply(text, refusal),
            },
            {
              citations: asCitations(citationsOf(steps, step)),
              threadId,
              createdAtMs: startedAtMs,
              endedAtMs,
              incompleteReason: status,
              writtenBy: { toolId, toolName, runId },
            },
          ),
        ];
  });
}

/** What the answer of a row quotes of the passages that the action which answered it had searched for. */
export function citationsOfAnswer(
  steps: readonly RunStep[],
  { actions }: PlannedRun,
  { row, text }: { row: number; text: string },
): Citation[] | null {
  const answers = answeringActions(actions);
  const search = steps.findLast(
    (step): step is CallsStep =>
      step.type !== "message" &&
      step.searches.length > 0 &&
      step.place.row === row &&
      step.place.map === null &&
      answers.has(step.place.name),
  );
  return search === undefined
    ? null
    : asCitations(citationsOf(steps, { n: steps.length + 1, place: search.place, text }));
}

function asCitations(placed: readonly PlacedCitation[]): Citation[] | null {
  return placed.length === 0 ? null : placed.map(({ at: _at, ...citation }) => citation);
}

/** Replies that the run has saved while it was at work. */
export function savedReplies(
  { request }: PlannedRun,
  steps: readonly RunStep[],
): Pick<Message, "threadId" | "id">[] {
  return ownMessages(steps).flatMap(({ id, status, place }) => {
    const threadId = request.threadIds?.[place.row];
    return status === "completed" && threadId !== undefined ? [{ threadId, id }] : [];
  });
}

/** Actions whose replies are messages of their own: the run writes none for them. */
export function actionsOfOwnMessages(steps: readonly RunStep[]): ReadonlySet<string> {
  return new Set(ownMessages(steps).map(({ place }) => place.name));
}

function ownMessages(steps: readonly RunStep[]): (MessageStep & { id: string })[] {
  return steps.flatMap((step) =>
    step.type === "message" && step.messageId !== null ? [{ ...step, id: step.messageId }] : [],
  );
}

/** Texts of the actions that answer stand in the message that the run writes of its row at its end. */
export function withAnswers(
  steps: readonly RunStep[],
  { actions, request, answerIds }: PlannedRun,
  messages: readonly Message[],
): RunStep[] {
  const answers = answeringActions(actions);
  const saved = new Set(messages.map(({ id }) => id));
  return steps.map((step) => {
    const id = request.threadIds === null ? undefined : answerIds[step.place.row];
    const isAnswer =
      step.type === "message" &&
      step.messageId === null &&
      step.error?.code !== CUT_OFF_CODE &&
      answers.has(step.place.name);
    return isAnswer && id !== undefined && saved.has(id) ? { ...step, messageId: id } : step;
  });
}
