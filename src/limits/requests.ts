/** The numbers of what a request, its reply and the log of it may be. */
import { HOUR_MS, KIB, MIB, MINUTE_MS, SECOND_MS } from "./units.ts";

export const REQUEST = {
  /** A hundred messages of a few KiB fit; larger texts belong into files. */
  jsonMaxBytes: MIB,
  /** Far beyond any definition or part; well within the stack of whoever walks it. */
  jsonMaxNesting: 64,
  /** Names in one object. A schema judges each, and a table has a tenth of so many columns. */
  jsonMaxNames: 10_000,
  /** A sender that is silent for so long has gone; half of what most gateways wait. */
  bodySilenceMs: 30 * SECOND_MS,
  /** Timers of an isolate with little to do are less late than this. */
  bodyLateMs: 100,
  /** For a JSON body as a whole: at its limit 9 KB/s, which a telephone line does. */
  jsonMaxMs: 2 * MINUTE_MS,
  /** For a file or an import as a whole: a file at its limit at 27 KB/s. */
  uploadMaxMs: HOUR_MS,
  /**
   * Bytes of memory that the bodies of requests under way take in one isolate: half of its 128 MB.
   * What one project leaves is for the others; an end user has room for one turn of a chat at its limit.
   */
  bodiesInFlight: { total: 64 * MIB, perProject: 48 * MIB, perEndUser: 36 * MIB },
  /** Longer than any call takes to answer, its waiting for a run included. */
  answerMaxMs: 5 * MINUTE_MS,
  /** A JSON body is there as bytes, as text or as values until its answer is: about so many times its length. */
  jsonHeldTimes: 3,
} as const;

export const PAGE = {
  /** Documented for threads and messages. */
  defaultItems: 20,
  maxItems: 100,
  /**
   * UTF-8 of what the messages of a page say; the first comes however long it is. A page is in memory
   * four times over (D1's reply, its rows, the messages, the answer), beside those of other callers.
   */
  maxBytes: 4 * MIB,
  /** Rows of files, tools and versions are small, and the published call for files has no paging. */
  maxSmallItems: 1000,
} as const;

/** Calls whose answer takes its time. */
export const WAIT = {
  /** For a run that the caller waits for: gateways and browsers give up on a silent connection after 60 s. */
  maxMs: 55 * SECOND_MS,
  /**
   * Bytes in memory of a body whose run is started and waited for in one call of its object, which holds the body
   * until it is answered: as many calls as one project may have waiting take half of its bodies' room.
   */
  heldBodyMaxBytes: 12 * KIB,
  /** How long such a call keeps the next one from its turn: ten times what it takes to be taken on. */
  startingMs: 100,
  /** How often a call looks whether it is to give way to another of its caller's. */
  lookMs: SECOND_MS,
  /** For a run to stop: its actions get `RUN.stopGraceMs`, and recording its end takes its time. */
  stopMs: 25 * SECOND_MS,
} as const;

export const IDEMPOTENCY = {
  /** What the field's other APIs keep: a client that has not retried in a day has given up. */
  keepMs: 24 * HOUR_MS,
  /** For clients that name no key: official SDKs retry within seconds. */
  implicitKeepMs: MINUTE_MS,
  maxKeyChars: 255,
  /** UTF-16 units of an answer that is kept whole; work with a larger one is done again, without harm. */
  answerMaxChars: 4096,
  /** Records of a day. Ten requests a second without a pause; a person's browser sends far fewer. */
  maxKeptPerKey: 1_000_000,
  maxKeptPerEndUser: 2000,
} as const;

export const LOG = {
  /** UTF-16 units of an exception's message. */
  messageMaxChars: 500,
  /** Failed runs whose cause an isolate has logged once, and for how long it is not logged again. */
  notedRuns: 10_000,
  notedForMs: 24 * HOUR_MS,
} as const;

export const HEALTH = {
  /** Of one check: a database or bucket that takes longer does not serve anybody. */
  checkMs: 5 * SECOND_MS,
  /** Of code that returns a number. */
  codeMs: SECOND_MS,
} as const;
