/** The numbers of the chats of pages. */
import { STREAM } from "./runs.ts";
import { DAY_MS, HOUR_MS, KIB, MIB, MINUTE_MS, SECOND_MS } from "./units.ts";

export const CHAT = {
  /** A turn comes with all that its page holds, pictures of earlier turns as data URLs among it. */
  bodyMaxBytes: 12 * MIB,
  /** The client's own names of chats and messages: those that SDKs make have 16 to 36. */
  idMaxChars: 128,
  /** JSON of what an app sends along with a turn: the input of a tool, and no upload. */
  extraMaxBytes: 64 * KIB,
  /** Of a data URL before its data: a type with its parameters. */
  dataUrlHeadChars: 1024,
  /** A signed address of a file; pages that stay open longer load their chat again. */
  fileLinkMs: DAY_MS,
  /** Addresses of one file stay the same this long, so that a browser need not load it again. */
  fileLinkStepMs: HOUR_MS,
  /** Between two looks for the next run: a look is one query, and nobody notices a second. */
  waitPollMs: 1000,
  /** UTF-16 units of a chat's first words, where it has no title. */
  titleChars: 80,
  /** Messages of a chat that a page loads at once, and at most. */
  defaultMessages: 100,
  maxMessages: 200,
  /** After a run has ended, a page that was cut off still finds its stream: reloads come within seconds. */
  resumeMs: 10 * MINUTE_MS,
} as const;

export const SOCKET = {
  /** A page has one; a person has a few devices with a few tabs of the same chat. */
  maxPerThread: 32,
  /** Of them by one key, or one end user's tokens: what they leave is for the others of the thread. */
  maxPerSpeaker: 8,
  /** Frames of a socket that become no call, and which no limit of calls counts. */
  maxIdleFrames: 64,
  /**
   * Opened within `STREAM.slotLeaseMs` by way of one isolate. A socket lives in its thread's object and
   * costs the isolate nothing afterwards; a server of one process has a descriptor for each.
   */
  opened: { ...STREAM.slots, perEndUser: 64 },
  /** Answers at a time on one socket: a page has one, or two while it sends and resumes. */
  maxRequests: 8,
  /**
   * Between two looks whether a silent socket's caller may have it still. A look is an alarm of the object
   * and what a handshake asks of D1; revoked keys and tokens have half a minute in caches anyway.
   */
  judgedMs: 5 * MINUTE_MS,
  /** An object that has told everything is put away after ten seconds: see `object-sockets.ts`. */
  untakenMs: MINUTE_MS,
  /** What a client gets to take the end of its socket, which it answers by itself. */
  closingMs: 30 * SECOND_MS,
  /** UTF-16 units told on one socket that nobody counts: long answers with all that stands around their words. */
  uncountedChars: 64 * KIB,
  /**
   * What is told beyond it in one isolate, and may lie in its memory until clients read. It is counted until a
   * socket closes or its lease is over, by when one that does not read has been ended.
   */
  untaken: { total: 32 * MIB, perProject: 24 * MIB, perEndUser: 8 * MIB },
  untakenLeaseMs: 10 * MINUTE_MS,
  /** The SDK's own ids have 16 characters. */
  requestIdMaxChars: 64,
  /** JSON of what stays with a socket while its object is put away; the platform takes 2 KiB. */
  notesMaxChars: 2000,
} as const;
