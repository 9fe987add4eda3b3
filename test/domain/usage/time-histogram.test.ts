/** Quantiles out of buckets, against those of the times themselves. */
import { array, assert, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";

import { bucketOf, countTimes, quantileOf } from "../../../src/domain/usage/time-histogram";

/** What the docstring promises, and half a millisecond of rounding. */
const ERROR_SHARE = 0.0906;

function countsOf(times: readonly number[]) {
  const counts: Record<string, number> = {};
  for (const time of times) {
    const bucket = String(bucketOf(time));
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
}

function trueQuantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? Number.NaN;
}

describe("a quantile", () => {
  it.each([0.5, 0.95])("of %d is within 9.1 percent of the true one", (share) => {
    const time = integer({ min: 10, max: 655_360 });
    assert(
      property(array(time, { minLength: 1, maxLength: 300 }), (times) => {
        const told = quantileOf(countsOf(times), share) ?? Number.NaN;
        const exact = trueQuantile(times, share);
        expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact * ERROR_SHARE + 0.5);
      }),
    );
  });

  it("is null of nothing, and is that of the ends beyond them", () => {
    expect(quantileOf({}, 0.5)).toBeNull();
    expect(quantileOf(countsOf([0]), 0.5)).toBe(10);
    expect(quantileOf(countsOf([3_600_000]), 0.5)).toBe(600_968);
  });

  it("sorts buckets as numbers", () => {
    expect(quantileOf({ "10": 1, "9": 1, "2": 1 }, 1 / 3)).toBe(quantileOf({ "2": 1 }, 1));
    expect(countTimes({ "10": 1, "9": 2 })).toBe(3);
  });
});

it("keeps the bounds that stored counts were made with", () => {
  expect([0, 10, 10.1, 11.9, 20, 1000, 655_360, 1e9].map(bucketOf)).toEqual([
    0, 0, 1, 2, 4, 27, 64, 64,
  ]);
});
