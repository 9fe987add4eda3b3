/** What an object keeps in memory of what lies in its tables. */

const KIB = 1024;

export const MEMORY = {
  /** What was told last, in UTF-16 units: a reader that is not behind by more asks no table. */
  recentMaxChars: 64 * KIB,
  /** Runs that have ended of which it is known where their events lie. */
  endedRuns: 4,
  /** One value beside a run, in UTF-16 units: definitions are a few KiB. */
  blobMaxChars: 256 * KIB,
  /** Runs whose values are kept: of a queue those at both ends are looked at. */
  blobRuns: 4,
} as const;
