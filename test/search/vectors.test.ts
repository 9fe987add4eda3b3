import * as fc from "fast-check";
import { describe, it } from "vitest";

import { VectorProbe, keepVector } from "../../src/search/vectors";

const DIMENSIONS = 96;
const vector = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
  minLength: DIMENSIONS,
  maxLength: DIMENSIONS,
});

function cosine(left: readonly number[], right: readonly number[]): number {
  const product = left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
  return product / (Math.hypot(...left) * Math.hypot(...right));
}

describe("a kept vector", () => {
  it("is as similar to any other as it was before it was kept", ({ expect }) => {
    fc.assert(
      fc.property(vector, vector, (kept, asked) => {
        fc.pre(Math.hypot(...kept) > 1 && Math.hypot(...asked) > 1);
        const similarity = new VectorProbe(asked).similarity(keepVector(kept).bytes);
        expect(Math.abs(similarity - cosine(asked, kept))).toBeLessThan(0.01);
      }),
    );
  });

  it("differs in as many signs as the vectors do", ({ expect }) => {
    fc.assert(
      fc.property(vector, vector, (kept, asked) => {
        const differing = kept.filter((value, index) => value > 0 !== (asked[index] ?? 0) > 0);
        const probe = new VectorProbe(asked);
        expect(probe.differingSigns(keepVector(kept).sketch)).toBe(differing.length);
      }),
    );
  });

  it("of other dimensions is the last of all", ({ expect }) => {
    const kept = keepVector([1, 2, 3]);
    const probe = new VectorProbe(Array.from({ length: 64 }, () => 1));
    expect(probe.similarity(kept.bytes)).toBe(-1);
    expect(probe.differingSigns(kept.sketch)).toBe(Number.POSITIVE_INFINITY);
  });

  it("of zeros is similar to nothing", ({ expect }) => {
    expect(new VectorProbe([1, 1]).similarity(keepVector([0, 0]).bytes)).toBe(0);
  });
});
