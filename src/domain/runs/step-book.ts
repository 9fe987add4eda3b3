/**
 * Makes the steps of a run out of its events alone, so that a reader of the stream counts them as the
 * recorded run does.
 */
import type { ActionPlace, RunEvent } from "../run-event";
import {
  type AnyStep,
  CUT_OFF_CODE,
  type CallsStep,
  type MessageStep,
  REPLY_SEPARATOR,
  type RunStep,
  type StepCall,
  type StepStatus,
} from "./run-steps";
import type { FinalRunStatus, RunError, Usage } from "./run-values";

const CUT_OFF: RunError = {
  code: CUT_OFF_CODE,
  message: "The attempt at this reply was cut off; the reply is made anew.",
};

const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0 };

interface Reply {
  n: number;
  startedAtMs: number;
  /** The id under which the text will be saved, where it is a message of its own; else null. */
  messageId: string | null;
  reasoning: string;
  message: MessageStep | null;
  calls: CallsStep | null;
}

interface PlaceState {
  reply: Reply | null;
  /** Numbers of replies that have ended; a second attempt at one of them changes nothing. */
  ended: Set<number>;
}

/** Makes the steps out of a run's events in their order. Events without deltas lead to the same steps, later. */
export class StepBook {
  readonly steps: RunStep[] = [];
  readonly #places = new Map<string, PlaceState>();

  take(event: RunEvent): void {
    if ("place" in event) {
      this.#takeOfPlace(event);
    }
  }

  #takeOfPlace(event: Extract<RunEvent, { place: ActionPlace }>): void {
    switch (event.type) {
      case "reply-start":
        return this.#startReply(event);
      case "text-delta":
      case "reasoning-delta":
      case "function-call-start":
      case "function-call-delta":
        return this.#takePiece(event);
      case "reply-end":
        return this.#endReply(event);
      case "function-call-output":
      case "search-start":
      case "search-end":
        return this.#takeAnswer(event);
      case "action-reset":
        return this.#withdraw(this.#placeOf(event.place));
    }
  }

  /** Ends the open steps as the run has ended. */
  end(status: FinalRunStatus, error: RunError | null, atMs: number): void {
    const ended = status === "succeeded" ? "completed" : status;
    for (const step of this.steps) {
      if (step.status === "running") {
        endStep(step, ended, atMs, error);
      }
    }
  }

  #startReply(event: Extract<RunEvent, { type: "reply-start" }>): void {
    const { n, messageId, atMs } = event;
    const place = this.#placeOf(event.place);
    this.#withdraw(place);
    place.reply = place.ended.has(n)
      ? null
      : { n, startedAtMs: atMs, messageId, reasoning: "", message: null, calls: null };
  }

  #takePiece(event: Piece): void {
    const { reply } = this.#placeOf(event.place);
    if (reply === null) {
      return;
    }
    if (event.type === "text-delta") {
      const text = withoutSeparator(reply, event.text);
      const message = this.#messageOf(reply, event.place);
      message.text += text;
      message.refusal ||= event.refusal;
    } else if (event.type === "reasoning-delta") {
      reply.reasoning += event.text;
    } else if (event.type === "function-call-start") {
      const { callId, name, by } = event;
      this.#callsOf(reply, event.place).calls.push(newCall({ callId, name, arguments: "", by }));
    } else {
      const call = reply.calls?.calls.find(({ callId }) => callId === event.callId);
      if (call !== undefined) {
        call.arguments += event.text;
      }
    }
  }

  #endReply(event: Extract<RunEvent, { type: "reply-end" }>): void {
    const { n, usage, atMs, error } = event;
    const place = this.#placeOf(event.place);
    const { reply } = place;
    place.reply = null;
    place.ended.add(n);
    if (reply === null || reply.n !== n) {
      return;
    }
    if (error !== null) {
      failSteps(reply, error, atMs);
      return;
    }
    reply.reasoning = event.reasoning;
    const hasCalls = event.calls.length > 0;
    if (hasCalls && event.callsFirst === true) {
      this.#callsOf(reply, event.place);
    }
    if (event.text !== "") {
      const message = this.#messageOf(reply, event.place);
      Object.assign(message, { text: event.text, messageId: event.messageId });
      message.refusal ||= event.refusal;
      message.usage = hasCalls ? NO_USAGE : usage;
      endStep(message, "completed", atMs);
    }
    if (hasCalls) {
      const step = this.#callsOf(reply, event.place);
      step.calls = event.calls.map(newCall);
      step.usage = usage;
    }
    giveReasoning(reply);
  }

  #takeAnswer(event: Answer): void {
    const step = this.steps.findLast((one) => one.type !== "message" && hasCall(one, event.callId));
    if (step === undefined || step.type === "message" || step.status !== "running") {
      return;
    }
    if (event.type === "search-start") {
      const { callId, query, ordinal } = event;
      step.calls = step.calls.filter((call) => call.callId !== callId);
      step.searches.push({ callId, query, ordinal, passages: null });
      step.type = step.calls.length === 0 ? "search" : "calls";
    } else if (event.type === "search-end") {
      const search = step.searches.find(({ callId }) => callId === event.callId);
      Object.assign(search ?? {}, { passages: event.passages });
    } else {
      const call = step.calls.find(({ callId }) => callId === event.callId);
      Object.assign(call ?? {}, { output: event.output, isError: event.isError });
    }
    if (isAnswered(step)) {
      endStep(step, "completed", event.atMs);
    }
  }

  /** Fails the steps of the place's reply: it is made anew. */
  #withdraw(place: PlaceState): void {
    if (place.reply !== null) {
      failSteps(place.reply, CUT_OFF, place.reply.startedAtMs);
      place.reply = null;
    }
  }

  #placeOf({ name, row, map }: ActionPlace): PlaceState {
    const key = JSON.stringify([name, row, map]);
    const known = this.#places.get(key) ?? { reply: null, ended: new Set<number>() };
    this.#places.set(key, known);
    return known;
  }

  #messageOf(reply: Reply, place: ActionPlace): MessageStep {
    if (reply.message === null) {
      const { messageId } = reply;
      reply.message = { ...this.#newStep(reply, place), type: "message", messageId, text: "" };
      this.steps.push(reply.message);
    }
    return reply.message;
  }

  #callsOf(reply: Reply, place: ActionPlace): CallsStep {
    if (reply.calls === null) {
      reply.calls = { ...this.#newStep(reply, place), type: "calls", calls: [], searches: [] };
      this.steps.push(reply.calls);
    }
    return reply.calls;
  }

  #newStep({ n, startedAtMs }: Reply, place: ActionPlace): AnyStep {
    return {
      n: this.steps.length + 1,
      place,
      reply: n,
      status: "running",
      startedAtMs,
      endedAtMs: null,
      reasoning: "",
      usage: null,
      error: null,
    };
  }
}

