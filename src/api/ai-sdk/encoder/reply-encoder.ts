/** Writes the models' replies of a run as steps of one message: the text and the calls of each. */
import type { PendingCall } from "../../../domain/run";
import type {
  CallAnswerer,
  FunctionCallOutput,
  FunctionCallStart,
  ReplyCall,
  ReplyEnd,
  ReplyStart,
  RunEvent,
} from "../../../domain/run-event";
import { REPLY_SEPARATOR as SEPARATOR } from "../../../domain/runs/run-steps";
import type { Chunk, StreamSettings } from "./chunks";
import type { StepWriter } from "./step-writer";
import { inputChunk, ofTool, outputChunk } from "./tool-calls";

/** The output of a call whose run has ended without it. */
const NOT_ANSWERED = "Not answered.";

interface SentCall {
  by: CallAnswerer;
  hasArguments: boolean;
  /** The page has the output of the call. */
  isClosed: boolean;
}

type CallDelta = Extract<RunEvent, { type: "function-call-delta" }>;

export class ReplyEncoder {
  readonly #writer: StepWriter;
  readonly #settings: StreamSettings;
  /** Texts of the replies that have ended, since the action last began. */
  #texts: string[] = [];
  /** Numbers of the replies that have ended; a second attempt at one of them is skipped. */
  readonly #ended = new Set<number>();
  /** The events at hand repeat a reply that has ended. */
  #isSkipped = false;
  /** What the page has of the reply at hand. */
  #sent = "";
  /** The text that came since the reply was last withdrawn. */
  #again = "";
  #hasReasoning = false;
  /** The action was withdrawn, and no reply of it has begun since. */
  #isReset = false;
  /** A reply has begun and not ended: its text comes with its own events, not with the saved message. */
  #isAtWork = false;
  readonly #calls = new Map<string, SentCall>();
  /** The calls that the client was asked to answer, by their ids. */
  readonly #asked = new Map<string, ReplyCall>();
  /** Ids of the calls of the reply at hand. */
  #callIds: string[] = [];

  constructor(writer: StepWriter, settings: StreamSettings) {
    this.#writer = writer;
    this.#settings = settings;
  }

  /** The action begins anew, in a loop: its replies are counted from 1 again. */
  beginPass(): void {
    this.#ended.clear();
    this.#texts = [];
    this.#beginReply();
  }

  start({ n, attempt }: ReplyStart): void {
    this.#isSkipped = this.#ended.has(n);
    if (this.#isSkipped) {
      return;
    }
    this.#isAtWork = true;
    this.#isReset = false;
    const isAnew = attempt > 1 && this.#hasWritten();
    if (isAnew) {
      // The new attempt may repeat the text, which then stays; thoughts and calls are withdrawn at once.
      this.#again = "";
      if (this.#hasReasoning || this.#callIds.length > 0) {
        this.#withdraw();
      }
      return;
    }
    this.#writer.closeStep();
    this.#writer.openStep();
    this.#beginReply();
  }

  text(text: string): void {
    if (this.#isSkipped) {
      return;
    }
    const isHead = this.#again === "" && this.#texts.length > 0;
    this.#again += isHead && text.startsWith(SEPARATOR) ? text.slice(SEPARATOR.length) : text;
    this.#catchUp(this.#again);
  }

  reasoning(text: string): void {
    if (!this.#isSkipped && this.#settings.reasoning) {
      this.#hasReasoning = true;
      this.#writer.reasoning(text);
    }
  }

  callStart({ callId, name, by }: FunctionCallStart): void {
    if (!this.#isSkipped) {
      this.#writeCall({ callId, name, by });
    }
  }

  callDelta({ callId, text }: CallDelta): void {
    const call = this.#calls.get(callId);
    if (!this.#isSkipped && call !== undefined) {
      call.hasArguments = true;
      const delta: Chunk = {
        type: "tool-input-delta",
        toolCallId: callId,
        inputTextDelta: text,
        ...ofTool(call.by),
      };
      this.#writer.write(delta);
    }
  }

  /** Ends the reply: writes what of its text and its calls has not been written yet. */
  end({ n, text, reasoning, calls, error }: ReplyEnd): void {
    if (this.#isSkipped) {
      this.#isSkipped = false;
      return;
    }
    if (error === null && this.#sent.length > text.length) {
      // The new attempt ended with less text than the page has.
      this.#withdraw();
    }
    if (!this.#hasReasoning) {
      this.reasoning(reasoning);
    }
    if (error === null) {
      this.#again = text;
      this.#catchUp(text);
    }
    this.#writer.closeText();
    for (const call of calls) {
      if (call.by === "tool") {
        this.#writeCall(call);
        this.#writer.write(inputChunk(call));
      } else {
        this.#asked.set(call.callId, call);
      }
    }
    this.#isAtWork = false;
    this.#ended.add(n);
    this.#texts.push(this.#sent);
    this.#beginReply();
  }

