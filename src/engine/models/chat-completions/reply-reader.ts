/**
 * A reply out of the values that an answer holds: chunks of a stream or a whole completion, which
 * differ in nothing but `delta` and `message`. What is not needed is not looked at.
 */
import { cutText } from "../../../domain/text";
import { MODEL } from "../../../limits";
import type { CountedUsage, FinishReason, ProviderReply } from "../provider";
import { ProviderFailure } from "../provider-failure";
import type { ReplyDraft } from "../reply-draft";
import { CallAssembler } from "./call-assembler";
import { findError, isSet, readError, type WireError } from "./error-shapes";
import { asRecord, written } from "./loose-json";

type Fields = Record<string, unknown>;

export class ReplyReader {
  readonly #draft: ReplyDraft;
  readonly #calls: CallAssembler;
  #usage: CountedUsage = { inputTokens: null, outputTokens: null };
  #finish: string | null = null;
  #reasoning = "";
  #hasThought = false;
  #hasText = false;
  #isCounted = false;
  #saidMore = false;

  constructor(draft: ReplyDraft) {
    this.#draft = draft;
    this.#calls = new CallAssembler(draft);
  }

  /** Whether a `finish_reason` has come, or else the count that stands behind the last word. */
  get isFinished(): boolean {
    return this.#finish !== null || this.#isCounted;
  }

  /** Whether nothing more is to be said. Some send a `finish_reason` with everything they say. */
  get isSaid(): boolean {
    return this.isFinished && this.#hasSaid && !this.#saidMore;
  }

  /** Whether anything of a reply has come; an empty one is one that is finished. */
  get hasBegun(): boolean {
    return this.#finish !== null || this.#hasSaid;
  }

  get #hasSaid(): boolean {
    return this.#hasText || this.#calls.hasAny;
  }

  /** Returns the error that the value is, if it is one. */
  read(value: unknown): WireError | null {
    const chunks = (Array.isArray(value) ? value : [value]).map(asRecord);
    return chunks.map((chunk) => chunk && this.#readChunk(chunk)).find((error) => error) ?? null;
  }

  #readChunk(chunk: Fields): WireError | null {
    const error = findError(chunk);
    if (error !== null) {
      return error;
    }
    this.#readUsage(asRecord(chunk["usage"]) ?? asRecord(asRecord(chunk["x_groq"])?.["usage"]));
    // One is asked for; a server that sends more is not to mix them.
    const choices = Array.isArray(chunk["choices"]) ? chunk["choices"].map(asRecord) : [];
    const choice = choices.find((one) => one !== null && !(Number(one["index"] ?? 0) > 0));
    if (!choice) {
      this.#isCounted ||= this.#hasSaid && this.#usage.outputTokens !== null;
      return null;
    }
    if (isSet(choice["error"])) {
      return readError(choice);
    }
    this.#readChoice(choice);
    return null;
  }

  /** Throws `provider_reply_broken`, which may be tried again, where the server says that it broke off. */
  finish(serverId: string): ProviderReply {
    const reason = finishReasonOf(this.#finish);
    if (reason === null) {
      throw new ProviderFailure(
        "provider_reply_broken",
        `${serverId} broke its reply off: its finish_reason is ${cutText(String(this.#finish), REASON_MAX_CHARS)}.`,
        { retryable: true },
      );
    }
    const { extras, warnings } = this.#calls.finish();
    const reply = this.#draft.finish({
      usage: this.#usage,
      finishReason: reason,
      warnings: [...warnings, ...this.#warnings(serverId)],
    });
    if (reply.calls.length === 0) {
      return reply;
    }
    return {
      ...reply,
      finishReason: reason === "stop" || reason === "other" ? "function_call" : reason,
      ...this.#continuation(extras),
    };
  }

  #warnings(serverId: string): string[] {
    const isThoughtAlone = this.#hasThought && !this.#hasSaid;
    return [
      ...(this.#finish === null
        ? [`${serverId} sent no finish_reason: the reply may be cut off.`]
        : []),
      ...(isThoughtAlone
        ? [`${serverId} sent thoughts and no answer: the model may need more max_tokens.`]
        : []),
    ];
  }

  /** Thinking models refuse the results of their calls unless they get back what they thought. */
  #continuation(extras: readonly unknown[]): Pick<ProviderReply, "continuation"> {
    const reasoning = this.#reasoning.length <= MODEL.continuationMaxChars ? this.#reasoning : "";
    const calls = extras.map((extra) => asRecord(extra));
    const hasExtras =
      calls.some((extra) => extra !== null) && written(calls).length <= MODEL.continuationMaxChars;
    return reasoning === "" && !hasExtras
      ? {}
      : {
          continuation: {
            message: reasoning === "" ? {} : { reasoning_content: reasoning },
            calls: hasExtras ? calls : [],
          },
        };
  }

  #readChoice(choice: Fields): void {
    const wasFinished = this.isFinished;
    // Completions of the older kind have their `text` beside them.
    const said = asRecord(choice["delta"]) ?? asRecord(choice["message"]) ?? choice;
    const isMore = this.#readSaid(said, choice["text"]);
    this.#saidMore ||= wasFinished && isMore;
    const reason = choice["finish_reason"] ?? choice["finishReason"];
    if (typeof reason === "string" && reason !== "") {
      this.#finish = reason;
    }
  }

  /** Returns whether it adds to the reply. */
  #readSaid(said: Fields, olderText: unknown): boolean {
    this.#readThought(said);
    const text = textOf(said["content"] ?? olderText);
    const refusal = text === "" ? textOf(said["refusal"]) : "";
    if (text !== "") {
      this.#draft.addText(text);
    } else if (refusal !== "") {
      this.#draft.addRefusal(refusal);
    }
    const hasText = text + refusal !== "";
    this.#hasText ||= hasText;
    const hasCalls = isSet(said["tool_calls"]) || isSet(said["function_call"]);
    if (hasCalls) {
      this.#calls.read(said["tool_calls"], said["function_call"]);
    }
    return hasText || hasCalls;
  }

  #readThought(said: Fields): void {
    const reasoning = said["reasoning_content"];
    if (typeof reasoning === "string" && reasoning !== "") {
      if (this.#reasoning.length <= MODEL.continuationMaxChars) {
        this.#reasoning += reasoning;
      }
      this.#hasThought = true;
      this.#draft.addReasoning(reasoning);
    } else if (typeof said["reasoning"] === "string" && said["reasoning"] !== "") {
      this.#hasThought = true;
      this.#draft.addReasoning(said["reasoning"]);
    } else if (said["reasoning"] || said["reasoning_details"] || Array.isArray(said["content"])) {
      this.#hasThought = true;
      this.#draft.progress();
    }
  }

  /** The last count is the whole one: some count in every chunk, some only zeros. */
  #readUsage(usage: Fields | null): void {
    const inputTokens = count(usage?.["prompt_tokens"] ?? usage?.["input_tokens"]);
    const outputTokens = count(usage?.["completion_tokens"] ?? usage?.["output_tokens"]);
    if (inputTokens || outputTokens) {
      this.#usage = { inputTokens, outputTokens };
    }
  }
}

