/** The numbers of knowledge, its indexing and its search. */
import { MIB, MINUTE_MS } from "./units.ts";

export const KNOWLEDGE = {
  /** Each thread with attachments has one. */
  maxPerProject: 100_000,
  /** Looked into by one search; one without a name looks into all that are no thread's. */
  maxSearched: 100,
  maxDescriptionChars: 1024,
  /** As OpenAI takes of a store's name. */
  maxTitleChars: 256,
  maxModelIdChars: 128,
  /**
   * Characters. Some 200 words: one thought. Of 500, 800, 1000, 1500 and 2000 none finds more
   * (bench/retrieval.ts), and longer ones crowd a prompt.
   */
  passage: { max: 1000, overlap: 200 },
  /** Cut and taken apart into terms between two pauses: some 20 ms. */
  passagesPerTurn: 32,
  /** UTF-8 of a document's text: a book of a thousand pages. It is replaced in one D1 batch. */
  documentMaxBytes: 2 * MIB,
  maxTags: 32,
  maxTagChars: 64,
  /** Distinct terms of a question that are looked up, its first ones; the rarest half is used. */
  maxQuestionTerms: 64,
  maxTerms: 32,
  /** Longer questions are cut: their terms are used up by then. */
  maxQuestionChars: 10_000,
  /** Up to here it is counted how many passages have a term, then estimated: 1 ms of SQLite a term. */
  maxCounted: 4000,
  /** Passages whose words a search compares: some 20 ms of SQLite. See `planSearch`. */
  maxRead: 5000,
  /**
   * The best of them are scored exactly and fused with the ranking by meaning: so many a passage
   * asked for, as the likeliest are not always the best, and no fewer than so many.
   */
  candidatesPerHit: 2,
  minCandidates: 40,
  /** Vectors that a search looks through, the newest: 5 MB from D1. */
  maxSketches: 20_000,
  /** Those that look nearest are compared exactly. */
  maxVectors: 200,
  /** Of 100 passages each, for a document's vectors: seconds for a book, within providers' rates. */
  embedRequestsAtOnce: 4,
  /** One step of deleting a knowledge: about a second. */
  deletePassagesAtOnce: 10_000,
  deleteDocumentsAtOnce: 1000,
} as const;

/** What is indexed behind its request, by an alarm of its knowledge's own object. */
export const INDEXING = {
  /** Of one alarm: within the 50 queries that the Free plan gives it. */
  documentsAtOnce: 4,
  /** Whoever has claimed a document has died if it says nothing for so long: a book takes a minute. */
  leaseMs: 5 * MINUTE_MS,
  /** Of a document whose provider or storage fails: over a quarter of an hour in all. */
  maxTries: 4,
  /** Documents of one batch, as OpenAI takes them. */
  batchMax: 2000,
  /** Due for so long it is taken for forgotten, and the sweep wakes the object. */
  forgottenMs: 2 * MINUTE_MS,
  /** How long a run waits for documents of its stores, and how often it looks. */
  waitMs: MINUTE_MS,
  lookMs: 500,
} as const;

export const DOCUMENTS_LIMITS = {
  /** Of attributes of a document, as OpenAI takes them. */
  attributes: { max: 16, maxKeyChars: 64, maxValueChars: 512 },
  /** The last use of a knowledge is noted no more often: each note is a write. */
  useNotedMs: MINUTE_MS,
  /** Nodes of a filter by attributes. */
  filterMaxNodes: 64,
} as const;
