/** The numbers of messages, files and tools as they are stored. */
import { KIB, MIB, MINUTE_MS } from "./units.ts";

export const MESSAGE = {
  /** UTF-8. Four of them still fit one D1 row of 2 MB, and one fits a JSON body. */
  contentMaxBytes: 256 * KIB,
  /** Documented: at most 10 files a message. */
  maxFiles: 10,
  /** Keeps the thread and its first messages one D1 batch. */
  maxPerCreate: 100,
  /** Of all inputs of a run together: ten times what a tool reads of a thread. */
  maxPerRun: 1000,
  maxParts: 64,
  /** UTF-16 units, the first ones, that `q=` looks into: a short novel's worth of one message. */
  searchedChars: 100_000,
  /** Terms of the index that are made before other requests get a turn: about 10 ms. */
  indexTermsPerTurn: 8192,
  /** Of a message that was written elsewhere: a person's name, and what they are. */
  maxAuthorChars: 256,
  /** What a person types into a search box. */
  maxQueryChars: 256,
} as const;

/** How threads are found. */
export const THREADS_FOUND = {
  /** As in `data/0015_fewer_rows.sql`: the index of last changes is behind by so much, and no more. */
  slackMs: 10 * MINUTE_MS,
} as const;

export const FILE = {
  /** Cloudflare's free plan lets 100 MB through as one request body: below it, the refusal is ours. */
  maxBytes: 95 * MIB,
  /** What a form's boundaries and headers may add to the length of its file. */
  formAllowanceBytes: 64 * KIB,
  /** Of a field beside the file: a word or a number. */
  formFieldMaxChars: 256,
  /** File systems agree on 255. */
  maxNameChars: 255,
  /** Of a body at once, into the same buffer: the platform's own chunks of 4 KiB take seconds of garbage. */
  uploadReadBytes: 256 * KIB,
  /** What one read waits for: a sender that takes longer than `REQUEST.bodySilenceMs` for it is cut off. */
  uploadReadMinBytes: 64 * KIB,
  /** R2 wants parts of at least 5 MiB, all equal but the last; two are in memory at once. */
  uploadPartBytes: 5 * MIB,
} as const;

export const TOOL = {
  /** OpenAI's. */
  maxNameChars: 256,
  maxActionNameChars: 64,
  maxDescriptionChars: 1024,
  /** Nested ones counted; a definition stays one D1 row. */
  maxActions: 100,
  maxDefinitionBytes: 512 * KIB,
  /** `if`, `loop` and `map` inside each other. */
  maxNesting: 5,
  /** Named one by one to be open to session tokens; a tool for more opens the project's. */
  maxOpenFiles: 100,
} as const;
