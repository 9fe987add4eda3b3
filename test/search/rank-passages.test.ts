import * as fc from "fast-check";
import { describe, it } from "vitest";

import {
  fuseRankings,
  inverseFrequency,
  planSearch,
  scorePassage,
} from "../../src/search/rank-passages";
import { questionTerms, rankingTerms } from "../../src/search/ranking-terms";

const STATISTICS = { passageCount: 1000, termCount: 100_000 };
const LIMITS = { maxPassages: 100, maxTerms: 4, isSifted: false };

function weighed(frequencies: Record<string, number>, knowledgeNumber = 1) {
  return Object.entries(frequencies).map(([text, frequency]) => ({
    term: { text, openEnded: false },
    knowledgeNumber,
    frequency,
  }));
}

function planOf(frequencies: Record<string, number>, isSifted = false) {
  const limits = { ...LIMITS, isSifted };
  const plan = planSearch(weighed(frequencies), new Map([[1, STATISTICS]]), limits);
  const names = (terms: typeof plan.finding) => terms.map(({ term }) => term.text);
  return { ...plan, finding: names(plan.finding), ordering: names(plan.ordering) };
}

function score(passage: string, frequencies: Record<string, number>): number {
  return scorePassage(passage.split(" "), weighed(frequencies), STATISTICS);
}

describe("the score of a passage", () => {
  it("is BM25 as published", ({ expect }) => {
    // idf = ln(1 + 990.5 / 10.5), tf = 2, length 4 against a mean of 100.
    const expected = (Math.log(1 + 990.5 / 10.5) * 2 * 2.2) / (2 + 1.2 * (0.25 + (0.75 * 4) / 100));
    expect(score("a a b c", { a: 10 })).toBeCloseTo(expected, 10);
  });

  it("is higher for a rare term than for a common one, and for two terms than for one", ({
    expect,
  }) => {
    const frequencies = { rare: 2, common: 900 };
    expect(score("rare x", frequencies)).toBeGreaterThan(score("common x", frequencies));
    expect(score("rare common", frequencies)).toBeGreaterThan(score("rare x", frequencies));
    expect(score("x y", frequencies)).toBe(0);
  });

  it("counts all that an open-ended term stands for", ({ expect }) => {
    const [term] = questionTerms("京", 9);
    const scoreOf = (text: string) =>
      scorePassage(
        rankingTerms(text),
        term === undefined ? [] : [{ term, knowledgeNumber: 1, frequency: 2 }],
        STATISTICS,
      );
    expect(scoreOf("東京都と京都")).toBeGreaterThan(scoreOf("東京都と大阪"));
    expect(scoreOf("東京")).toBeGreaterThan(0);
    expect(scoreOf("大阪")).toBe(0);
  });

  it("is never negative, however common the term", ({ expect }) => {
    fc.assert(
      fc.property(fc.nat(5000), fc.integer({ min: 1, max: 1000 }), (frequency, passageCount) => {
        expect(inverseFrequency(frequency, passageCount)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("the plan of a search", () => {
  it("lets all terms find where they are few enough to read", ({ expect }) => {
    expect(planOf({ a: 60, b: 30 })).toEqual({
      finding: ["b", "a"],
      ordering: [],
      isPartial: false,
    });
  });

  it("lets the rarest find, the others order, and leaves out what most passages have", ({
    expect,
  }) => {
    expect(planOf({ the: 900, some: 400, c: 70, d: 20 })).toEqual({
      finding: ["d", "c"],
      ordering: ["some"],
      isPartial: false,
    });
  });

  it("is partial where even the rarest is too common", ({ expect }) => {
    expect(planOf({ the: 900, of: 800 })).toEqual({
      finding: ["of"],
      ordering: [],
      isPartial: true,
    });
  });

  it("lets all terms find but those of most passages, where something else sifts", ({ expect }) => {
    expect(planOf({ the: 900, some: 400, c: 70 }, true).finding).toEqual(["c", "some"]);
    expect(planOf({ the: 900 }, true).finding).toEqual(["the"]);
  });

  it("uses no more terms than it may", ({ expect }) => {
    expect(planOf({ a: 1, b: 2, c: 3, d: 4, e: 5 }).finding).toEqual(["a", "b", "c", "d"]);
  });

  it("of nothing finds nothing", ({ expect }) => {
    expect(planOf({})).toEqual({ finding: [], ordering: [], isPartial: false });
  });
});

describe("the fusion of rankings", () => {
  it("puts first what stands high in both, then what is first in one", ({ expect }) => {
    const fused = fuseRankings([
      ["a", "b", "c"],
      ["b", "d"],
    ]);
    expect([...fused.keys()]).toEqual(["b", "a", "d", "c"]);
    expect(fused.get("a")).toBeCloseTo(1 / 61, 10);
  });

  it("of one ranking is that ranking", ({ expect }) => {
    expect([...fuseRankings([["x", "y", "z"]]).keys()]).toEqual(["x", "y", "z"]);
  });
});

describe("ranking terms", () => {
  it("hold each long word and its stem", ({ expect }) => {
    expect(rankingTerms("Install packages: 安装")).toEqual([
      "install",
      "_insta",
      "packages",
      "_packa",
      "安装",
      "装",
    ]);
  });

  it("of a question are distinct and at most so many", ({ expect }) => {
    expect(questionTerms("to be or not to be", 5).map(({ text }) => text)).toEqual([
      "to",
      "be",
      "or",
      "not",
    ]);
    expect(questionTerms("a b c d e f", 3)).toHaveLength(3);
  });
});
