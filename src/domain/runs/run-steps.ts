/**
 * The steps of a run: its models' messages, and their calls with outputs. They are made of the run's events
 * alone, so that a reader of the stream counts them as the recorded run does.
 */
import type { ActionPlace, CallAnswerer, FoundPassage, RunEvent } from "../run-event";
import type { FinalRunStatus, RunError, Usage } from "./run-values";

/** The states of a step. */
export const STEP_STATUSES = ["running", "completed", "failed", "cancelled", "expired"] as const;
/** One of `STEP_STATUSES`. */
export type StepStatus = (typeof STEP_STATUSES)[number];

/** One function call of a step. */
export interface StepCall {
  callId: string;
  name: string;
  /** JSON text as the model wrote it. */
  arguments: string;
  by: CallAnswerer;
  /** Null until the call has its output. */
  output: string | null;
  isError: boolean;
}

/** One search of knowledge by the model. */
export interface StepSearch {
  callId: string;
  query: string;
  /** The first number of its passages' marks. */
  ordinal: number;
  /** Null until the search is over. */
  passages: FoundPassage[] | null;
}

interface AnyStep {
  /** Counts the run's steps from 1, in the order in which they begin. */
  n: number;
  place: ActionPlace;
  /** Number of the reply among those of its place, from 1. */
  reply: number;
  status: StepStatus;
  startedAtMs: number;
  endedAtMs: number | null;
  /** The model's reasoning before the step; empty for the second step of a reply. */
  reasoning: string;
  /** The usage of the reply; zeros in the first of its two steps, null while it is being made. */
  usage: Usage | null;
  error: RunError | null;
}

/** A reply's text. */
export interface MessageStep extends AnyStep {
  type: "message";
  /** The message that holds the text, alone or with other replies'; null where none does. */
  messageId: string | null;
  text: string;
  /** The text is the model's refusal to answer; absent where it is not. */
  refusal?: true | undefined;
}

/** All calls of a reply; a `search` step has nothing but searches. */
export interface CallsStep extends AnyStep {
  type: "calls" | "search";
  calls: StepCall[];
  searches: StepSearch[];
}

/** What a run has done: written a message, or called functions. */
export type RunStep = MessageStep | CallsStep;

/** The error of a step that was withdrawn because the attempt at its reply was cut off. */
export const CUT_OFF_CODE = "cut_off";
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

/** As many of the first steps as a record may hold. */
export function boundSteps(
  steps: readonly RunStep[],
  { max, maxBytes }: { max: number; maxBytes: number },
): RunStep[] {
  let bytes = 0;
  const first = steps.slice(0, max);
  const end = first.findIndex((step) => {
    bytes += new TextEncoder().encode(JSON.stringify(step)).length;
    return bytes > maxBytes;
  });
  return end < 0 ? first : first.slice(0, end);
}

/** Types of the events that recorded steps are made of. */
export const STEP_EVENTS = [
  "reply-start",
  "reply-end",
  "function-call-output",
  "search-start",
  "search-end",
  "action-reset",
] as const satisfies readonly RunEvent["type"][];

/** Stands between the texts of a message's replies; it comes with the first piece of the next text. */
export const REPLY_SEPARATOR = "\n\n";

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
