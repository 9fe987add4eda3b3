/**
 * Tells the steps of a run as they come about: one step and one message open at a time, each begun
 * once and ended once, and everything in deltas, which is what SDKs make their own copies of.
 */
import { RUN_CODE } from "../../../domain/run-event";
import { MARK_MAX_CHARS, type PlacedCitation, citationsOf } from "../../../domain/runs/citations";
import {
  type CallsStep,
  type MessageStep,
  type RunStep,
  type StepCall,
  type StepStatus,
} from "../../../domain/runs/run-steps";
import { presentCitation, refusalOf } from "../content-wire";
import { toWireId } from "../ids";
import {
  type StepRun,
  type StepView,
  codeIn,
  isCode,
  isSearch,
  logsOf,
  presentStep,
  stepId,
} from "./step-wire";
import { type MessageEnd, streamedMessage } from "./streamed-message";

/** One event of the stream, without its number. */
export interface StreamEvent {
  event: string;
  data: object;
}

/** What has been told of the step that is open. */
interface OpenStep {
  step: RunStep;
  /** Of a message: characters of its text. */
  chars: number;
  /** Of calls by their id, in the order in which they were begun: characters of their arguments, of code how far it is told. */
  calls: Map<string, number>;
}

/** Why a reply ended before its end; null where it is whole. */
export type ReplyCut = "max_tokens" | "content_filter" | null;

export interface EncoderView {
  /** Actions whose replies are told. */
  speakers: ReadonlySet<string>;
  steps: StepView;
}

/** What of a call of code has been told. */
const BEGUN = 0;
const WRITTEN = 1;
const ANSWERED = 2;

const NO_USAGE = { inputTokens: 0, outputTokens: 0 };

export class StepEncoder {
  /** As it stands where the telling is. */
  #run: StepRun;
  readonly #view: EncoderView;
  #open: OpenStep | null = null;
  /** All that there are of the run. */
  #known: readonly RunStep[] = [];
  /** Number of the last step that was begun. */
  #begun = 0;
  /** Why the last reply ended before its end, if it did. */
  #cut: ReplyCut = null;

  constructor(run: StepRun, view: EncoderView) {
    this.#run = run;
    this.#view = view;
  }

  move(run: StepRun): void {
    this.#run = run;
  }

  get cut(): ReplyCut {
    return this.#cut;
  }

  /** A reply has ended: its message, where one is open, is told to be cut as this says. */
  noteCut(cut: ReplyCut): void {
    this.#cut = cut;
  }

  get hasOpen(): boolean {
    return this.#open !== null;
  }

  get hasOpenMessage(): boolean {
    return this.#open?.step.type === "message";
  }

  /** What is new of the steps since it was called last. */
  *encode(steps: readonly RunStep[]): Generator<StreamEvent> {
    this.#known = steps;
    if (this.#open !== null) {
      yield* this.#encodeMore(this.#open);
    }
    for (const step of steps) {
      const isNew = step.n > this.#begun && isShownStep(this.#view.speakers, step);
      if (isNew && this.#open !== null && isOfOneReply(this.#open.step, step)) {
        return;
      }
      if (isNew) {
        yield* this.#supersede();
        yield* this.#begin(step);
      }
    }
  }

  *#begin(step: RunStep): Generator<StreamEvent> {
    this.#begun = step.n;
    const open: OpenStep = { step, chars: 0, calls: new Map() };
    this.#open = open;
    const blank = blankStep(step);
    yield* this.#encodeStep("created", blank);
    yield* this.#encodeStep("in_progress", blank);
    if (blank.type === "message") {
      const message = streamedMessage(this.#run, blank, null, []);
      yield { event: "thread.message.created", data: message };
      yield { event: "thread.message.in_progress", data: message };
    }
    yield* this.#encodeMore(open);
  }

