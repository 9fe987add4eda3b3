/**
 * A run's events in this dialect's words, numbered from 1. What a number says follows from the events
 * alone, so that a reader who comes back counts as the one before it did.
 */
import type { DisclosedEvent } from "../../../domain/access/disclosure";
import type { Message } from "../../../domain/message";
import { type Run, asAccepted } from "../../../domain/run";
import type { RunEvent } from "../../../domain/run-event";
import { StepBook } from "../../../domain/runs/run-steps";
import { presentRun, wireStatus } from "./run-wire";
import { StepTeller, type TellerView, type Told } from "./step-teller";

export interface NumberedTold extends Told {
  n: number;
}

type RunEnd = Extract<RunEvent, { type: "run-end" }>;

export class RunStreamEncoder {
  readonly #book = new StepBook();
  readonly #teller: StepTeller;
  readonly #startedAtMs: number | null;
  /** As it stands after the last event. */
  #run: Run;
  #n = 0;
  /** The run goes on, which is told once the step that it waited in has ended. */
  #resumes = false;

  /** @param run As it is known when its telling begins. */
  constructor(run: Run, view: TellerView) {
    this.#run = asAccepted(run);
    this.#startedAtMs = run.startedAtMs;
    this.#teller = new StepTeller(run, view);
  }

  /** The run as it was accepted. */
  accept(): NumberedTold[] {
    return this.#number([this.#tellRun("created"), this.#tellRun("queued")]);
  }

  encode(event: DisclosedEvent): NumberedTold[] {
    return this.#number([...this.#encode(event)]);
  }

  *#encode(event: DisclosedEvent): Generator<Told> {
    if (event.type === "hidden") {
      return;
    }
    if (event.type !== "function-call-output") {
      yield* this.#tellResumption();
    }
    this.#noteCut(event);
    this.#book.take(event);
    if (event.type === "message-add") {
      this.#place(event.message);
    }
    yield* this.#teller.tell(this.#book.steps);
    yield* this.#tellMove(event);
    if (this.#resumes && !this.#teller.hasOpen) {
      yield* this.#tellResumption();
    }
  }

  *#tellMove(event: RunEvent): Generator<Told> {
    if (event.type === "run-start") {
      this.#move({ status: "running", startedAtMs: this.#startedAtMs ?? Date.now() });
      yield this.#tellRun("in_progress");
    } else if (event.type === "run-resume") {
      this.#resumes = true;
    } else if (event.type === "run-wait") {
      this.#move({ status: "requires_action", pendingCalls: event.calls });
      yield this.#tellRun("requires_action");
    } else if (event.type === "run-end") {
      yield* this.#tellEnd(event);
    }
  }

  *#tellResumption(): Generator<Told> {
    if (this.#resumes) {
      this.#resumes = false;
      this.#move({ status: "queued", pendingCalls: [] });
      yield this.#tellRun("queued");
      this.#move({ status: "running" });
      yield this.#tellRun("in_progress");
    }
  }

  *#tellEnd({ status, error, incomplete: said }: RunEnd): Generator<Told> {
    const endedAtMs = Date.now();
    if (status === "cancelled" && this.#teller.hasOpenMessage) {
      this.#move({ status: "cancelling" });
      yield this.#tellRun("cancelling");
    }
    const ended = status === "succeeded" ? "completed" : status;
    yield* this.#teller.end(ended, error, endedAtMs);
    // What waited for the end of another step.
    yield* this.#teller.tell(this.#book.steps);
    yield* this.#teller.end(ended, error, endedAtMs);
    const incomplete = status === "succeeded" ? (said ?? this.#incomplete()) : null;
    this.#move({ status, error, endedAtMs, pendingCalls: [], usage: this.#usage(), incomplete });
    yield this.#tellRun(wireStatus(this.#run));
  }

  /**
   * The message of a tool whose replies are no messages of their own: it is known once all is said.
   * @param message What the run has written.
   */
  #place({ id, content, writtenBy, createdAtMs }: Message): void {
    const step = this.#book.steps.findLast((one) => one.type === "message");
    const isKnown = this.#book.steps.some((one) => one.type === "message" && one.messageId === id);
    if (writtenBy?.runId === this.#run.id && step?.type === "message" && !isKnown) {
      Object.assign(step, { messageId: id, text: content, endedAtMs: createdAtMs });
    }
  }

  /** By the last reply's end, for journals of before the run's end said it. */
  #incomplete(): Run["incomplete"] {
    const { cut } = this.#teller;
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
      this.#teller.cut =
        finishReason === "length"
          ? "max_tokens"
          : finishReason === "content-filter"
            ? "content_filter"
            : null;
    }
  }

  #move(change: Partial<Run>): void {
    // Its object alone knows until when it may go on from here.
    this.#run = { ...this.#run, expiresAtMs: undefined, ...change };
    this.#teller.move(this.#run);
  }

  #tellRun(event: string): Told {
    return { event: `thread.run.${event}`, data: presentRun(this.#run) };
  }

  #number(told: readonly Told[]): NumberedTold[] {
    return told.map((one) => ({ ...one, n: (this.#n += 1) }));
  }
}
