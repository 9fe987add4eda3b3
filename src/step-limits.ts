/** Numbers of runs' steps: what models say, think and are given, as it is told and recorded. */

const KIB = 1024;
const MIB = 1024 * KIB;

export const STEPS = {
  /** Replies and rounds of calls that are recorded: some hundred replies, each with calls. */
  max: 512,
  /** UTF-16 units of their JSON: what models were given stands in no trace besides. */
  maxChars: 4 * MIB,
  /** UTF-16 units of what a model thinks before one reply, told and recorded. */
  reasoningMaxChars: 64 * KIB,
} as const;
