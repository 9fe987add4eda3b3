import * as fc from "fast-check";
import { describe, it } from "vitest";

import { cutText } from "../../src/domain/text";

describe("a text that is cut", () => {
  it("is a beginning of the whole, at most so long, and never ends inside a character", ({
    expect,
  }) => {
    const text = fc.string({ unit: fc.constantFrom("a", "é", "😁", "👩‍👩‍👧") });
    fc.assert(
      fc.property(text, fc.nat(60), (whole, chars) => {
        const cut = cutText(whole, chars);
        expect(whole.startsWith(cut)).toBe(true);
        expect(cut.length).toBeLessThanOrEqual(chars);
        expect(cut.length).toBeGreaterThanOrEqual(Math.min(chars, whole.length) - 1);
        expect(cut.isWellFormed()).toBe(true);
      }),
    );
  });
});
