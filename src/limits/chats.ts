/** Limits of chats that web pages hold, and of their sockets. */
import { STREAM } from "./runs.ts";
import { DAY_MS, HOUR_MS, KIB, MIB, MINUTE_MS, SECOND_MS } from "./units.ts";

export const CHAT = {
  /** The body of a turn: the page sends all its messages, with the pictures of earlier turns as data URLs. */
  bodyMaxBytes: 12 * MIB,
  /** The client's own names of chats and messages: those that SDKs make have 16 to 36. */
  idMaxChars: 128,
  /** JSON of what an app sends along with a turn: the input of a tool, and no upload. */
  extraMaxBytes: 64 * KIB,
  /** Characters of a data URL before its data: a type with its parameters. */
  dataUrlHeadChars: 1024,
  /** How long a signed address of a file is good; pages that stay open longer load their chat again. */
  fileLinkMs: DAY_MS,
  /** Addresses of one file stay the same this long, so that a browser need not load it again. */
  fileLinkStepMs: HOUR_MS,
  /** Pause between two queries for the chat's next run; nobody notices a second. */
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
  /** Sockets of one thread: a page has one, and a person a few devices with a few tabs of the same chat. */
  maxPerThread: 32,
  /** Sockets of one thread that one key, or one end user's tokens, may have; the rest is for others. */
  maxPerSpeaker: 8,
  /** UTF-16 units of a socket's frames that are not read to their end: one at its limit, and small ones behind it. */
  unreadMaxChars: CHAT.bodyMaxBytes + MIB,
  /** Frames of a socket that become no call, and which no limit of calls counts. */
  maxIdleFrames: 64,
  /**
   * Sockets that one isolate opens within `STREAM.slotLeaseMs`. A socket is held by its thread's object and
   * costs the isolate nothing afterwards; a server of one process has a descriptor for each.
   */
  opened: { ...STREAM.slots, perEndUser: 64 },
  /**
   * Open at a time, in the objects of one isolate, as streams are: a socket costs a server of one process a
   * descriptor, and its object while that is not put away as much as a stream's.
   */
  open: STREAM.slots,
  /** How long a socket counts that nobody has looked after: each is looked after every `recheckMs`. */
  openLeaseMs: 11 * MINUTE_MS,
  /** Answers at a time on one socket: a page has one, or two while it sends and resumes. */
  maxRequests: 8,
  /**
   * Pause between two checks whether a silent socket's caller may still have it. A check costs an alarm of the
   * object and a handshake's queries to D1; caches keep revoked keys and tokens for half a minute anyway.
   */
  recheckMs: 5 * MINUTE_MS,
  /**
   * How long sent text may stay unread before its socket is closed. The platform puts an object away ten seconds
   * after clients have taken everything: see `object-sockets.ts`.
   */
  untakenMs: MINUTE_MS,
  /** How long a client has to answer the close of its socket, which its platform does by itself. */
  closingMs: 30 * SECOND_MS,
  /** UTF-16 units of a socket that are not counted as unread: enough for a long answer with its frames. */
  uncountedChars: 64 * KIB,
  /**
   * UTF-16 units beyond `uncountedChars` that may lie unread in the memory of one isolate. They count until the
   * socket closes or its lease is over; a socket whose client does not read is closed before that.
   */
  untaken: { total: 32 * MIB, perProject: 24 * MIB, perEndUser: 8 * MIB },
  untakenLeaseMs: 10 * MINUTE_MS,
  /** The SDK's own ids have 16 characters. */
  requestIdMaxChars: 64,
  /** JSON of what stays with a socket while its object is put away; the platform takes 2 KiB. */
  notesMaxChars: 2000,
} as const;
