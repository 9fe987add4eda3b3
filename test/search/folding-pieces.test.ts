/** Proves that long texts are folded in pieces, none of which keeps others waiting, and are found as whole ones. */
import { array, assert, constantFrom, property } from "fast-check";
import { describe, it } from "vitest";

import { foldingPieces, indexTerms } from "../../src/search/search-text";

const PIECE_CHARS = 8192;

const piecesOf = (text: string) => [...foldingPieces(text)];
const termsOf = (pieces: readonly string[]) => pieces.flatMap((piece) => indexTerms(piece));

/** Letters of several parts, marks, scripts without spaces, halves of pairs. */
const UNITS = [
  "a",
  "ß",
  "e\u0301",
  "\u1E69\u0323",
  "ﷺ",
  "漢",
  "가",
  "\u1100\u1161\u11A8",
  "\u{1D15E}",
  "\u{20000}",
  "\u0E01\u0E31",
  "\u0301",
  "\u200D",
  "\uD800",
];

describe("a text in pieces", () => {
  it.for(UNITS)("is whole, and no piece longer than is folded at once: %j", (unit, { expect }) => {
    const text = unit.repeat(30_000);
    const pieces = piecesOf(text);
    expect(pieces.join("")).toBe(text);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(PIECE_CHARS);
    expect(pieces.length).toBeLessThan(1.1 * (text.length / PIECE_CHARS) + 1);
    expect(pieces.every((piece) => piece.isWellFormed())).toBe(text.isWellFormed());
  });

  it("has the terms of the whole wherever its words end", ({ expect }) => {
    // Of what a ligature unfolds to a piece keeps more than the whole.
    const letters = UNITS.slice(0, -3).filter((unit) => unit !== "ﷺ");
    const word = array(constantFrom(...letters), { minLength: 1, maxLength: 30 });
    const words = array(
      word.map((units) => units.join("")),
      { minLength: 200, maxLength: 400 },
    );
    assert(
      property(words, constantFrom(" ", "。", "\n", ", "), (given, between) => {
        const text = given.join(between).repeat(4);
        expect(termsOf(piecesOf(text))).toEqual(indexTerms(text));
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });

  it("of letters alone loses one pair at each cut at most", ({ expect }) => {
    const text = "東京都の天気".repeat(4000);
    const lost = indexTerms(text).length - termsOf(piecesOf(text)).length;
    expect(Math.abs(lost)).toBeLessThan(piecesOf(text).length);
  });
});
