/** RTF's ways of writing characters, which its producers mix as they like. */
import { it } from "vitest";

import { extractText } from "../../src/documents";
import { sourceOf } from "./fixtures";

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
