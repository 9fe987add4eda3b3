import * as fc from "fast-check";
import { describe, it } from "vitest";

import { chunkText, joinChunks } from "../../src/search/chunk-text";

const SIZE = { max: 100, overlap: 25 };
const text = fc
  .array(
    fc.constantFrom(
      "word ",
      "a",
      "。",
      "文字",
      ". ",
      "! ",
      "\n",
      "\n\n",
      " ",
      "\u{1F600}",
      "x".repeat(40),
      "؟ ",
    ),
    { maxLength: 200 },
  )
  .map((parts) => parts.join(""));

describe("chunks of any text", () => {
  it("stand in the text at their offsets, within the size, none empty", ({ expect }) => {
    fc.assert(
      fc.property(text, (document) => {
        for (const chunk of chunkText(document, SIZE)) {
          expect(document.slice(chunk.offset, chunk.offset + chunk.text.length)).toBe(chunk.text);
          expect(chunk.text.length).toBeLessThanOrEqual(SIZE.max);
          expect(chunk.text).not.toBe("");
          expect(chunk.text.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it("make up the text when joined", ({ expect }) => {
    fc.assert(
      fc.property(text, (document) => {
        expect(joinChunks(chunkText(document, SIZE))).toBe(document);
      }),
    );
  });

  it("each bring something new, and repeat no more than the overlap", ({ expect }) => {
    fc.assert(
      fc.property(text, (document) => {
        let end = 0;
        for (const chunk of chunkText(document, SIZE)) {
          expect(end - chunk.offset).toBeLessThanOrEqual(SIZE.overlap);
          expect(chunk.offset + chunk.text.length).toBeGreaterThan(end);
          end = chunk.offset + chunk.text.length;
        }
      }),
    );
  });
});

describe("a chunk", () => {
  it("ends with a sentence where its later half holds an end of one", ({ expect }) => {
    const document = "One sentence of about forty characters. ".repeat(6);
    const chunks = chunkText(document, SIZE);
    expect(chunks.length).toBeGreaterThan(2);
    expect(chunks.map((chunk) => chunk.text.trimEnd().at(-1))).toEqual(chunks.map(() => "."));
  });

  it("ends with a paragraph rather than with a sentence", ({ expect }) => {
    const document = `${"a".repeat(20)}. ${"b".repeat(20)}. ${"c".repeat(20)}\n\n${"d".repeat(20)}. ${"e".repeat(60)}`;
    expect(chunkText(document, SIZE)[0]?.text).toMatch(/c\n\n$/u);
  });

  it("ends with a sentence of a script that puts no space after it", ({ expect }) => {
    const document = "这是一个大约二十个字的句子，用来试一试。".repeat(12);
    const chunks = chunkText(document, SIZE);
    expect(chunks.length).toBeGreaterThan(2);
    expect(chunks.map((chunk) => chunk.text.at(-1))).toEqual(chunks.map(() => "。"));
    expect(chunks[1]?.text.at(0)).toBe("这");
  });

  it("begins with the last sentence of the one before it, where the overlap has room", ({
    expect,
  }) => {
    const document = `${"Filler of a sentence. ".repeat(4)}Short one. ${"Another sentence. ".repeat(5)}`;
    const [first, second] = chunkText(document, SIZE);
    expect(first?.text).toMatch(/Short one\. $/u);
    expect(second?.text).toMatch(/^Short one\./u);
  });

  it("is the whole text where that is short", ({ expect }) => {
    expect(chunkText("  Hello.\n", SIZE)).toEqual([{ text: "  Hello.\n", offset: 0 }]);
  });
});

it("an empty text has no chunks", ({ expect }) => {
  expect(chunkText("", SIZE)).toEqual([]);
});
