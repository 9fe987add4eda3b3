/** A run's events as the stream of the one message that answers. */
import type { DisclosedEvent } from "../../../domain/access/disclosure";
import { isJsonObject } from "../../../domain/json";
import type { Cell, Run } from "../../../domain/run";
import type { ActionPlace, ReplyEnd, RunEvent } from "../../../domain/run-event";
import { markOf } from "../../../domain/runs/citations";
import type { Chunk, StreamSettings } from "./chunks";
import { ReplyEncoder } from "./reply-encoder";
import { sourcesOf } from "./sources";
import { StepWriter } from "./step-writer";

export interface EncodedRun {
  run: Pick<Run, "id" | "threadId" | "toolId" | "version" | "status" | "createdAtMs">;
  /** Of the message that will answer. */
  answerId: string;
  /** Actions whose text is the answer. */
  answers: ReadonlySet<string>;
}

/** How the run ended, as its reader is told it. */
export interface EndedRun {
  durationMs: number | null;
  /** Null where the reader is not told. */
  usage: Run["usage"] | null;
}

type Event<Type> = Extract<RunEvent, { type: Type }>;
type PlacedEvent = Extract<RunEvent, { place: unknown }>;
/** What needs no look at the run as it stands. */
type Encoded = Exclude<DisclosedEvent, Event<"run-wait"> | Event<"run-end">>;

export class RunEncoder {
  readonly #context: EncodedRun;
  readonly #settings: StreamSettings;
  readonly #writer: StepWriter;
  readonly #replies: ReplyEncoder;
  readonly #sources = new Set<string>();
  #isSaved = false;
  #lastValue: unknown = null;
  #finishReason: ReplyEnd["finishReason"] = "stop";
  #isDone = false;

  constructor(context: EncodedRun, settings: StreamSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#writer = new StepWriter(settings.parts);
    this.#replies = new ReplyEncoder(this.#writer, settings);
  }

  /** The reply is over: its run has ended, or waits for the page. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Before anything has happened: an empty message would stand on the page. */
  accepted(passedOver: number): Chunk[] {
    const { id: runId, threadId, status } = this.#context.run;
    const more = passedOver === 0 ? {} : { passedOver };
    return [{ type: "data-bobbin", data: { runId, threadId, status, ...more }, transient: true }];
  }

  /** The beginning of the message, which each of its replies has. */
  start(): Chunk {
    const { answerId, run } = this.#context;
    const { id: runId, toolId, version, createdAtMs } = run;
    const createdAt = new Date(createdAtMs).toISOString();
    const about = { bobbin: { runId, toolId, version, createdAt } };
    return {
      type: "start",
      messageId: answerId,
      ...(this.#settings.metadata ? { messageMetadata: about } : {}),
    };
  }

  encode(event: Encoded): Chunk[] {
    if (event.type === "hidden") {
      return [];
    }
    if ("place" in event) {
      this.#hearPlaced(event);
    } else {
      this.#hear(event);
    }
    return this.#writer.take();
  }

  /** @param isAnswered See `ReplyEncoder.ask`: a wait that is over lies behind the reader. */
  encodeWait({ calls }: Event<"run-wait">, isAnswered: boolean): Chunk[] {
    this.#replies.ask(
      calls.filter(({ row }) => row === 0),
      isAnswered,
    );
    if (!isAnswered) {
      this.#writer.closeStep();
      this.#writer.write({ type: "finish", finishReason: "tool-calls" });
      this.#isDone = true;
    }
    return this.#writer.take();
  }

