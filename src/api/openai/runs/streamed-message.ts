/** The message of a reply while it is told, and once it has ended. */
import type * as z from "zod";

import type { Citation, IncompleteReason } from "../../../domain/message";
import type { MessageStep } from "../../../domain/runs/run-steps";
import { toSeconds } from "../../shared/reply/seconds";
import { refusalOf, textOf } from "../content-wire";
import { toWireId } from "../ids";
import { type MessageWire, incompleteDetails } from "../message-wire";
import type { StepRun } from "./step-wire";

export type MessageEnd =
  | { status: "completed" }
  | { status: "incomplete"; reason: IncompleteReason };

/** @param end Null while its text is still to come. */
export function streamedMessage(
  run: StepRun,
  step: Pick<MessageStep, "messageId" | "startedAtMs" | "endedAtMs" | "text" | "refusal">,
  end: MessageEnd | null,
  citations: readonly Citation[],
): z.output<typeof MessageWire> {
  const endedAt = toSeconds(step.endedAtMs ?? step.startedAtMs);
  return {
    id: toWireId("message", step.messageId ?? ""),
    object: "thread.message",
    created_at: toSeconds(step.startedAtMs),
    thread_id: toWireId("thread", run.threadId ?? ""),
    status: end === null ? "in_progress" : end.status,
    incomplete_details: incompleteDetails(end?.status === "incomplete" ? end.reason : null),
    completed_at: end?.status === "completed" ? endedAt : null,
    incomplete_at: end?.status === "incomplete" ? endedAt : null,
    role: "assistant",
    content: step.text === "" ? [] : [toContent(step, citations)],
    assistant_id: toWireId("assistant", run.toolId),
    run_id: toWireId("run", run.id),
    attachments: [],
    metadata: {},
  };
}

function toContent(
  { text, refusal }: Pick<MessageStep, "text" | "refusal">,
  citations: readonly Citation[],
) {
  return refusal ? refusalOf(text) : textOf(text, citations);
}
