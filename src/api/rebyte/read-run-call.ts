/** From the body of a run call to the call that the core takes. */
import type * as z from "zod";

import type { RunCall } from "../../core/run-call";
import { issuesOf, REPORT_INPUT } from "../../domain/issues-of";
import type { NewMessage } from "../../domain/message";
import { MESSAGE } from "../../limits";
import { SECOND_MS } from "../../limits/units";
import { fail } from "../shared/reply/fail";
import { InputMessage, toNewMessage } from "./message-wire";
import type { StartRunBody } from "./run-wire";
import { isCommonForm, strayMessages } from "./stray-messages";

export function toRunCall(toolId: string, body: z.output<typeof StartRunBody>): RunCall {
  const inputMessages = body.inputs.map(readInputMessages);
  if (inputMessages.flat().length > MESSAGE.maxPerRun) {
    const message = `must have at most ${MESSAGE.maxPerRun} messages together`;
    fail({ kind: "invalid", where: "body", issues: [{ path: ["inputs"], message }] });
  }
  return {
    toolId,
    version: body.version ?? "default",
    config: body.config,
    inputs: body.inputs,
    inputMessages,
    strayMessages: body.thread_id === undefined ? [] : body.inputs.flatMap(strayMessages),
    threadId: body.thread_id ?? null,
    stream: body.stream,
    conflict: body.on_conflict,
    deadlineMs: body.deadline_seconds * SECOND_MS,
    webhookUrl: body.webhook_url ?? null,
    metadata: body.metadata ?? null,
    waitDeadlineMs: body.wait_seconds === undefined ? undefined : body.wait_seconds * SECOND_MS,
    turn: null,
  };
}

/** Messages of the common form; whatever else an input holds is the tool's own affair. */
function readInputMessages(input: Record<string, unknown>, row: number): NewMessage[] {
  const { messages } = input;
  if (!Array.isArray(messages)) {
    return [];
  }
  return messages.flatMap((message: unknown, index) =>
    isCommonForm(message) ? [readMessage(message, ["inputs", row, "messages", index])] : [],
  );
}

function readMessage(message: unknown, path: (string | number)[]): NewMessage {
  const parsed = InputMessage.safeParse(message, REPORT_INPUT);
  if (!parsed.success) {
    fail({ kind: "invalid", where: "body", issues: issuesOf(parsed.error.issues, path) });
  }
  return toNewMessage(parsed.data);
}
