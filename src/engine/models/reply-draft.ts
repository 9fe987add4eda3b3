/** A reply while it is made: gathers its pieces, tells them as they come, and keeps it within size. */
import { newCallId } from "../../domain/ids";
import { MODEL } from "../../limits";
import type { FunctionCall, ModelReply, ReplyListener } from "./provider";
import { replyTooLarge } from "./provider-failure";

export class ReplyDraft {
  readonly #providerId: string;
  /** Null where nobody listens: the reply comes in one piece. */
  readonly #listener: ReplyListener | null;
  readonly #calls: FunctionCall[] = [];
  /** What has been told of calls that are still being written, by the provider's own call id. */
  readonly #open = new Map<string, { name: string; toldChars: number }>();
  #text = "";
  #chars = 0;

  constructor(providerId: string, listener: ReplyListener | null) {
    this.#providerId = providerId;
    this.#listener = listener;
  }

  /** A sign of work that adds nothing to the reply, e.g. a thought. */
  progress(): void {
    this.#listener?.onProgress();
  }

  addText(text: string): void {
    if (text.length > 0) {
      this.#grow(text);
      this.#text += text;
      this.#listener?.onText(text);
    }
  }

  startCall(id: string, name: string): void {
    this.#grow(name);
    this.#open.set(id, { name, toldChars: 0 });
    this.#listener?.onCallStart(name);
  }

  addToCall(id: string, text: string): void {
    const call = this.#open.get(id);
    if (call !== undefined && text.length > 0) {
      this.#grow(text);
      call.toldChars += text.length;
      this.#listener?.onCallDelta(call.name, text);
    }
  }

  /** The call is whole; pieces of it that were not told on the way are told now. */
  finishCall(id: string, name: string, argumentsText: string): void {
    if (!this.#open.has(id)) {
      this.startCall(id, name);
    }
    this.addToCall(id, argumentsText.slice(this.#open.get(id)?.toldChars ?? 0));
    this.#open.delete(id);
    this.#calls.push({ callId: newCallId(), name, arguments: argumentsText });
  }

  finish(rest: Pick<ModelReply, "usage" | "finishReason" | "warnings">): ModelReply {
    return { text: this.#text, calls: this.#calls, ...rest };
  }

  #grow(piece: string): void {
    this.#chars += piece.length;
    if (this.#chars > MODEL.replyMaxChars) {
      throw replyTooLarge(this.#providerId);
    }
    this.#listener?.onProgress();
  }
}
