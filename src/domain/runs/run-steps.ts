/** The steps of a run: its models' messages, and their calls with outputs. */
import type { ActionPlace, CallAnswerer, FoundPassage, RunEvent } from "../run-event";
import type { RunError, Usage } from "./run-values";

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

/** What steps of all types have. */
export interface AnyStep {
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