type Piece = Extract<
  RunEvent,
  { type: "text-delta" | "reasoning-delta" | "function-call-start" | "function-call-delta" }
>;
type Answer = Extract<RunEvent, { type: "function-call-output" | "search-start" | "search-end" }>;

function withoutSeparator({ n, message, messageId }: Reply, text: string): string {
  const isFirst = message === null || message.text === "";
  const mayBegin = isFirst && n > 1 && messageId === null && text.startsWith(REPLY_SEPARATOR);
  return mayBegin ? text.slice(REPLY_SEPARATOR.length) : text;
}

function newCall(call: Omit<StepCall, "output" | "isError">): StepCall {
  return { ...call, output: null, isError: false };
}

function hasCall({ calls, searches }: CallsStep, callId: string): boolean {
  return [...calls, ...searches].some((one) => one.callId === callId);
}

function isAnswered({ calls, searches }: CallsStep): boolean {
  return (
    calls.every(({ output }) => output !== null) &&
    searches.every(({ passages }) => passages !== null)
  );
}

function giveReasoning({ reasoning, message, calls }: Reply): void {
  const [first] = [message, calls].filter((step) => step !== null);
  if (first !== undefined) {
    first.reasoning = reasoning;
  }
}

function failSteps(reply: Reply, error: RunError, atMs: number): void {
  giveReasoning(reply);
  for (const step of [reply.message, reply.calls]) {
    if (step?.status === "running") {
      endStep(step, "failed", atMs, error);
    }
  }
}

function endStep(
  step: RunStep,
  status: StepStatus,
  atMs: number,
  error: RunError | null = null,
): void {
  step.status = status;
  step.endedAtMs = atMs;
  step.error = error;
}
