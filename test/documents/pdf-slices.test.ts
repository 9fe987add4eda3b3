/**
 * Honest PDFs with one thing that is large: they are read, in pieces, between which others have their turns. How
 * many at least is told by what there is to do, for between two turns no more is done than a limit allows.
 */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { DOCUMENT } from "../../src/limits";
import { deflated, packedPdf, pagePdf, rawPdf, stream } from "../support/raw-pdf";
import { watchTurns } from "../support/watch-turns";
import { sourceOf } from "./fixtures";

const WORDS = "BT /F 12 Tf 50 700 Td (harbour) Tj ET\n";
const MIB = 1024 * 1024;
const FONT = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>";

/** Work by `meter.ts`: of a token, of an operator. */
const TOKEN = 15;
const OPERATOR = 60;

async function read(file: Uint8Array) {
  let text = "";
  const { failure, turns } = await watchTurns(async () => {
    ({ text } = await extractText(sourceOf(file, "a")));
  });
  return { failure, turns, text };
}

/** The catalog, the node of all pages, and the pages, which have this in common; what they draw stands behind. */
function pagesOf(pages: number, each: string): string[] {
  const kids = Array.from({ length: pages }, (_, at) => `${at + 3} 0 R`).join(" ");
  const page = `<</Type/Page/Parent 2 0 R/Contents ${pages + 3} 0 R/PieceInfo[${each}]>>`;
  return [
    "<</Type/Catalog/Pages 2 0 R>>",
    `<</Type/Pages/Kids[${kids}]/Count ${pages}/MediaBox[0 0 600 800]/Resources<<${FONT}>>>>`,
    ...Array.from({ length: pages }, () => page),
  ];
}

const leastTurns = (work: number) => Math.floor(work / DOCUMENT.pdfMaxWorkAtOnce);

describe("a PDF of which one part is large", () => {
  for (const { what, each, work } of [
    { what: "much", each: "7 ".repeat(1500), work: 1500 * TOKEN },
    { what: "long texts", each: `(${"x".repeat(15_000)})`, work: 0 },
  ]) {
    it(`is read: all its objects in one packed stream, ${what} in each`, async ({ expect }) => {
      const pages = 300;
      const content = stream(await deflated(WORDS), "/Filter/FlateDecode");
      const file = await packedPdf(pagesOf(pages, each), [content]);
      const { failure, turns, text } = await read(file);
      expect(failure).toBeNull();
      expect(text.match(/harbour/g)).toHaveLength(pages);
      expect(turns).toBeGreaterThanOrEqual(leastTurns(pages * work));
    });
  }

  it("is read: a thousand pages that say much of themselves", async ({ expect }) => {
    const pages = 1000;
    const numbers = 1800;
    const file = rawPdf([...pagesOf(pages, "7 ".repeat(numbers)), stream(WORDS)]);
    const { failure, turns, text } = await read(file);
    expect(failure).toBeNull();
    expect(text.match(/harbour/g)).toHaveLength(pages);
    expect(turns).toBeGreaterThanOrEqual(leastTurns(pages * numbers * TOKEN));
  });

  it("is read: four thousand pages under one node", async ({ expect }) => {
    const pages = 4000;
    const file = rawPdf([...pagesOf(pages, ""), stream(WORDS)]);
    const { failure, turns, text } = await read(file);
    expect(failure).toBeNull();
    expect(text.match(/harbour/g)).toHaveLength(pages);
    // The node is walked once a page.
    expect(turns).toBeGreaterThanOrEqual(leastTurns(pages * pages));
  });

  it("is read: a page of a million operators, in blocks of megabytes", async ({ expect }) => {
    const operators = 1_000_000;
    const content = await deflated(`${"0 0 m ".repeat(operators)}${WORDS}`);
    const { failure, turns, text } = await read(pagePdf(stream(content, "/Filter/FlateDecode")));
    expect(failure).toBeNull();
    expect(text).toContain("harbour");
    expect(turns).toBeGreaterThanOrEqual(leastTurns(operators * OPERATOR));
  });

  it("is read: a page packed twice, in letters", async ({ expect }) => {
    const content = await deflated(WORDS.repeat(20_000));
    const hex = `${content.toHex()}>`;
    const file = pagePdf(
      stream(await deflated(hex), "/Filter[/FlateDecode/ASCIIHexDecode/FlateDecode]"),
    );
    const { failure, text } = await read(file);
    expect(failure).toBeNull();
    expect(text).toContain("harbour");
  });

  it("is read: a page whose font has twenty megabytes, by what tells its letters", async ({
    expect,
  }) => {
    const font = `/Font<</F<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 5 0 R/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor<</Type/FontDescriptor/FontName/A/Flags 4/FontFile2 6 0 R>>>>]>>>>`;
    const letters = `1 begincodespacerange <0000> <ffff> endcodespacerange
${"1 beginbfrange <0041> <0042> <0048> endbfrange\n".repeat(20_000)}`;
    const file = pagePdf(
      stream("BT /F 12 Tf 50 700 Td <00410042> Tj ET"),
      [
        stream(await deflated(letters), "/Filter/FlateDecode"),
        stream(await deflated(new Uint8Array(20 * MIB)), "/Filter/FlateDecode"),
      ],
      font,
    );
    const { failure, text } = await read(file);
    expect(failure).toBeNull();
    expect(text).toContain("HI");
  });
});
