/** Raised digits, powers and pictures of fonts, in the formats that keep them in styles of their own. */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { zipFile } from "../support/zip-file";
import { sourceOf } from "./fixtures";
import { relations, textOf } from "./office-package";

const rtf = async (content: string) =>
  (
    await extractText(
      sourceOf(String.raw`{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 ${content}\par}`, "a.rtf"),
    )
  ).text;

const odf = async (type: string, parts: Record<string, string>) =>
  (
    await extractText(
      sourceOf(
        await zipFile(
          Object.entries({
            mimetype: `application/vnd.oasis.opendocument.${type}`,
            ...parts,
          }).map(([name, content]) => ({ name, content })),
        ),
        "a",
      ),
    )
  ).text;

const style = (name: string, family: string, properties: string, parent = "") =>
  `<style:style style:name="${name}" style:family="${family}" style:parent-style-name="${parent}"><style:text-properties ${properties}/></style:style>`;
const span = (name: string, text: string) =>
  `<text:span text:style-name="${name}">${text}</text:span>`;

const html = async (content: string) =>
  (await extractText(sourceOf(`<!doctype html><p>so <math>${content}</math>.`, "a.html"))).text;

const field = (code: string, result = "") =>
  `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>${code}</w:instrText></w:r>${result}<w:r><w:fldChar w:fldCharType="end"/></w:r>`;
const docx = (content: string) =>
  textOf("word/document.xml", {
    "word/document.xml": `<w:document><w:body><w:p>${content}</w:p></w:body></w:document>`,
  });

describe("raised digits", () => {
  it.for<[what: string, content: string, text: string]>([
    ["in a group", String.raw`x{\super 2} + 10{\super -6} m`, "x² + 10⁻⁶ m"],
    [
      "in runs",
      String.raw`10{\super 1}{\super 2} m, CO\sub 2\nosupersub  x\up6 3\up0 4`,
      "10¹² m, CO2 x³4",
    ],
    ["ended by plain", String.raw`x\super 2\plain 3, the 1{\super st}`, "x²3, the 1st"],
    ["at a line's end", String.raw`m{\super 2}\par next`, "m²\n\nnext"],
    ["in a table", String.raw`\trowd\intbl m{\super 2}\cell b\cell\row`, "m²\tb"],
  ])("of an RTF: %s", async ([, content, text], { expect }) => {
    expect(await rtf(content)).toBe(text);
  });

  it("of an ODT, by styles and those that they go back to", async ({ expect }) => {
    const text = await odf("text", {
      "styles.xml": `<office:styles>${style("Up", "text", 'style:text-position="super 58%"')}</office:styles>`,
      "content.xml": `<office:document-content><office:automatic-styles>${style("T1", "text", 'style:text-position="33% 58%"')}${style("T2", "text", 'style:text-position="sub 58%"')}${style("T3", "text", 'fo:color="#000"', "Up")}</office:automatic-styles><office:body><office:text><text:p>10${span("T1", "-6")} m${span("T3", "2")} H${span("T2", "2")}O 5${span("Up", `<text:a>3</text:a>`)}</text:p></office:text></office:body></office:document-content>`,
    });
    expect(text).toBe("10⁻⁶ m² H2O 5³");
  });

  it("of a spreadsheet's cells", async ({ expect }) => {
    expect(
      await odf("spreadsheet", {
        "content.xml": `<office:document-content><office:automatic-styles>${style("T1", "text", 'style:text-position="super 58%"')}</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="A"><table:table-row><table:table-cell><text:p>m${span("T1", "2")}</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`,
      }),
    ).toBe("[sheet 1: A]\nm²");
    expect(
      await textOf("xl/workbook.xml", {
        "xl/workbook.xml": '<workbook><sheets><sheet name="A" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
          ["worksheet", "sheet.xml"],
          ["sharedStrings", "strings.xml"],
        ),
        "xl/strings.xml":
          '<sst><si><r><t>m</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r><r><t>3</t></r></si></sst>',
        "xl/sheet.xml":
          '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>',
      }),
    ).toBe("[sheet 1: A]\nm²3");
  });
});

describe("notes of an RTF", () => {
  it("keep the marks that the writer has chosen", async ({ expect }) => {
    expect(
      await rtf(
        String.raw`One{\super *{\footnote\pard{\super *} Own.}} two{\super\chftn{\footnote\pard{\super\chftn } Counted.}} x{\super 2}{\super\chftn}{\footnote{\super\chftn} Second.} end`,
      ),
    ).toBe("One[^*] two[^1] x²[^2] end\n\n[^*]: Own.\n[^1]: Counted.\n[^2]: Second.");
  });
});