  encodeEnd({ status, error }: Event<"run-end">, ended: EndedRun): Chunk[] {
    const writer = this.#writer;
    if (status === "succeeded" && !this.#isSaved && this.#lastValue !== null) {
      this.#replies.complete(wordsOf(this.#lastValue));
    }
    this.#replies.close();
    this.#replies.closeCalls();
    writer.closeStep();
    this.#isDone = true;
    if (status === "failed" || status === "expired") {
      writer.write(
        { type: "data-bobbin", data: { status, error }, transient: true },
        { type: "error", errorText: error?.message ?? status },
      );
      return writer.take();
    }
    this.#writeEnd(status, ended);
    if (status === "cancelled") {
      const reason = error?.message ?? status;
      writer.write({ type: "abort", reason }, { type: "finish", finishReason: "other" });
    } else {
      writer.write({ type: "finish", finishReason: this.#finishReason });
    }
    return writer.take();
  }

  #writeEnd(status: string, { durationMs, usage }: EndedRun): void {
    if (this.#settings.metadata) {
      const about = { status, durationMs, ...(usage === null ? {} : { usage }) };
      this.#writer.write({ type: "message-metadata", messageMetadata: { bobbin: about } });
    }
  }

  #hear(event: Exclude<Encoded, PlacedEvent | { type: "hidden" }>): void {
    switch (event.type) {
      case "run-start":
        this.#writer.write(this.start());
        return;
      case "run-resume":
        return;
      case "action-start":
        this.#hearStart(event);
        return;
      case "action-end":
        this.#hearEnd(event);
        return;
      case "message-add":
        this.#hearMessage(event);
    }
  }

  /** Of the actions that answer: what others say, and to whom, is not told. */
  #hearPlaced(event: PlacedEvent): void {
    if (!this.#isAnswer(event.place) || event.type === "search-start") {
      return;
    }
    const replies = this.#replies;
    switch (event.type) {
      case "reply-start":
        return replies.start(event);
      case "text-delta":
        return replies.text(event.text);
      case "reasoning-delta":
        return replies.reasoning(event.text);
      case "function-call-start":
        return replies.callStart(event);
      case "function-call-delta":
        return replies.callDelta(event);
      case "reply-end":
        this.#finishReason = event.finishReason;
        return replies.end(event);
      case "function-call-output":
        return replies.output(event);
      case "search-end":
        return this.#hearSearch(event);
      case "action-reset":
        return replies.reset();
    }
  }

  #isAnswer({ name, row, map }: ActionPlace): boolean {
    return this.#context.answers.has(name) && row === 0 && map === null;
  }

  #hearStart({ action }: Event<"action-start">): void {
    if (this.#context.answers.has(action.name)) {
      this.#replies.beginPass();
    }
    this.#writeAction(action, { status: "running" });
  }

  #hearEnd({ action, cells }: Event<"action-end">): void {
    const [row = []] = cells;
    const failed = cells.flat().find(({ error }) => error !== null);
    this.#lastValue = row.at(-1)?.value ?? null;
    this.#writeAction(action, {
      status: failed === undefined ? "succeeded" : "failed",
      durationMs: longest(cells.flat()),
      ...(failed === undefined ? {} : { error: failed.error }),
    });
    if (action.type === "knowledge") {
      const found = row.flatMap(({ value }) => (Array.isArray(value) ? value : []));
      this.#writeSources(found);
    }
  }

  #hearSearch({ callId, passages, ordinal }: Event<"search-end">): void {
    const marked = passages.map((passage, hit) => ({
      ...passage,
      mark: markOf(ordinal, hit, passage.title),
    }));
    this.#replies.output({ callId, output: JSON.stringify(marked), isError: false });
    this.#writeSources(marked);
  }

  #hearMessage({ message }: Event<"message-add">): void {
    const { answerId, run } = this.#context;
    if (message.id === answerId || message.threadId === run.threadId) {
      this.#isSaved = true;
      this.#replies.complete(message.content);
    }
  }

  #writeSources(found: readonly unknown[]): void {
    if (this.#settings.sources) {
      this.#writer.write(...sourcesOf(found, this.#sources));
    }
  }

  #writeAction({ name, type }: Event<"action-start">["action"], how: object): void {
    const kept = this.#settings.actions ? {} : ({ transient: true } as const);
    const data = { name, type, ...how };
    this.#writer.write({ type: "data-bobbin-action", id: name, data, ...kept });
  }
}

function longest(cells: readonly Cell[]): number {
  return cells.reduce((most, { meta }) => Math.max(most, meta.durationMs), 0);
}

/** The text of what a run gave; of what is none, its JSON. */
function wordsOf(value: unknown): string {
  const content = isJsonObject(value) ? value["content"] : value;
  return typeof content === "string" ? content : JSON.stringify(value);
}
