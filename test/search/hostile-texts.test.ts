/** Texts that nobody writes: each is taken apart in work and size in proportion to its length. */
import { describe, it } from "vitest";

import { KNOWLEDGE } from "../../src/limits";
import { chunksOf, chunkText, joinChunks } from "../../src/search/chunk-text";
import { questionTerms, rankingTerms } from "../../src/search/ranking-terms";
import { foldText, indexTerms, queryPhrases } from "../../src/search/search-text";

const LENGTH = 400_000;

/** Repeated up to `LENGTH`: words without end, separators alone, marks, ligatures, and what regular expressions stumble on. */
const UNITS: Readonly<Record<string, string>> = {
  "one endless word": "a",
  "one endless line of Han": "東",
  "one endless line of Thai": "กำ",
  "syllables as single letters": "\u1100\u1161\u11a8",
  "scripts that take turns": "a東",
  spaces: " ",
  "blank lines": "\n \n",
  "spaces before lines": "    \n",
  "full stops": ".",
  "full stops and brackets": ".)",
  "sentences of nothing": ". ",
  "Han sentences of nothing": "。",
  "marks of one place": "\u0301",
  "marks that change places": "\u0301\u0316",
  "letters under many marks": `a${"\u0301\u0316".repeat(40)}`,
  "invisible signs": "\u200b\u00ad",
  "ligatures of eighteen letters": "\ufdfa",
  "letters that unfold in upper case": "ß",
  "halves of characters": "\ud800",
  numbers: "1 ",
};

describe.for(Object.entries(UNITS))("%s", ([, unit]) => {
  const text = unit.repeat(Math.ceil(LENGTH / unit.length));

  it("has no more terms than letters, and little more in them", ({ expect }) => {
    const terms = indexTerms(text);
    expect(terms.length).toBeLessThanOrEqual(2 * text.length);
    const chars = terms.reduce((sum, term) => sum + term.length, 0);
    // Of scripts without spaces each letter stands in two terms.
    expect(chars).toBeLessThanOrEqual(4 * text.length);
    expect(Math.max(0, ...new Set(terms.map((term) => term.length)))).toBeLessThanOrEqual(64);
  });

  it("is cut into passages that cover it", ({ expect }) => {
    const chunks = chunkText(text, KNOWLEDGE.passage);
    expect(joinChunks(chunks)).toBe(text);
    // Cut in their later half at the worst, and the overlap comes off.
    const least = KNOWLEDGE.passage.max / 2 - KNOWLEDGE.passage.overlap;
    expect(chunks.length).toBeLessThanOrEqual(text.length / least + 1);
    expect(chunks.every((chunk) => chunk.text.length <= KNOWLEDGE.passage.max)).toBe(true);
  });

  it("is a question of a bounded number of terms", ({ expect }) => {
    const terms = questionTerms(text.slice(0, KNOWLEDGE.maxQuestionChars), 64);
    expect(terms.length).toBeLessThanOrEqual(64);
  });
});

describe("marks without end", () => {
  it("are folded to those of one letter, and to none that search does not look at", ({
    expect,
  }) => {
    expect(foldText(`a${"\u0301\u0316".repeat(100_000)}b`)).toBe("ab");
    expect(foldText(`क${"\u093e".repeat(100_000)}`)).toHaveLength(31);
  });

  it("leave what people write as it is", ({ expect }) => {
    expect(indexTerms("Việt Nam, שָׁלוֹם, नमस्ते")).toEqual(["viet", "nam", "שלום", "नमस्ते"]);
  });
});

describe("a ligature of eighteen letters", () => {
  it("is found by the words that it stands for", ({ expect }) => {
    const [phrase] = queryPhrases("صلى الله عليه وسلم");
    expect(indexTerms("قال النبي ﷺ")).toEqual(expect.arrayContaining([...(phrase?.terms ?? [])]));
    expect(indexTerms("ﷺ").length).toBe(4);
  });
});

it("looks no further than the passage that is asked for", ({ expect }) => {
  const short = chunksOf("a b ".repeat(1000), KNOWLEDGE.passage).next().value;
  const long = chunksOf("a b ".repeat(1_000_000), KNOWLEDGE.passage).next().value;
  expect(long).toEqual(short);
});

it("takes each term of a question of thousands once", ({ expect }) => {
  const question = Array.from({ length: 5000 }, (_, at) => `w${at % 70}`).join(" ");
  expect(questionTerms(question, 64)).toHaveLength(64);
  expect(rankingTerms(question)).toHaveLength(5000);
});
