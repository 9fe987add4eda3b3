/** Collects the pieces of a reply, tells each as it comes, and bounds the reply's size. */
import { newCallId } from "../../domain/ids";
import { MODEL, STEPS } from "../../limits";
import type { FunctionCall, ProviderReply, ReplyListener, StartedCall } from "./provider";
import { replyTooLarge } from "./provider-failure";

export class ReplyDraft {
  readonly #providerId: string;
  /** Null: nobody follows, and the reply is told in one piece. */
  readonly #listener: ReplyListener | null;
  readonly #calls: FunctionCall[] = [];
  /** Calls that are still being written, by the provider's id of the call, with how much of each was told. */
  readonly #open = new Map<string, { call: StartedCall; sentChars: number; half: string }>();
  #started = 0;
  #reasoning = "";
  #text = "";
  #refusal: true | undefined;
  /** The first half of a surrogate pair at the end of a piece; it is told with the other half. */
  #half = "";
  #chars = 0;

  constructor(providerId: string, listener: ReplyListener | null) {
    this.#providerId = providerId;
    this.#listener = listener;
  }

  /** Notes that the model is at work, which adds nothing to the reply. */
  progress(): void {
    this.#listener?.onProgress();
  }

  /** Adds reasoning; text beyond `STEPS.reasoningMaxChars` is neither told nor kept. */
  addReasoning(piece: string): void {
    this.#listener?.onProgress();
    const text = piece.slice(0, STEPS.reasoningMaxChars - this.#reasoning.length).toWellFormed();
    if (text !== "") {
      this.#reasoning += text;
      this.#listener?.onReasoning(text);
    }
  }

  addText(piece: string): void {
    const [whole, half] = splitHalf(this.#half + piece);
    this.#half = half;
    this.#emitText(whole);
  }

  /** Adds words by which the model refuses; behind words of another kind they are text like those. */
  addRefusal(piece: string): void {
    if (this.#text + this.#half === "" && piece !== "") {
      this.#refusal = true;
    }
    this.addText(piece);
  }

  #emitText(piece: string): void {
    const text = piece.toWellFormed();
    if (text.length > 0) {
      this.#grow(text);
      this.#text += text;
      this.#listener?.onText(text, this.#refusal);
    }
  }

  startCall(id: string, name: string): void {
    this.#grow(name);
    const call = { callId: newCallId(), name, index: this.#started };
    this.#started += 1;
    this.#open.set(id, { call, sentChars: 0, half: "" });
    this.#listener?.onCallStart(call);
  }

  addToCall(id: string, text: string): void {
    const open = this.#open.get(id);
    if (open !== undefined) {
      const [whole, half] = splitHalf(open.half + text);
      open.half = half;
      open.sentChars += whole.length;
      this.#emitCall(open.call, whole);
    }
  }

  /** Ends a call, telling the pieces that were not told yet. A call without arguments has `{}`. */
  finishCall(id: string, name: string, given: string): void {
    const argumentsText = given.trim() === "" ? "{}" : given;
    if (!this.#open.has(id)) {
      this.startCall(id, name);
    }
    const open = this.#open.get(id);
    if (open !== undefined) {
      const { callId } = open.call;
      this.#emitCall(open.call, argumentsText.slice(open.sentChars));
      this.#open.delete(id);
      this.#calls.push({ callId, name, arguments: argumentsText.toWellFormed() });
    }
  }

  finish(rest: Pick<ProviderReply, "usage" | "finishReason" | "warnings">): ProviderReply {
    this.#emitText(this.#half);
    const reasoning = this.#reasoning === "" ? {} : { reasoning: this.#reasoning };
    const refusal = this.#refusal === undefined ? {} : { refusal: this.#refusal };
    return { text: this.#text, ...refusal, calls: this.#calls, ...reasoning, ...rest };
  }

  overflow(): never {
    throw replyTooLarge(this.#providerId);
  }

  #emitCall(call: StartedCall, piece: string): void {
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

/** Cuts off the first half of a surrogate pair at the end of the text; the half is empty where there is none. */
function splitHalf(text: string): [whole: string, half: string] {
  const at = /[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length;
  return [text.slice(0, at), text.slice(at)];
}
