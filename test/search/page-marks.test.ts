/** The pages that passages of a headed text have something of. */
import * as fc from "fast-check";
import { expect, it } from "vitest";

import { chunkText } from "../../src/search/chunk-text";
import { pagesBy, pagesOf } from "../../src/search/page-marks";

const TEXT =
  "Before\n[page 1]\nA loom.\n\n[page 2]\nA reed [page 9] of it.\n\n[slide 3: Reeds]\nThe end.";

it.each([
  ["Before", null],
  ["A loom", 1],
  ["A reed", 2],
  ["of it", 2],
  ["The end", 3],
])("%s stands on page %s", (words, page) => {
  expect(pagesBy(TEXT)(TEXT.indexOf(words))).toBe(page);
});

it.each([
  ["[page 4]\nA loom.", 3, [4]],
  ["\n[page 4]\nA loom.\n[page 5]\nA reed.", null, [4, 5]],
  ["the loom.\n\n[page 4]\nA reed.", 3, [3, 4]],
  ["the loom.", 3, [3]],
  ["the loom.", null, []],
])("%j has something of its pages", (passage, first, pages) => {
  expect(pagesOf(passage, first)).toEqual(pages);
});

it("is the same for passages of any length", () => {
  const pages = Array.from(
    { length: 30 },
    (_, at) => `[page ${at + 1}]\n${"word ".repeat(at * 3)}`,
  );
  const text = pages.join("\n");
  const starts = pages.map((_, at) => text.indexOf(`[page ${at + 1}]`));
  const sizes = fc.record({ max: fc.integer({ min: 20, max: 400 }), overlap: fc.nat(10) });
  fc.assert(
    fc.property(sizes, (size) => {
      const pageAt = pagesBy(text);
      for (const { text: passage, offset } of chunkText(text, size)) {
        const first = starts.findLastIndex((start) => start <= offset) + 1;
        expect(pageAt(offset)).toBe(first);
        const begun = [...passage.matchAll(/\[page (\d+)\]/g)].map(({ 1: page }) => Number(page));
        const isHead = passage.trimStart().startsWith("[page ") && begun.length > 0;
        expect(pagesOf(passage, first)).toEqual(isHead ? begun : [first, ...begun]);
      }
    }),
  );
});
