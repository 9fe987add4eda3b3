/** The numbers of exports, imports, erasure and what the clock erases. */
import { KIB, MIB } from "./units.ts";

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
  /** A window holds hundreds of runs: the common outcome takes no call of R2. */
  outcomeInRowMaxBytes: 256 * KIB,
  /** One window is one batch, with a statement or two for each kind of record in it. */
  windowRecords: 1000,
  /** UTF-16 units: even in letters of three bytes below the 2 MB of D1's largest bound value. */
  windowChars: 512 * KIB,
  /** Of a line: a value at its limit, and what an outcome wraps it in. */
  lineMaxNesting: 300,
  /** UTF-8 of one line: a run's outcome and a message with all its parts fit. */
  lineMaxBytes: 8 * MIB,
} as const;

/**
 * What one call erases of an end user. A Worker may make a thousand requests to its own services in one
 * invocation: a thread and a run need one each, a file one or two.
 */
export const ERASURE = {
  threadsPerCall: 100,
  runsPerCall: 100,
  filesPerCall: 100,
  /** Of threads: six connections of an invocation may wait for an answer at a time. */
  objectsAtOnce: 5,
  /** Answers kept for retries, in one statement. */
  answersPerCall: 5000,
  /**
   * Messages, and runs, that one statement deletes: some seconds of the thirty that D1 gives it. A
   * thread of more goes piece by piece.
   */
  rowsPerStatement: 5000,
  /** What is left is counted up to so many of each kind. */
  countedMax: 10_000,
} as const;

/** What one pass of the clock does, for all projects together: within 40 queries and 900 requests. */
export const RETENTION = {
  /** Whoever waits longest comes first. */
  projectsPerPass: 50,
  threadsPerPass: 100,
  filesPerPass: 100,
  /** Files that are looked at, most of which something names. */
  filesLookedAtPerPass: 2000,
  answersPerPass: 5000,
  /** Rows alone; each leaves two notes for `objectsPerPass`. */
  expiredFilesPerPass: 1000,
  /** Objects of R2 whose rows are gone; each costs a call or two. */
  objectsPerPass: 250,
  /** One list of R2, and one deletion: a million kept outcomes are looked through in a week. */
  cachedLookedAtPerPass: 1000,
  /** Runs that their objects do not know any more; each end costs six queries. */
  lostRunsPerPass: 3,
  /** Knowledge whose documents wait for too long. */
  indexersPerPass: 20,
  /** Of threads that are gone; a step of each costs two queries. */
  doomedKnowledgePerPass: 3,
  /** That have expired; a step of each costs a query. */
  expiredKnowledgePerPass: 3,
  /** Ten years. */
  maxDays: 3650,
} as const;