  /**
   * Writes the calls that wait for the client.
   * @param isAnswered The client has answered already: the calls are written, and it is not asked again.
   */
  ask(calls: readonly PendingCall[], isAnswered: boolean): void {
    this.#writer.closeText();
    this.#writer.openStep();
    for (const asked of calls) {
      const call = { ...asked, by: "client" } as const;
      if (isAnswered) {
        this.#writeAnswered(call);
      } else {
        this.#writeCall(call);
        this.#writer.write(inputChunk(call));
      }
    }
  }

  /** Gives each open call an error for its output: no model takes a conversation with an open call. */
  closeCalls(): void {
    for (const [callId, call] of this.#calls) {
      if (!call.isClosed) {
        this.output({ callId, output: NOT_ANSWERED, isError: true });
      }
    }
  }

  /** Writes the output of a call that the page knows; any other call is passed over. */
  output(event: Pick<FunctionCallOutput, "callId" | "output" | "isError">): void {
    const asked = this.#asked.get(event.callId);
    if (asked !== undefined && !this.#calls.has(event.callId)) {
      this.#writeAnswered(asked);
    }
    const call = this.#calls.get(event.callId);
    if (call !== undefined && !call.isClosed) {
      call.isClosed = true;
      this.#writer.write(outputChunk(event, call.by));
    }
  }

  /** The action begins again after it was cut off: its replies come once more, see `start`. */
  reset(): void {
    this.#again = "";
    this.#isReset = true;
  }

  /** Ends the run: takes back the text that was withdrawn and has not come again. */
  close(): void {
    const again = this.#again;
    if ((this.#isReset && this.#hasWritten()) || again.length < this.#sent.length) {
      this.#withdraw();
      this.#writer.text(again);
      this.#sent = again;
    }
  }

  /** Writes what of a saved message has not been written yet. */
  complete(content: string): void {
    const texts = [...this.#texts, this.#sent].filter((text) => text !== "");
    const sent = texts.join(SEPARATOR);
    if (this.#isAtWork || content === sent || texts.includes(content)) {
      return;
    }
    if (content.startsWith(sent)) {
      const rest = content.slice(sent.length);
      this.#writer.text(
        sent !== "" && rest.startsWith(SEPARATOR) ? rest.slice(SEPARATOR.length) : rest,
      );
    } else {
      this.#withdraw();
      this.#writer.text(content);
    }
    this.#texts = [content];
    this.#beginReply();
  }

  /** Leaves out the chunk with the whole input, which would have the page answer the call again. */
  #writeAnswered(call: ReplyCall): void {
    const called = this.#writeCall(call);
    if (!called.hasArguments) {
      called.hasArguments = true;
      const { callId: toolCallId, arguments: inputTextDelta } = call;
      this.#writer.write({ type: "tool-input-delta", toolCallId, inputTextDelta });
    }
  }

  #hasWritten(): boolean {
    return this.#sent !== "" || this.#hasReasoning || this.#callIds.length > 0;
  }

  #beginReply(): void {
    this.#sent = "";
    this.#again = "";
    this.#hasReasoning = false;
    this.#callIds = [];
  }

  /** Writes what `text` adds to what the page has; where it does not begin alike, withdraws that first. */
  #catchUp(text: string): void {
    if (text.startsWith(this.#sent)) {
      this.#writer.text(text.slice(this.#sent.length));
      this.#sent = text;
    } else if (!this.#sent.startsWith(text)) {
      this.#withdraw();
      this.#writer.text(text);
      this.#sent = text;
    }
  }

  #withdraw(): void {
    this.#writer.withdraw(this.#callIds);
    this.#callIds.forEach((callId) => this.#calls.delete(callId));
    const again = this.#again;
    this.#beginReply();
    this.#again = again;
  }

  #writeCall({ callId, name, by }: Omit<ReplyCall, "arguments">): SentCall {
    const known = this.#calls.get(callId);
    if (known !== undefined) {
      return known;
    }
    const call = { by, hasArguments: false, isClosed: false };
    this.#calls.set(callId, call);
    this.#callIds.push(callId);
    this.#writer.closeText();
    this.#writer.openStep();
    const start: Chunk = {
      type: "tool-input-start",
      toolCallId: callId,
      toolName: name,
      ...ofTool(by),
    };
    this.#writer.write(start);
    return call;
  }
}
