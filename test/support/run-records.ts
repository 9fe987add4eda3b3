/** A run as the store is told of it: its admission and its end, with a message each. */
import { newMessageId, newRunId, newToolId } from "../../src/domain/ids";
import { type NewMessage, newMessage } from "../../src/domain/message";
import type { RunAdmission } from "../../src/store/runs/admit-run";
import type { RunEnding } from "../../src/store/runs/run-records";

export interface RunPlace {
  projectId: string;
  threadId: string;
  nowMs: number;
  /** What each of its messages says. */
  content?: string;
}

export function userMessage(content = "?"): NewMessage {
  return { id: newMessageId(), role: "user", content, fileIds: [], metadata: null, parts: null };
}

export function runAdmission({ projectId, threadId, nowMs, content }: RunPlace): RunAdmission {
  return {
    request: {
      runId: newRunId(),
      projectId,
      toolId: newToolId(),
      toolName: "a tool",
      version: 1,
      config: {},
      inputs: [{}],
      threadIds: [threadId],
      stream: false,
      conflict: "queue",
      createdAtMs: nowMs,
      deadlineMs: 1000,
      endUserId: null,
      webhookUrl: null,
    },
    config: {},
    messages: [newMessage(userMessage(content), { threadId, createdAtMs: nowMs })],
    scope: { projectId, endUserId: null, threadId: null },
  };
}

/** The end of the run that was admitted so. */
export function runEnding(
  { request: { runId, toolId, toolName } }: RunAdmission,
  { projectId, threadId, nowMs, content }: RunPlace,
): RunEnding {
  const writtenBy = { toolId, toolName, runId };
  return {
    projectId,
    runId,
    status: "succeeded",
    error: null,
    startedAtMs: nowMs,
    endedAtMs: nowMs,
    traces: [],
    results: null,
    usage: { inputTokens: 1, outputTokens: 1 },
    pendingCalls: [],
    messages: [newMessage(userMessage(content), { threadId, createdAtMs: nowMs, writtenBy })],
    withdrawnMessages: [],
  };
}
