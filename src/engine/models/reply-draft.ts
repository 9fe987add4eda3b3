/** A reply while it is made: gathers its pieces, tells them as they come, and keeps it within size. */
import { newCallId } from "../../domain/ids";
import { MODEL, STEPS } from "../../limits";
import type { FunctionCall, ProviderReply, ReplyListener, StartedCall } from "./provider";
import { replyTooLarge } from "./provider-failure";

export class ReplyDraft {
  readonly #providerId: string;
  /** Null where nobody listens: the reply comes in one piece. */
  readonly #listener: ReplyListener | null;
  readonly #calls: FunctionCall[] = [];
  /** What has been told of calls that are still being written, by the provider's own call id. */
  readonly #open = new Map<string, { call: StartedCall; toldChars: number; half: string }>();
  #started = 0;
  #reasoning = "";
  #text = "";
  /** Half of a pair at the end of a piece: it is told with the other half. */
  #half = "";
  #chars = 0;

  constructor(providerId: string, listener: ReplyListener | null) {
    this.#providerId = providerId;
    this.#listener = listener;
  }

  /** A sign of work that adds nothing to the reply. */
  progress(): void {
    this.#listener?.onProgress();
  }

  /** A thought: what is beyond `STEPS.reasoningMaxChars` is neither told nor kept. */
  addReasoning(piece: string): void {
    this.#listener?.onProgress();
    const text = piece.slice(0, STEPS.reasoningMaxChars - this.#reasoning.length).toWellFormed();
    if (text !== "") {
      this.#reasoning += text;
      this.#listener?.onReasoning(text);
    }
  }

  addText(piece: string): void {
    const [told, half] = splitHalf(this.#half + piece);
    this.#half = half;
    this.#tellText(told);
  }

  #tellText(piece: string): void {
    const text = piece.toWellFormed();
    if (text.length > 0) {
      this.#grow(text);
      this.#text += text;
      this.#listener?.onText(text);
    }
  }

  startCall(id: string, name: string): void {
    this.#grow(name);
    const call = { callId: newCallId(), name, index: this.#started };
    this.#started += 1;
    this.#open.set(id, { call, toldChars: 0, half: "" });
    this.#listener?.onCallStart(call);
  }

  addToCall(id: string, text: string): void {
    const open = this.#open.get(id);
    if (open !== undefined) {
      const [told, half] = splitHalf(open.half + text);
      open.half = half;
      open.toldChars += told.length;
      this.#tellCall(open.call, told);
    }
  }

  /** The call is whole; pieces of it that were not told on the way are told now. No arguments are `{}`. */
  finishCall(id: string, name: string, given: string): void {
    const argumentsText = given.trim() === "" ? "{}" : given;
    if (!this.#open.has(id)) {
      this.startCall(id, name);
    }
    const open = this.#open.get(id);
    if (open !== undefined) {
      const { callId } = open.call;
      this.#tellCall(open.call, argumentsText.slice(open.toldChars));
      this.#open.delete(id);
      this.#calls.push({ callId, name, arguments: argumentsText.toWellFormed() });
    }
  }

  finish(rest: Pick<ProviderReply, "usage" | "finishReason" | "warnings">): ProviderReply {
    this.#tellText(this.#half);
    const reasoning = this.#reasoning === "" ? {} : { reasoning: this.#reasoning };
    return { text: this.#text, calls: this.#calls, ...reasoning, ...rest };
  }

  overflow(): never {
    throw replyTooLarge(this.#providerId);
  }

  #tellCall(call: StartedCall, piece: string): void {
    if (piece.length > 0) {
      this.#grow(piece);
      this.#listener?.onCallDelta(call, piece.toWellFormed());
    }
  }

  #grow(piece: string): void {
    this.#chars += piece.length;
    if (this.#chars > MODEL.replyMaxChars) {
      this.overflow();
    }
    this.#listener?.onProgress();
  }
}

/** The text, and the half of a surrogate pair at its end where there is one. */
function splitHalf(text: string): [whole: string, half: string] {
  const at = /[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length;
  return [text.slice(0, at), text.slice(at)];
}
