/** RTF's ways of writing characters, which its producers mix as they like. */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { fixture, sourceOf } from "./fixtures";

async function textOf(rtf: string): Promise<string> {
  return (await extractText(sourceOf(rtf, "a.rtf"))).text;
}

it("reads escaped bytes in the code page of the document and of the font", async ({ expect }) => {
  const fonts = String.raw`{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset134 SimSun;}}`;
  expect(
    await textOf(
      String.raw`{\rtf1\ansi\ansicpg1252 ${fonts}\f0 caf\'e9 \f1\'c3\'e0\'e2 \f2\'b8\'db\'bf\'da{\f0\'e9}\'b8\'db}`,
    ),
  ).toBe("café Гав 港口é港");
});

it("reads a two-byte character whose second byte looks like a letter", async ({ expect }) => {
  expect(await textOf(String.raw`{\rtf1\ansi\ansicpg932 \'83A\'83C}`)).toBe("アイ");
});

it("reads Unicode with and without characters for old readers", async ({ expect }) => {
  expect(
    await textOf(String.raw`{\rtf1\ansi A\u28207 ?B\u-10179\'3f\u-8704\'3f{\uc0\u21475}C}`),
  ).toBe("A港B😀口C");
});

it("keeps escaped braces, dashes and fixed spaces", async ({ expect }) => {
  expect(await textOf(String.raw`{\rtf1 a\{b\}\\c\~d\emdash e\_f\-g}`)).toBe("a{b}\\c d—e-fg");
});

it("passes over pictures, raw bytes, fields' instructions and hidden text", async ({ expect }) => {
  const rtf = String.raw`{\rtf1 one{\pict\pngblip 89504e47}{\*\unknown no}{\v no}\bin5 {{{{{ two {\field{\*\fldinst HYPERLINK "x"}{\fldrslt three}}}`;
  expect(await textOf(rtf)).toBe("one two three");
});

it("numbers headings and items as they are shown", async ({ expect }) => {
  const rtf = String.raw`{\rtf1{\fonttbl{\f3\fcharset2 Wingdings;}}{\stylesheet{\s1 heading 1;}}
\pard\s1{\listtext 2.1\tab}Scope\par\pard{\listtext\f3 n\tab}\ilvl1 item\par\pard text\par}`;
  expect(await textOf(rtf)).toBe("# 2.1 Scope\n\n  - item\n\ntext");
});

describe("a star", () => {
  for (const [file, text] of [
    ["star-mid-group.rtf", "The quick brown fox"],
    ["star-mid-par.rtf", "Before after"],
  ] as const) {
    it(`that is not the first thing of a group hides nothing: ${file}`, async ({ expect }) => {
      expect((await extractText(await fixture(`odd/${file}`))).text).toBe(text);
    });
  }

  it("hides a group that begins with it and an unknown word", async ({ expect }) => {
    const rtf = String.raw`{\rtf1 one{\*\unknown no {\b no}}{\b\*\unknown two}{\'e9\*\unknown three}}`;
    expect(await textOf(rtf)).toBe("onetwoéthree");
  });
});

describe("a list", () => {
  it("may tell a mark before the paragraph's own settings", async ({ expect }) => {
    const { text } = await extractText(await fixture("odd/word-mac-list.rtf"));
    expect(text).toBe("Fruit list:\n\n1. apples\n2. pears\n3. plums\n\nEnd.");
  });

  it("ends where a paragraph's settings come after its text", async ({ expect }) => {
    expect(
      await textOf(String.raw`{\rtf1 {\pntext 1.\tab}one\par\pard two\par three\pard\par}`),
    ).toBe("1. one\n\ntwo\n\nthree");
  });
});

it("replaces half of a surrogate pair, and joins the halves of one", async ({ expect }) => {
  const { text } = await extractText(await fixture("odd/surr.rtf"));
  expect(text).toBe("lone \ufffd end, pair 😁 ok");
});

it("drops a mark of UTF-8 before the first group", async ({ expect }) => {
  const found = await extractText(await fixture("odd/n-utf8-bom.rtf"));
  expect(found).toMatchObject({ mimeType: "application/rtf", text: "Hello" });
});

it("keeps two-byte characters whole in a run of any length", async ({ expect }) => {
  const run = String.raw`x\'8d\'60\'8c\'fb`.repeat(5000);
  expect(await textOf(String.raw`{\rtf1\ansi\ansicpg932 ${run}}`)).toBe("x港口".repeat(5000));
  const bytes = new Uint8Array(40_000).fill(0x83);
  const head = new TextEncoder().encode(String.raw`{\rtf1\ansi\ansicpg932 a`);
  const raw = new Uint8Array([...head, ...bytes, 0x7d]);
  expect((await extractText(sourceOf(raw, "a.rtf"))).text).toBe(
    `a${new TextDecoder("shift_jis").decode(bytes)}`,
  );
});
