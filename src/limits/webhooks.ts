/** The numbers of webhooks and their deliveries. */
import { HOUR_MS, KIB, MIB, SECOND_MS } from "./units.ts";

/** Telling a project of its runs: the Standard Webhooks specification, where it says a number. */
export const WEBHOOK = {
  maxPerProject: 16,
  /** Specification: 24 to 64 bytes. */
  secretBytes: 32,
  /** Specification: 15 to 30 s for the receiver to answer. */
  timeoutMs: 15 * SECOND_MS,
  /** The answer is read for its status alone. */
  responseMaxBytes: MIB,
  /** Before the second attempt; each further pause is four times as long, up to the longest. */
  retryBaseMs: 5 * SECOND_MS,
  retryFactor: 4,
  retryMaxMs: 6 * HOUR_MS,
  /** From the announcement, or its replay; a receiver that is down for a day is no receiver. */
  retryForMs: 24 * HOUR_MS,
  /** An attempt that has told nothing for so long died with its object. */
  leaseMs: 25 * SECOND_MS,
  /**
   * In hand at a time in one object. A silent receiver holds up no other; with all of
   * `OUTBOUND.maxAtOnce` in use, D1 waits for a receiver's headers at most.
   */
  maxAtOnce: 2,
  /** UTF-16 units of a run's results as JSON: more is left out and read with the run. */
  resultsMaxChars: 64 * KIB,
  errorMaxChars: 500,
  /** What was delivered stays listed, and can be replayed, this long. */
  keepMs: 30 * 24 * HOUR_MS,
  /** Older ones that one new announcement tidies away. */
  forgetAtOnce: 20,
} as const;
