/**
 * Reads the body of an answer as server-sent events or as one JSON text (of a server that does not stream, or
 * an error). The first character decides, whatever the headers and the request say.
 */
import { createParser } from "eventsource-parser";

import { MODEL } from "../../../limits";
import { looseJson } from "./loose-json";

/** Hears what an answer says, in order. */
export interface AnswerSink {
  /** Called for each value, with the event's name where it has one. */
  onValue(value: unknown, event: string | undefined): void;
  /** Called for `[DONE]`; nothing after it is read. */
  onDone(): void;
  /** Called for text that should be JSON and is not, or that is longer than may be held. */
  onUnreadable(text: string, event: string | undefined): void;
  onTooLarge(): void;
}

/** Characters of a body without events that are kept, to be quoted in the failure. */
const QUOTED_CHARS = 1000;

/** Takes a body in pieces and hands each value to the sink as soon as it is complete. */
export class AnswerReader {
  readonly #sink: AnswerSink;
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({
    maxBufferSize: MODEL.answerMaxChars,
    onEvent: ({ data, event }) => this.#readEvent(data, event),
    onError: ({ type, field, value, line = "" }) => {
      if (type === "max-buffer-size-exceeded") {
        this.#sink.onTooLarge();
      } else if (field === "error") {
        // Older llama.cpp: the error is the line, `error: {…}`.
        this.#readEvent(value ?? "", "error");
      } else if (line.startsWith("{") && looseJson(line) !== undefined) {
        // Google: the error is a line of JSON between the events.
        this.#readEvent(line, undefined);
      }
    },
  });
  #framing: "unknown" | "events" | "whole" = "unknown";
  /** The whole of a body without events; of any other the beginning, to be quoted. */
  #text = "";
  #hasEvents = false;
  #isDone = false;
  #isEnded = false;

  constructor(sink: AnswerSink) {
    this.#sink = sink;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  get isOneText(): boolean {
    return this.#framing === "whole";
  }

  /** The text that was kept: see `#text`. */
  get unread(): string {
    return this.#text;
  }

  feed(bytes: Uint8Array): void {
    this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Ends the body and reads the rest that was still open. */
  end(): void {
    this.#isEnded = true;
    this.#take(this.#decoder.decode());
    if (this.#framing === "whole") {
      this.#readLines(this.#text, undefined);
    } else {
      // Some leave out the empty line behind their last event.
      this.#parser.feed("\n\n");
    }
  }

  #take(taken: string): void {
    // White space before the answer is dropped, so that a server that sends nothing else fills no memory.
    const text = this.#framing === "unknown" ? taken.trimStart() : taken;
    if (this.#framing === "unknown" || this.#framing === "whole") {
      this.#text += text;
      if (this.#text.length > MODEL.answerMaxChars) {
        this.#sink.onTooLarge();
      }
    }
    if (this.#framing === "events") {
      if (!this.#hasEvents && this.#text.length < QUOTED_CHARS) {
        this.#text += text;
      }
      this.#parser.feed(text);
    } else if (this.#framing === "unknown" && text !== "") {
      this.#framing = /^[{[<]/.test(text) ? "whole" : "events";
      if (this.#framing === "events") {
        this.#parser.feed(text);
      }
    }
  }

  #readEvent(data: string, event: string | undefined): void {
    this.#hasEvents = true;
    this.#text = "";
    this.#readLines(data, event);
  }

  /** Reads one value, or one a line: some servers leave out the empty lines between events, or all but the JSON. */
  #readLines(text: string, event: string | undefined): void {
    const lines = text.split("\n").flatMap((line) => line.trim() || []);
    const isSeveral = lines.length > 1 && lines.every((line) => /^(\{.*\}$|\[DONE\]$)/s.test(line));
    if (isSeveral && looseJson(text) === undefined) {
      lines.forEach((line) => this.#readData(line, event));
    } else {
      this.#readData(text, event);
    }
  }

  #readData(framed: string, event: string | undefined): void {
    if (this.#isDone) {
      return;
    }
    // Gateways that pass a stream on line by line put `data:` before its lines once more.
    const data = framed.replace(/^data:\s*/, "");
    if (data.trim() === "[DONE]") {
      this.#isDone = true;
      this.#sink.onDone();
      return;
    }
    const value = looseJson(data);
    if (value !== undefined) {
      this.#sink.onValue(value, event);
    } else if (event === "error" || this.#isNeeded(data)) {
      this.#sink.onUnreadable(data, event);
    }
  }

  /**
   * Whether a line must be JSON. Other lines only keep the connection open; half a chunk at the end is a lost
   * one.
   */
  #isNeeded(data: string): boolean {
    return this.#framing === "whole" || (data.trimStart().startsWith("{") && !this.#isEnded);
  }
}