describe("a formula of MathML", () => {
  it.for<[content: string, text: string]>([
    ["<msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><mi>y</mi>", "x²+y"],
    ["<mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><mn>2</mn></mfrac>", "(a+1)/2"],
    [
      "<msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt><mroot><mi>x</mi><mn>3</mn></mroot>",
      "√(a+b)3√x",
    ],
    [
      "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup><msub><mi>a</mi><mrow><mi>i</mi><mo>+</mo><mn>1</mn></mrow></msub>",
      "x_i²a_(i+1)",
    ],
    [
      "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>0</mn></mrow><mi>n</mi></munderover><mi>i</mi>",
      "∑_(i=0)^n i",
    ],
    ["<msup><mfrac><mi>a</mi><mi>b</mi></mfrac><mn>2</mn></msup>", "(a/b)²"],
    ["<mi>sin</mi><mo>&ApplyFunction;</mo><mi>θ</mi>", "sin θ"],
    ['<mfenced open="[" close="]" separators=";"><mi>a</mi><mi>b</mi></mfenced>', "[a;b]"],
    [
      "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd><mtd><mn>1</mn></mtd></mtr></mtable>",
      "1, 0; 0, 1",
    ],
    ["<mmultiscripts><mi>C</mi><mprescripts/><mn>6</mn><mn>14</mn></mmultiscripts>", "_6¹⁴C"],
    ["<mover><mi>x</mi><mo>¯</mo></mover>", "x\u0304"],
    [
      "\n <semantics>\n <mrow> <mi> x </mi> <mphantom><mi>y</mi></mphantom> </mrow> <annotation>x</annotation></semantics>",
      "x",
    ],
  ])("of a page: %s", async ([content, text], { expect }) => {
    expect(await html(content)).toBe(`so ${text}.`);
  });

  it("of an ODT stands in its line", async ({ expect }) => {
    const text = await odf("text", {
      "content.xml":
        '<office:document-content><office:body><office:text><text:p>so <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>.</text:p></office:text></office:body></office:document-content>',
      "Object 1/content.xml":
        '<math><semantics><msup><mi>x</mi><mn>2</mn></msup><annotation encoding="StarMath 5.0">x^2</annotation></semantics></math>',
    });
    expect(text).toBe("so x².");
  });
});

describe("a formula of Office", () => {
  it("keeps a power apart from what it is of", async ({ expect }) => {
    const fraction =
      "<m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f>";
    const text = await textOf("word/document.xml", {
      "word/document.xml": `<w:document><w:body><w:p><m:oMath><m:sSup><m:e>${fraction}</m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup><m:sPre><m:sub><m:r><m:t>6</m:t></m:r></m:sub><m:sup><m:r><m:t>14</m:t></m:r></m:sup><m:e><m:r><m:t>C</m:t></m:r></m:e></m:sPre></m:oMath></w:p></w:body></w:document>`,
    });
    expect(text).toBe("(a/b)²_6¹⁴C");
  });
});

describe("a field of Word that is a symbol", () => {
  it.for<[code: string, text: string]>([
    [String.raw` SYMBOL 252 \f Wingdings \s 12 `, "✓"],
    [String.raw`SYMBOL 183 \f "Symbol" \h`, "•"],
    ["SYMBOL 0x80", "€"],
    [String.raw`SYMBOL 8364 \u`, "€"],
    [String.raw`SYMBOL a \f Symbol`, "α"],
    [String.raw`PAGE \* MERGEFORMAT`, ""],
  ])("is shown without a result: %s", async ([code, text], { expect }) => {
    const escaped = code.replaceAll('"', "&quot;");
    expect(await docx(`<w:r><w:t>a</w:t></w:r>${field(escaped)}<w:r><w:t>b</w:t></w:r>`)).toBe(
      `a${text}b`,
    );
    const inRtf = code.replaceAll("\\", String.raw`\\`);
    expect(await rtf(String.raw`a{\field{\*\fldinst{\b ${inRtf}}}{\fldrslt {\f0 }}}b`)).toBe(
      `a${text}b`,
    );
  });

  it("is its result where it has one", async ({ expect }) => {
    const result = '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>ok</w:t></w:r>';
    expect(await docx(field("SYMBOL 252", result))).toBe("ok");
    expect(await rtf(String.raw`{\field{\*\fldinst SYMBOL 252}{\fldrslt ok}} b`)).toBe("ok b");
  });
});

it("slides of OpenDocument show the pictures of their fonts", async ({ expect }) => {
  const text = await odf("presentation", {
    "content.xml": `<office:document-content><office:font-face-decls><style:font-face style:name="F" svg:font-family="'Wingdings'"/></office:font-face-decls><office:automatic-styles>${style("T1", "text", 'style:font-name="Wingdings1"')}${style("T2", "text", 'fo:font-family="Symbol"')}${style("P1", "paragraph", 'style:font-name="F"')}${style("T3", "text", 'style:font-name="Arial"')}</office:automatic-styles><office:body><office:presentation>${["a", "b"].map((word) => `<draw:page><draw:frame><draw:text-box><text:p>${span("T1", "ü")} ${word} ${span("T2", word)}</text:p><text:p text:style-name="P1">ü${span("T3", "ü")}</text:p></draw:text-box></draw:frame></draw:page>`).join("")}</office:presentation></office:body></office:document-content>`,
  });
  expect(text).toBe("[slide 1]\n✓ a α\n\n✓ü\n\n[slide 2]\n✓ b β\n\n✓ü");
});
