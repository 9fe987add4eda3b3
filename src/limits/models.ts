/** The numbers of calls of models and what they are told. */
import { KIB, MIB, MINUTE_MS, SECOND_MS } from "./units.ts";

export const MODEL = {
  /** From the request to the first sign of the reply. Reasoning models think for a minute and more. */
  firstTokenMs: 2 * MINUTE_MS,
  /** Between two signs of a reply that has begun; a working provider pauses for seconds. */
  silenceMs: MINUTE_MS,
  /** One streamed attempt as a whole: a provider that trickles ends here, within the default deadline. */
  streamedReplyMs: 8 * MINUTE_MS,
  /** To the first sign where nobody listens: a whole answer may be the first that comes. */
  wholeReplyMs: 5 * MINUTE_MS,
  /** For the count of tokens behind the last word; a server that keeps the connection open sends none. */
  afterFinishMs: 3 * SECOND_MS,
  /** Attempts after the first, for failures that may pass. */
  maxRetries: 3,
  /** The pause before retry n is drawn from up to `retryBaseMs * 2^(n-1)`. */
  retryBaseMs: SECOND_MS,
  /** A provider that asks for a longer pause is not tried again: nobody waits that long for an answer. */
  retryMaxMs: MINUTE_MS,
  /** Text and calls of one reply, in UTF-16 units: what an action's output can hold. */
  replyMaxChars: MIB / 2,
  /** Calls of one reply: as many as there may be functions. Each is told and answered, run or not. */
  replyMaxCalls: 128,
  /** One event of a stream, or a whole answer: a reply with all of it escaped. UTF-16 units. */
  answerMaxChars: 4 * MIB,
  /** All events of one answer, unpacked: a reply as long as may be in events of a few letters each. */
  answerMaxBytes: 128 * MIB,
  /** Read of an answer between two pauses for everybody else: some 10 ms. */
  answerBytesPerTurn: 256 * KIB,
  /** Read of the body of an error; the message that is shown of it is far shorter. */
  errorBodyMaxChars: 64 * KIB,
  /** What a provider wants back with its calls' results, as a step keeps it. UTF-16 units. */
  continuationMaxChars: 256 * KIB,
  /** Contract: 8 by default; each step is a request that costs money. */
  defaultSteps: 8,
  maxSteps: 32,
  /** OpenAI's limit; others allow more. */
  maxStopSequences: 4,
  /** OpenAI's limit, for functions and tools each. */
  maxFunctions: 128,
  /** Tools run in parallel in one object. */
  maxCallsPerReply: 16,
  /** Of one conversation: as many as a run may bring, and what its tool puts around them. */
  maxMessages: 2000,
  /** Of one message: those that it may have, and the texts of its files. */
  maxParts: 256,
  /** Texts of one request for embeddings: what the smallest of the providers' limits allows. */
  embedBatchTexts: 100,
  /** The answer to it: a hundred vectors of 4096 numbers, twenty characters each. UTF-16 units. */
  embeddingsMaxChars: 16 * MIB,
  /** One such request; providers answer in seconds. */
  embedBatchMs: MINUTE_MS,
  /** Of one vector: four times the longest that models of today make. */
  vectorMaxNumbers: 16_384,
} as const;

/** What the built-in `offline` provider can be told to do. */
export const OFFLINE = {
  /** Longer than any answer of a model, shorter than an action's output can hold. */
  maxTokens: 50_000,
  /** As long as a provider may be silent, so that the bound itself can be tried. */
  maxDelayMs: 2 * MODEL.silenceMs,
  /** Words told before other work gets its turn. */
  burstTokens: 64,
  /** Of the question, in UTF-16 units, that the answer repeats. */
  echoMaxChars: 2000,
  /** Of the instruction's last line, in UTF-16 units, that the answer quotes. */
  quoteMaxChars: 200,
} as const;

export const CONVERSATION = {
  /** What OpenAI's assistants take; a run's config is a row of a megabyte. */
  instructionMaxChars: 256_000,
  /** As OpenAI's file search gives. */
  searchHits: 20,
  /** UTF-16 units of what code that a model ran gives it back: some 8000 tokens. */
  codeOutputMaxChars: 32 * KIB,
} as const;

export const IMAGES = {
  /** Of one image that is handed to a model: the least of what providers take. */
  maxBytes: 5 * MIB,
  /** Images of one conversation; the newest are shown. Together they are held in memory as base64. */
  max: 8,
  totalMaxBytes: 16 * MIB,
} as const;
