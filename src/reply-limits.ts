/** Numbers of chats and their steps: what models say, think, are shown and given. */

const KIB = 1024;
const MIB = 1024 * KIB;

export const STEPS = {
  /** Replies and rounds of calls that are recorded: some hundred replies, each with calls. */
  max: 512,
  /** UTF-8 of their JSON: what models were given stands in no trace besides. See `RUN.keptValuesMaxBytes`. */
  maxBytes: 3 * MIB,
  /** UTF-16 units of what a model thinks before one reply, told and recorded. */
  reasoningMaxChars: 64 * KIB,
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

/** UTF-16 units of a run's end as JSON: of a larger one whoever waits hears from the store. */
export const END_IN_REPLY_MAX_CHARS = 256 * 1024;
