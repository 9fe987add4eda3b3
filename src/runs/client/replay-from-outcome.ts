/** Makes the events of a run whose journal is gone out of its recorded outcome. */
import { type Run, isFinal } from "../../domain/run";
import { FILE_SEARCH, type ReplyCall, type ReplyEnd, type RunEvent } from "../../domain/run-event";
import type { CallsStep, MessageStep, RunStep } from "../../domain/runs/run-steps";

/** The events of a run that has ended; none for an open run, whose events its object has. */
export function replayFromOutcome(run: Run): RunEvent[] {
  const { id: runId, status, error, incomplete, traces, steps } = run;
  const { startedAtMs, endedAtMs } = run;
  if (!isFinal(status)) {
    return [];
  }
  const byAction = Map.groupBy(steps, ({ place }) => place.name);
  const actions = traces.flatMap(({ type, name, cells }): RunEvent[] => {
    const replies = eventsOf(byAction.get(name) ?? []);
    // The traces of an action's passes are told together, at the first of them.
    byAction.delete(name);
    return [
      { type: "action-start", action: { type, name } },
      ...replies,
      { type: "action-end", action: { type, name }, cells },
    ];
  });
  const cutShort = [...byAction.values()].flatMap(eventsOf);
  return [
    { type: "run-start", runId, ...(startedAtMs !== null && { atMs: startedAtMs }) },
    ...actions,
    ...cutShort,
    {
      type: "run-end",
      status,
      error,
      ...(incomplete && { incomplete }),
      ...(endedAtMs !== null && { atMs: endedAtMs }),
    },
  ];
}

/** The events of complete replies, without deltas. */
function eventsOf(steps: readonly RunStep[]): RunEvent[] {
  const replies = Map.groupBy(steps, ({ place, reply }) =>
    JSON.stringify([place.name, place.row, place.map, reply]),
  );
  return [...replies.values()].flatMap((ofReply) => {
    // Only the last attempt at a reply counts: earlier ones were withdrawn.
    const message = ofReply.findLast((step) => step.type === "message");
    const calls = ofReply.findLast((step) => step.type !== "message");
    return replyEvents(message, calls);
  });
}

function replyEvents(message: MessageStep | undefined, calls: CallsStep | undefined): RunEvent[] {
  const first = message ?? calls;
  const last = calls ?? message;
  if (first === undefined || last === undefined) {
    return [];
  }
  const { place, reply: n, startedAtMs, reasoning } = first;
  const said = { messageId: message?.messageId ?? null, text: message?.text ?? "" };
  const end: ReplyEnd = {
    type: "reply-end",
    place,
    n,
    ...said,
    ...refusalOf(message),
    reasoning,
    ...endOf(last),
    calls: calls === undefined ? [] : callsOf(calls),
    ...orderOf(message, calls),
    atMs: first.endedAtMs ?? startedAtMs,
  };
  const { messageId } = said;
  return [
    { type: "reply-start", place, n, attempt: 1, messageId, atMs: startedAtMs },
    end,
    ...answersOf(calls),
  ];
}

function refusalOf(message: MessageStep | undefined): Pick<ReplyEnd, "refusal"> {
  return message?.refusal ? { refusal: true } : {};
}

function orderOf(
  message: MessageStep | undefined,
  calls: CallsStep | undefined,
): Pick<ReplyEnd, "callsFirst"> {
  const hasBoth = message !== undefined && calls !== undefined;
  return hasBoth && calls.n < message.n ? { callsFirst: true } : {};
}

/**
 * The end of a reply.
 * @param last The last step of the reply: the reply's usage is counted there, and is null where it did not end.
 */
function endOf({
  type,
  usage,
  error,
}: RunStep): Pick<ReplyEnd, "finishReason" | "usage" | "error"> {
  if (usage === null) {
    return { finishReason: "error", usage: { inputTokens: 0, outputTokens: 0 }, error };
  }
  return { finishReason: type === "message" ? "stop" : "tool-calls", usage, error: null };
}

function callsOf({ calls, searches }: CallsStep): ReplyCall[] {
  return [
    ...calls.map(({ callId, name, arguments: given, by }) => ({
      callId,
      name,
      arguments: given,
      by,
    })),
    ...searches.map(({ callId, query }) => ({
      callId,
      name: FILE_SEARCH,
      arguments: JSON.stringify({ query }),
      by: "tool" as const,
    })),
  ];
}

function answersOf(step: CallsStep | undefined): RunEvent[] {
  if (step === undefined) {
    return [];
  }
  const { place, calls, searches, startedAtMs, endedAtMs } = step;
  const atMs = endedAtMs ?? startedAtMs;
  return [
    ...searches.flatMap(({ callId, query, ordinal, passages }): RunEvent[] => [
      { type: "search-start", place, callId, query, ordinal, atMs: startedAtMs },
      ...(passages === null
        ? []
        : [{ type: "search-end" as const, place, callId, passages, ordinal, atMs }]),
    ]),
    ...calls.flatMap(({ callId, output, isError, by }): RunEvent[] =>
      output === null
        ? []
        : [{ type: "function-call-output", place, callId, output, isError, by, atMs }],
    ),
  ];
}
