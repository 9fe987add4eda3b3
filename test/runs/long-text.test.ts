import * as fc from "fast-check";
import { describe, it } from "vitest";

import { splitText } from "../../src/runs/events/long-text";

/** Letters of one, two and three bytes, and one that is two UTF-16 units. */
const texts = fc
  .array(fc.constantFrom("a", "é", "語", "👩"), { maxLength: 40 })
  .map((letters) => letters.join(""));

describe("text cut for rows", () => {
  it("is the same text again, in well-formed parts that are short enough", ({ expect }) => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 9 }), (text, max) => {
        const parts = splitText(text, max);
        expect(parts.join("")).toBe(text);
        expect(parts.every((part) => part.length <= max && part.isWellFormed())).toBe(true);
      }),
    );
  });
});
