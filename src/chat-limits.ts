/** Limits of chats whose pages hold their messages themselves: see `limits.ts`. */

const KIB = 1024;
const MIB = 1024 * KIB;
const MINUTE_MS = 60_000;

export const CHAT = {
  /** A turn comes with all that its page holds, pictures of earlier turns as data URLs among it. */
  bodyMaxBytes: 12 * MIB,
  /** The client's own names of chats and messages: those that SDKs make have 16 to 36. */
  idMaxChars: 128,
  /** JSON of what an app sends along with a turn: the input of a tool, and no upload. */
  extraMaxBytes: 64 * KIB,
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
