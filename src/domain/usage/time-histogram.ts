/**
 * Times counted into buckets of fixed bounds, so that quantiles of many runs are told from a few
 * numbers. Each bound is 2^(1/4) of the one below: a quantile is told with an error of at most 9.1 %
 * between 10 ms and 655 s; below and above as those. What the buckets are may never change: those that
 * are stored would come to mean other times.
 */

/** Upper bound of bucket 0. No model's first token is sooner. */
const FIRST_BOUND_MS = 10;
const BUCKETS_PER_DOUBLING = 4;
/** Sixteen doublings: up to 655 360 ms, the longest that a run may take by default. */
const LAST_BUCKET = 16 * BUCKETS_PER_DOUBLING;

/** How many times fell into each bucket, by its number; one without any is left out. */
export type TimeCounts = Readonly<Record<string, number>>;

/** The bucket of a time: 0 up to 10 ms, then `n` above 10 · 2^((n-1)/4) up to 10 · 2^(n/4) ms. */
export function bucketOf(ms: number): number {
  const doublings = Math.log2(Math.max(ms, FIRST_BOUND_MS) / FIRST_BOUND_MS);
  return Math.min(LAST_BUCKET, Math.ceil(doublings * BUCKETS_PER_DOUBLING));
}

export function countTimes(counts: TimeCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/**
 * The time in whole milliseconds below which a share of the counted ones lies, by nearest rank: the
 * middle of its bucket, within 9.1 % of the true one. Null where nothing was counted.
 * @param share From 0 to 1.
 */
export function quantileOf(counts: TimeCounts, share: number): number | null {
  let rank = Math.max(1, Math.ceil(share * countTimes(counts)));
  const buckets = Object.keys(counts).map(Number);
  for (const bucket of buckets.toSorted((a, b) => a - b)) {
    rank -= counts[bucket] ?? 0;
    if (rank <= 0) {
      return middleOf(bucket);
    }
  }
  return null;
}

/** The geometric middle: as far from one bound as from the other, as a share of either. */
function middleOf(bucket: number): number {
  const middle = bucket === 0 ? 0 : bucket - 1 / 2;
  return Math.round(FIRST_BOUND_MS * 2 ** (middle / BUCKETS_PER_DOUBLING));
}
