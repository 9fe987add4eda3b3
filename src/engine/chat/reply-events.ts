/** What a run tells of one reply: that it begins, its pieces, and the whole of it once it has ended. */
import type { ActionFailure } from "../../domain/action-failure";
import type { CallAnswerer, ReplyEndReason } from "../../domain/run-event";
import type { ActionContext } from "../actions/action";
import type { FinishReason, ModelReply, ReplyListener, StartedCall } from "../models/provider";

export interface ReplyPlace {
  /** Counts the action's replies from 1. */
  n: number;
  /** Told before the first text. */
  separator: string;
  answererOf: (name: string) => CallAnswerer;
  isSearch: (name: string) => boolean;
  /** Of several calls the first alone counts; the others are not told. */
  firstCallOnly: boolean;
  /** Of a reply that begins now; null where it is no message of its own. */
  messageId: string | null;
}

/** A reply with the id of the message that it is. */
export interface SaidReply extends ModelReply {
  messageId: string | null;
}

export class ReplyEvents {
  readonly #emit: ActionContext["emit"];
  readonly #attempt: number;
  readonly #place: ReplyPlace;
  #callsFirst = false;

  constructor({ emit, attempt }: Pick<ActionContext, "emit" | "attempt">, place: ReplyPlace) {
    this.#emit = emit;
    this.#attempt = attempt;
    this.#place = place;
  }

  /** The reply begins; its pieces go to the listener. */
  start(messageId = this.#place.messageId): Omit<ReplyListener, "onProgress"> {
    const { n, separator, answererOf } = this.#place;
    this.#emit({ type: "reply-start", n, attempt: this.#attempt, messageId });
    const hidden = new Set<string>();
    let hasText = false;
    this.#callsFirst = false;
    return {
      onText: (text, refusal) => {
        const said = hasText ? text : separator + text;
        this.#emit({ type: "text-delta", text: said, ...(refusal ? { refusal } : {}) });
        hasText = true;
      },
      onReasoning: (text) => this.#emit({ type: "reasoning-delta", text }),
      onCallStart: ({ name, callId, index }) => {
        // A search is told as such, once it is made.
        if (this.#place.isSearch(name) || (this.#place.firstCallOnly && index > 0)) {
          hidden.add(callId);
        } else {
          const by = answererOf(name);
          this.#callsFirst ||= !hasText;
          this.#emit({ type: "function-call-start", name, callId, index, by });
        }
      },
      onCallDelta: ({ name, callId, index }, text) => {
        if (!hidden.has(callId)) {
          this.#emit({ type: "function-call-delta", name, callId, index, text });
        }
      },
    };
  }

  /** What had been told of it is withdrawn: it is told again, in one piece. */
  replay({ text, refusal, reasoning = "", calls, messageId }: SaidReply): void {
    const listener = this.start(messageId);
    if (reasoning !== "") {
      listener.onReasoning(reasoning);
    }
    if (text !== "") {
      listener.onText(text, refusal);
    }
    for (const [index, { callId, name, arguments: given }] of calls.entries()) {
      const call: StartedCall = { callId, name, index };
      listener.onCallStart(call);
      listener.onCallDelta(call, given);
    }
  }

  end(reply: SaidReply): void {
    const { text, refusal, reasoning = "", calls, finishReason, usage, messageId } = reply;
    const { n, answererOf } = this.#place;
    this.#emit({
      type: "reply-end",
      n,
      finishReason: END_REASONS[finishReason],
      usage,
      calls: calls.map(({ callId, name, arguments: given }) => ({
        callId,
        name,
        arguments: given,
        by: answererOf(name),
      })),
      ...(this.#callsFirst && text !== "" ? { callsFirst: true } : {}),
      messageId: text === "" ? null : messageId,
      text,
      ...(refusal ? { refusal } : {}),
      reasoning,
      error: null,
    });
  }

  fail({ code, message }: ActionFailure): void {
    this.#emit({
      type: "reply-end",
      n: this.#place.n,
      finishReason: "error",
      usage: { inputTokens: 0, outputTokens: 0 },
      calls: [],
      messageId: null,
      text: "",
      reasoning: "",
      error: { code, message },
    });
  }
}

const END_REASONS: Record<FinishReason, ReplyEndReason> = {
  stop: "stop",
  length: "length",
  content_filter: "content-filter",
  function_call: "tool-calls",
  other: "other",
};