  *#encodeMore(open: OpenStep): Generator<StreamEvent> {
    const { step } = open;
    if (step.type === "message") {
      yield* this.#encodeText(open, step);
    } else {
      yield* this.#encodeCalls(open, step);
    }
    if (step.status !== "running") {
      yield* this.#end(step, step.status);
    }
  }

  *#encodeText(open: OpenStep, step: MessageStep): Generator<StreamEvent> {
    const { text, status } = step;
    if (step.refusal) {
      const piece = text.slice(open.chars);
      open.chars = text.length;
      if (piece !== "") {
        yield messageDelta(step, refusalOf(piece));
      }
      return;
    }
    const whole = status === "running" ? withoutOpenMark(text) : text;
    const citations = citationsOf(this.#known, { ...step, text: whole });
    for (const { value, index } of piecesOf(whole, open.chars, citations)) {
      const isFirst = open.chars === 0;
      open.chars += value.length;
      const cited = index === null ? undefined : citations[index];
      const annotations = cited ? [{ index, ...presentCitation(cited) }] : [];
      const piece = isFirst || cited ? { value, annotations } : { value };
      yield messageDelta(step, { type: "text", text: piece });
    }
  }

  *#encodeCalls({ calls: sent }: OpenStep, step: CallsStep): Generator<StreamEvent> {
    for (const call of step.calls.filter((one) => !isSearch(one))) {
      if (isCode(call)) {
        yield* this.#encodeCode(sent, step, call);
        continue;
      }
      if (!sent.has(call.callId)) {
        const { callId: id, name } = call;
        const beginning = { name, arguments: "", output: null };
        yield this.#delta(step, { index: sent.size, id, type: "function", function: beginning });
        sent.set(id, 0);
      }
      const rest = call.arguments.slice(sent.get(call.callId));
      if (rest !== "") {
        const index = [...sent.keys()].indexOf(call.callId);
        sent.set(call.callId, call.arguments.length);
        yield this.#delta(step, { index, type: "function", function: { arguments: rest } });
      }
    }
    for (const { callId: id } of [...step.calls.filter(isSearch), ...step.searches]) {
      if (!sent.has(id)) {
        yield this.#delta(step, { index: sent.size, id, type: "file_search", file_search: {} });
        sent.set(id, 0);
      }
    }
  }

  /** The code in one piece, once the reply that writes it has ended; then what it gave. */
  *#encodeCode(sent: OpenStep["calls"], step: CallsStep, call: StepCall): Generator<StreamEvent> {
    const { callId: id, output } = call;
    if (!sent.has(id)) {
      const beginning = { input: "", outputs: [] };
      const index = sent.size;
      yield this.#delta(step, { index, id, type: RUN_CODE, code_interpreter: beginning });
      sent.set(id, BEGUN);
    }
    const index = [...sent.keys()].indexOf(id);
    if (sent.get(id) === BEGUN && step.usage !== null) {
      const more = { input: codeIn(call) };
      yield this.#delta(step, { index, type: RUN_CODE, code_interpreter: more });
      sent.set(id, WRITTEN);
    }
    if (sent.get(id) === WRITTEN && output !== null) {
      const outputs = [{ index: 0, ...logsOf(output) }];
      if (output !== "") {
        yield this.#delta(step, { index, type: RUN_CODE, code_interpreter: { outputs } });
      }
      sent.set(id, ANSWERED);
    }
  }

  #delta({ n }: RunStep, call: object): StreamEvent {
    return {
      event: "thread.run.step.delta",
      data: {
        id: stepId(this.#run.id, n),
        object: "thread.run.step.delta",
        delta: { step_details: { type: "tool_calls", tool_calls: [call] } },
      },
    };
  }

  /** Another reply has begun, of an action that does not answer the calls of this one. */
  *#supersede(): Generator<StreamEvent> {
    const step = this.#open?.step;
    if (step !== undefined) {
      const whole = { ...step, endedAtMs: Date.now(), usage: NO_USAGE };
      yield* this.#end(whole, "completed");
    }
  }

  /** Ends what is open as its run has ended. */
  *end(status: Exclude<StepStatus, "running">, error: RunStep["error"], atMs: number) {
    const step = this.#open?.step;
    if (step !== undefined) {
      yield* this.#end({ ...step, endedAtMs: step.endedAtMs ?? atMs, error }, status);
    }
  }

  *#end(step: RunStep, status: Exclude<StepStatus, "running">): Generator<StreamEvent> {
    if (step.type === "message" && this.#open !== null) {
      // What was held back for a mark that never came.
      yield* this.#encodeText(this.#open, { ...step, status });
    }
    this.#open = null;
    if (step.type === "message") {
      const end = this.#messageEnd(status);
      const data = streamedMessage(this.#run, step, end, citationsOf(this.#known, step));
      yield { event: `thread.message.${end.status}`, data };
    }
    yield* this.#encodeStep(status, { ...step, status });
  }

  #messageEnd(status: Exclude<StepStatus, "running">): MessageEnd {
    if (status !== "completed") {
      return { status: "incomplete", reason: status };
    }
    return this.#cut === null
      ? { status: "completed" }
      : { status: "incomplete", reason: this.#cut };
  }

  *#encodeStep(event: string, step: RunStep): Generator<StreamEvent> {
    yield {
      event: `thread.run.step.${event}`,
      data: presentStep(this.#run, step, this.#view.steps),
    };
  }
}

