/** Numbers of knowledge whose documents are indexed behind their requests, and chosen by attributes. */

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

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
