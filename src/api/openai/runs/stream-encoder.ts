/**
 * A run's events in this dialect's words, numbered from 1. What a number says follows from the events
 * alone, so that a reader who comes back counts as the one before it did.
 */
import type { DisclosedEvent } from "../../../domain/access/disclosure";
import type { Message } from "../../../domain/message";
import { type Run, asAccepted } from "../../../domain/run";
import type { RunEvent } from "../../../domain/run-event";
import { StepBook } from "../../../domain/runs/step-book";
import { presentRun, wireStatus } from "./run-wire";
import { StepEncoder, type EncoderView, type StreamEvent } from "./step-encoder";

export interface NumberedEvent extends StreamEvent {
  n: number;
}

type RunEnd = Extract<RunEvent, { type: "run-end" }>;

export class RunStreamEncoder {
  readonly #book = new StepBook();
  readonly #steps: StepEncoder;
  /** When the run began and ended, as far as was known when its telling began. */
  readonly #known: Pick<Run, "startedAtMs" | "endedAtMs">;
  /** As it stands after the last event. */
  #run: Run;
  #n = 0;
  /** The run goes on, which is told once the step that it waited in has ended. */
  #resumption: Extract<RunEvent, { type: "run-resume" }> | null = null;

  /** @param run As it is known when its telling begins. */
  constructor(run: Run, view: EncoderView) {
    this.#run = asAccepted(run);
    this.#known = { startedAtMs: run.startedAtMs, endedAtMs: run.endedAtMs };
    this.#steps = new StepEncoder(run, view);
  }

  /** The run as it was accepted. */
  accept(): NumberedEvent[] {
    return this.#number([this.#runEvent("created"), this.#runEvent("queued")]);
  }

  encode(event: DisclosedEvent): NumberedEvent[] {
    return this.#number([...this.#encode(event)]);
  }

  *#encode(event: DisclosedEvent): Generator<StreamEvent> {
    if (event.type === "hidden") {
      return;
    }
    if (event.type !== "function-call-output") {
      yield* this.#encodeResumption();
    }
    this.#noteCut(event);
    this.#book.take(event);
    if (event.type === "message-add") {
      this.#place(event.message);
    }
    yield* this.#steps.encode(this.#book.steps);
    yield* this.#encodeMove(event);
    if (this.#resumption !== null && !this.#steps.hasOpen) {
      yield* this.#encodeResumption();
    }
  }

  *#encodeMove(event: RunEvent): Generator<StreamEvent> {
    if (event.type === "run-start") {
      const startedAtMs = event.atMs ?? this.#known.startedAtMs ?? Date.now();
      this.#move({ status: "running", startedAtMs }, event);
      yield this.#runEvent("in_progress");
    } else if (event.type === "run-resume") {
      this.#resumption = event;
    } else if (event.type === "run-wait") {
      this.#move({ status: "requires_action", pendingCalls: event.calls }, event);
      yield this.#runEvent("requires_action");
    } else if (event.type === "run-end") {
      yield* this.#encodeEnd(event);
    }
  }

  *#encodeResumption(): Generator<StreamEvent> {
    const resumption = this.#resumption;
    if (resumption !== null) {
      this.#resumption = null;
      this.#move({ status: "queued", pendingCalls: [] }, resumption);
      yield this.#runEvent("queued");
      this.#move({ status: "running" }, resumption);
      yield this.#runEvent("in_progress");
    }
  }

  *#encodeEnd({ status, error, incomplete: said, atMs }: RunEnd): Generator<StreamEvent> {
    const endedAtMs = atMs ?? this.#known.endedAtMs ?? Date.now();
    if (status === "cancelled" && this.#steps.hasOpenMessage) {
      this.#move({ status: "cancelling" });
      yield this.#runEvent("cancelling");
    }
    const ended = status === "succeeded" ? "completed" : status;
    yield* this.#steps.end(ended, error, endedAtMs);
    // What waited for the end of another step.
    yield* this.#steps.encode(this.#book.steps);
    yield* this.#steps.end(ended, error, endedAtMs);
    const incomplete = status === "succeeded" ? (said ?? this.#incomplete()) : null;
    this.#move({ status, error, endedAtMs, pendingCalls: [], usage: this.#usage(), incomplete });
    yield this.#runEvent(wireStatus(this.#run));
  }

  /**
   * The message of a tool whose replies are no messages of their own: it is known once all is said.
   * @param message What the run has written.
   */
  #place({ id, content, parts, writtenBy, createdAtMs }: Message): void {
    const step = this.#book.steps.findLast((one) => one.type === "message");
    const isKnown = this.#book.steps.some((one) => one.type === "message" && one.messageId === id);
    if (writtenBy?.runId === this.#run.id && step?.type === "message" && !isKnown) {
      const refusal = parts?.some(({ type }) => type === "refusal") || undefined;
      Object.assign(step, { messageId: id, text: content, refusal, endedAtMs: createdAtMs });
    }
  }

  /** By the last reply's end, for journals of before the run's end said it. */
  #incomplete(): Run["incomplete"] {
    const { cut } = this.#steps;
    return cut === "max_tokens" ? "max_completion_tokens" : cut;
  }

  #usage(): Run["usage"] {
    const sum = { inputTokens: 0, outputTokens: 0 };
    for (const { usage } of this.#book.steps) {
      sum.inputTokens += usage?.inputTokens ?? 0;
      sum.outputTokens += usage?.outputTokens ?? 0;
    }
    return sum;
  }

  #noteCut(event: RunEvent): void {
    if (event.type === "reply-end") {
      const { finishReason } = event;
      this.#steps.noteCut(
        finishReason === "length"
          ? "max_tokens"
          : finishReason === "content-filter"
            ? "content_filter"
            : null,
      );
    }
  }

  /** @param expiring Says until when the run may go on from here, where it does. */
  #move(change: Partial<Run>, { expiresAtMs }: Pick<Run, "expiresAtMs"> = {}): void {
    this.#run = { ...this.#run, expiresAtMs, ...change };
    this.#steps.move(this.#run);
  }

  #runEvent(event: string): StreamEvent {
    return { event: `thread.run.${event}`, data: presentRun(this.#run) };
  }

  #number(events: readonly StreamEvent[]): NumberedEvent[] {
    return events.map((one) => ({ ...one, n: (this.#n += 1) }));
  }
}