/*
 * A server that sends in each delta all that it has said so far is not told apart from one that
 * repeats itself ("ha", "haha"): whichever delta could show it comes when the words before it have been
 * told, and what is told is not taken back. Its reply repeats itself, as the server sent it.
 */

/** A text, a part of one, or Mistral's list of parts, of which thoughts are no part of the reply. */
function textOf(content: unknown): string {
  if (typeof content === "string") {
    return content;
  }
  const parts = Array.isArray(content) ? content : [content];
  return parts
    .map((part) => (typeof part === "string" ? part : (asRecord(part)?.["text"] ?? "")))
    .filter((text) => typeof text === "string")
    .join("");
}

/** Some write their counts as texts. */
function count(tokens: unknown): number | null {
  const number = typeof tokens === "string" && /^\d{1,9}$/.test(tokens) ? Number(tokens) : tokens;
  return typeof number === "number" ? number : null;
}

/** Beside OpenAI's own those of servers that hand on what their models' makers say. */
const REASONS: readonly (readonly [RegExp, FinishReason | null])[] = [
  // Google's, of a call that its model broke; the same under a filter's name.
  [/malformed_|unexpected_tool_call|too_many_tool_calls/, null],
  [/^(stop|eos|end_turn|stop_sequence|complete)/, "stop"],
  [/^(length|max_|model_length)/, "length"],
  [/^(tool|function)/, "function_call"],
  [/filter|safety|sensitive|refusal|recitation/, "content_filter"],
  [/error|abort|insufficient/, null],
];

/** Of a reason, in an error. */
const REASON_MAX_CHARS = 100;

/** Null where the reply broke off; one that the server calls done without a reason ended. */
function finishReasonOf(given: string | null): FinishReason | null {
  if (given === null) {
    return "other";
  }
  const found = REASONS.find(([pattern]) => pattern.test(given.toLowerCase()));
  return found === undefined ? "other" : found[1];
}