/** @param content Of the message's one part. */
function messageDelta({ messageId }: MessageStep, content: object): StreamEvent {
  return {
    event: "thread.message.delta",
    data: {
      id: toWireId("message", messageId ?? ""),
      object: "thread.message.delta",
      delta: { content: [{ index: 0, ...content }] },
    },
  };
}

/** Text may go on behind a call, and calls behind a text: the second step waits for the first one's end. */
function isOfOneReply(one: RunStep, other: RunStep): boolean {
  const { name, row } = one.place;
  return one.reply === other.reply && name === other.place.name && row === other.place.row;
}

/** Without the beginning of what may become a mark. */
function withoutOpenMark(text: string): string {
  const begin = text.lastIndexOf("【");
  const isOpen = begin >= 0 && !text.includes("】", begin);
  return isOpen && text.length - begin <= MARK_MAX_CHARS ? text.slice(0, begin) : text;
}

interface Piece {
  value: string;
  /** Of the citation whose mark it is; null for plain text. */
  index: number | null;
}

/** What stands behind `from`, each mark a piece of its own. The first piece of a text is plain, be it empty. */
function piecesOf(text: string, from: number, citations: readonly PlacedCitation[]): Piece[] {
  const pieces: Piece[] = [];
  let done = from;
  for (const [index, { at, mark }] of citations.entries()) {
    if (at >= done) {
      pieces.push({ value: text.slice(done, at), index: null }, { value: mark, index });
      done = at + mark.length;
    }
  }
  pieces.push({ value: text.slice(done), index: null });
  return pieces.filter(
    ({ value }, place) => value !== "" || (from === 0 && place === 0 && text !== ""),
  );
}

/**
 * What of a run are steps to this dialect: those of the action that answers, in its first row. A
 * message with no text yet is none, and one that is saved nowhere has no id to be told under.
 */
export function isShownStep(speakers: ReadonlySet<string>, step: RunStep): boolean {
  const { name, row, map } = step.place;
  if (!speakers.has(name) || row !== 0 || map !== null) {
    return false;
  }
  return step.type === "message"
    ? step.messageId !== null && step.text !== ""
    : step.calls.length + step.searches.length > 0;
}

function blankStep(step: RunStep): RunStep {
  const blank = { status: "running", endedAtMs: null, error: null, usage: null } as const;
  return step.type === "message"
    ? { ...step, ...blank, text: "" }
    : { ...step, ...blank, calls: [], searches: [] };
}
