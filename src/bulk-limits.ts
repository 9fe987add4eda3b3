/** Every number of what is read and written in bulk: exports, imports, erasure, what the clock erases. */

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * D1 takes 50 queries of an invocation on the Free plan, 1 000 on Paid, and does not say how it counts
 * a batch: here each statement counts, and what is left of the 50 is the caller's key and its limits.
 */
const INVOCATION_QUERIES = 40;

export const EXPORT = {
  /** At a time in one isolate: each reads from D1 and R2 as fast as its reader takes it. */
  slots: { total: 16, perProject: 8, perEndUser: 2 },
  /** One part, in one invocation; the next begins where it ended. */
  part: {
    queries: INVOCATION_QUERIES,
    /** Files, and outcomes of runs in the bucket. Free allows 1 000 calls of the platform's services. */
    objects: 400,
    /** Of lines and files: seconds of CPU, and what a broken connection costs to read again. */
    bytes: 32 * MIB,
    maxRecords: 100_000,
  },
  /** One query: bound by its bytes, and by its rows where they are small. */
  pageRows: 1000,
  pageBytes: MIB,
  /** Of lines at once to the reader; a stream is asked for each chunk anew. */
  chunkChars: 64 * KIB,
  /** Of a file, in one line; a multiple of 3, so that each piece is whole base64. */
  pieceBytes: 192 * KIB,
} as const;

export const IMPORT = {
  /** Statements of one invocation, which ends, with a place to go on from, before the next window would pass it. */
  queries: INVOCATION_QUERIES,
  /** Calls of R2: two for each file, and more for a large one. */
  objects: 400,
  /** One window is one batch, with a statement or two for each kind of record in it. */
  windowRecords: 1000,
  /** UTF-16 units: even in letters of three bytes below the 2 MB of D1's largest bound value. */
  windowChars: 512 * KIB,
  /** Of a line: a value at its limit, and what an outcome wraps it in. */
  lineMaxNesting: 300,
  /** UTF-8 of one line: a run's outcome and a message with all its parts fit. */
  lineMaxBytes: 8 * MIB,
} as const;

/** A Worker may make a thousand requests to its own services in one invocation; a thread needs five. */
export const ERASURE = {
  threadsPerCall: 100,
  runsPerCall: 100,
  filesPerCall: 100,
} as const;

/** What one pass of the clock does for one project. */
export const RETENTION = {
  threadsPerPass: 50,
  filesPerPass: 50,
  answersPerPass: 5000,
  /** Objects of R2 whose rows are gone; each costs a call or two. */
  objectsPerPass: 300,
  /** Ten years. */
  maxDays: 3650,
} as const;
