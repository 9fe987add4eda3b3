/** Limits of chats whose pages hold their messages themselves: see `limits.ts`. */

const KIB = 1024;
const MIB = 1024 * KIB;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

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
