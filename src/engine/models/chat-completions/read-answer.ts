/**
 * The body of an answer in the framing it has: server-sent events, or one JSON text (a server that
 * does not stream, or an error), whatever its headers and the request say. The first character decides.
 */
import { createParser } from "eventsource-parser";

import { MODEL } from "../../../limits";
import { looseJson } from "./loose-json";

export interface AnswerSink {
  /** Called for each value, with the event's name where it has one. */
  onValue(value: unknown, event: string | undefined): void;
  /** `[DONE]`: nothing behind it is read. */
  onDone(): void;
  /** Text that is no JSON though it should be, or is longer than may be held. */
  onUnreadable(text: string, event: string | undefined): void;
  onTooLarge(): void;
}

/** Kept of a body without events, to say what came. */
const QUOTED_CHARS = 1000;

/** What was fed until now; hands every value to the sink as soon as it is whole. */
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
  /** All of a body that is no events; of others the beginning, to be quoted. */
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

  /** The beginning of a body in which no event was found, or all of one that is no events. */
  get unread(): string {
    return this.#text;
  }

  feed(bytes: Uint8Array): void {
    this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** No more will come: reads what was still open. */
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
    // Room before the answer is no part of it: who sends nothing else is waited for, and not gathered.
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

  /** One value, or one a line: some leave out the empty lines between events, or all but the JSON. */
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
    // Gateways that hand on a stream line by line frame its lines once more.
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

  /** A line that is no JSON keeps the connection open; half a chunk at the end is a lost connection. */
  #isNeeded(data: string): boolean {
    return this.#framing === "whole" || (data.trimStart().startsWith("{") && !this.#isEnded);
  }
}
