/** Marks that Office documents keep in a way of their own: numbers of slides, pictures of fonts, notes, places. */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { zipFile } from "../support/zip-file";
import { sourceOf } from "./fixtures";
import { relations, textOf } from "./office-package";

const slide = async (content: string) =>
  (
    await textOf("ppt/presentation.xml", {
      "ppt/presentation.xml":
        '<presentation><sldIdLst><sldId id="256" r:id="r1"/></sldIdLst></presentation>',
      "ppt/_rels/presentation.xml.rels": relations(["slide", "slide.xml"]),
      "ppt/slide.xml": `<sld>${content}</sld>`,
    })
  ).replace("[slide 1]\n", "");

const shape = (paragraphs: string, styles = "") =>
  `<sp><txBody><lstStyle>${styles}</lstStyle>${paragraphs}</txBody></sp>`;
const line = (text: string, properties = "", level = 0, run = "") =>
  `<p><pPr lvl="${level}">${properties}</pPr><r><rPr>${run}</rPr><t>${text}</t></r></p>`;
const numbered = (type: string, startAt = "") => `<buAutoNum type="${type}"${startAt}/>`;

describe("numbers of a slide", () => {
  const period = numbered("arabicPeriod");
  it.for([
    [
      "go on behind deeper levels, an empty paragraph takes none, another shape begins anew",
      shape(
        line("a", period) +
          line("deep", numbered("alphaLcParenR"), 1) +
          line("deep", numbered("alphaLcParenR"), 1) +
          line("", period) +
          line("b", period),
      ) + shape(line("c", period)),
      "1. a\n  a) deep\n  b) deep\n2. b\n\n1. c",
    ],
    [
      "end where a paragraph has none, and begin where they are told to",
      shape(
        line("iv", numbered("romanLcParenBoth", ' startAt="4"')) +
          line("v", numbered("romanLcParenBoth", ' startAt="4"')) +
          line("bullet", '<buChar char="•"/>') +
          line("again", period) +
          line("A", numbered("alphaUcPlain")),
      ),
      "(iv) iv\n(v) v\nbullet\n1. again\nA A",
    ],
    [
      "come from the text's own styles, too",
      shape(
        "<p><r><t>one</t></r></p>" + line("none", "<buNone/>") + line("sub", "", 1),
        `<lvl1pPr>${numbered("circleNumDbPlain")}</lvl1pPr><lvl2pPr>${numbered("ea1ChsPeriod")}</lvl2pPr>`,
      ),
      "1. one\nnone\n  1. sub",
    ],
    [
      "stand before a title's words",
      `<sp><nvPr><ph type="title"/></nvPr><txBody>${line("Aims", numbered("arabicPlain"))}</txBody></sp>`,
      "# 1 Aims",
    ],
  ] as const)("%s", async ([, content, text], { expect }) => {
    expect(await slide(content)).toBe(text);
  });
});

const body = (content: string, footnotes = "") =>
  textOf("word/document.xml", {
    "word/document.xml": `<document><body>${content}</body></document>`,
    "word/_rels/document.xml.rels": relations(["footnotes", "footnotes.xml"]),
    "word/footnotes.xml": `<footnotes>${footnotes}</footnotes>`,
  });
const run = (content: string, properties = "") => `<r><rPr>${properties}</rPr>${content}</r>`;
const font = (name: string) => `<rFonts w:ascii="${name}" w:hAnsi="${name}"/>`;

describe("letters that are pictures", () => {
  it("of a DOCX are told as what they show, by a symbol or by their run's font", async ({
    expect,
  }) => {
    const text = await body(
      `<p>${run('<sym w:font="Wingdings" w:char="F0FC"/>')}${run("<t> done </t>")}${run('<sym w:font="Symbol" w:char="F061"/>')}${run("<t>bc\uf0b1</t>", font("Symbol"))}${run("<t>ü</t>", font("wingdings"))}${run("<t>ü\uf0fc</t>", font("Arial"))}${run('<sym w:font="Own" w:char="F041"/>')}</p>`,
    );
    expect(text).toBe("✓ done αβχ±✓ü");
  });

  it("of a slide, an arrow that a program has made of letters among them", async ({ expect }) => {
    const text = await slide(
      shape(
        line("\uf0a8 no", "", 0, '<latin typeface="Wingdings"/>') +
          line("à", "", 0, '<latin typeface="Arial"/><sym typeface="Wingdings"/>') +
          line("à", "", 0, '<latin typeface="Arial"/>'),
      ),
    );
    expect(text).toBe("☐ ■☐\n→\nà");
  });

  it("of a workbook, by the cell's font or the part's own", async ({ expect }) => {
    const text = await textOf("xl/workbook.xml", {
      "xl/workbook.xml": '<workbook><sheets><sheet name="A" r:id="r1"/></sheets></workbook>',
      "xl/_rels/workbook.xml.rels": relations(
        ["worksheet", "sheet.xml"],
        ["sharedStrings", "strings.xml"],
        ["styles", "styles.xml"],
      ),
      "xl/styles.xml":
        '<styleSheet><fonts><font><name val="Calibri"/></font><font><sz val="9"/><name val="Wingdings"/></font></fonts><cellXfs><xf fontId="0"/><xf fontId="1"/></cellXfs></styleSheet>',
      "xl/strings.xml":
        '<sst><si><t>ü</t></si><si><r><rPr><rFont val="Wingdings"/></rPr><t>û</t></r><r><rPr><rFont val="Arial"/></rPr><t> não</t></r></si></sst>',
      "xl/sheet.xml":
        '<worksheet><sheetData><row r="1"><c r="A1" t="s" s="1"><v>0</v></c><c r="B1" t="s"><v>0</v></c><c r="C1" t="s" s="1"><v>1</v></c><c r="D1" t="inlineStr" s="1"><is><t>J</t></is></c><c r="E1" s="1"><v>5</v></c></row></sheetData></worksheet>',
    });
    expect(text).toBe("[sheet 1: A]\n✓\tü\t✗ não\t☺\t5");
  });

  it("of an RTF, whose fonts are named at its start", async ({ expect }) => {
    const rtf = String.raw`{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}{\f3\fcharset2{\*\panose 05}Wingdings{\*\falt Arial};}{\f4\fcharset2 Symbol;}{\f5\fcharset2 Own Signs;}}\f0 a{\f3\'fc}{\f3\u-3843?\'9f}{\f4 b}{\f5\u-3843?}\'e0\par}`;
    const { text } = await extractText(sourceOf(rtf, "a.rtf"));
    expect(text).toBe("a✓☒•βа");
  });

  it("of an OpenDocument text, by the styles of its words", async ({ expect }) => {
    const file = await zipFile([
      { name: "mimetype", content: "application/vnd.oasis.opendocument.text" },
      {
        name: "content.xml",
        content:
          '<document-content><automatic-styles><style name="T1"><text-properties font-name="Wingdings1"/></style><style name="T2"><text-properties font-weight="bold"/></style></automatic-styles><body><text><p>a<span style-name="T1">\uf0fc<span style-name="T2">\uf04a</span></span> b<span style-name="T2">\uf0fc</span></p></text></body></document-content>',
      },
    ]);
    expect((await extractText(sourceOf(file, "a"))).text).toBe("a✓☺ b");
  });

  it.for([
    ["<p>fine <span style='font-family:Wingdings'>J</span> you</p>", "fine ☺ you"],
    ['<font face="Wingdings, Arial">&#252;<b>&#159;</b></font>J', "✓•J"],
    [
      `<p><span style='font-family:Symbol'>·<span style='font:7.0pt "Times New Roman"'>J </span></span>item</p>`,
      "•J item",
    ],
    ["<p style='font:9pt Arial;font-family:\"Wingdings 2\",serif'>P</p>", "✓"],
    ["<p style='font:bold 9pt Webdings'>a</p><p style='font-family:Own'>\uf0fc</p>", "✓\n\n\uf0fc"],
  ] as const)("of HTML: %s", async ([html, text], { expect }) => {
    expect((await extractText(sourceOf(html, "a.html"))).text).toBe(text);
  });
});

describe("text that is drawn", () => {
  it("along a path by Word's older drawings is told once", async ({ expect }) => {
    const art = '<pict><shape><textpath string="SALE &amp; MORE"/></shape></pict>';
    const text = await body(
      `<p>${run("<t>a</t>")}<r>${art}</r><r><AlternateContent><Choice><txbxContent><p>${run("<t>new</t>")}</p></txbxContent></Choice><Fallback>${art}</Fallback></AlternateContent></r></p><p>${run("<t>b</t>")}</p>`,
    );
    expect(text).toBe("a\n\nSALE & MORE\n\nnew\n\nb");
  });
});

const call = (id: number, mark = "") =>
  `<r><footnoteReference id="${id}"${mark === "" ? "" : ' customMarkFollows="1"'}/>${mark}</r>`;
const note = (id: number, content: string) => `<footnote id="${id}"><p>${content}</p></footnote>`;
const cell = (place: string, value: string) => `<c r="${place}"><v>${value}</v></c>`;

it("notes of a DOCX keep a mark of the writer's own, and the others their numbers", async ({
  expect,
}) => {
  const text = await body(
    `<p>${run("<t>one</t>")}${call(2, "<t>*</t>")}${run("<t> two</t>")}${call(3)}${run("<t> three</t>")}${call(4, '<sym font="Symbol" char="F0A7"/>')}</p>`,
    note(2, run("<t>*</t>") + run("<t> the first</t>")) +
      note(3, run("<footnoteRef/>") + run("<t> the second</t>")) +
      note(4, run('<sym font="Symbol" char="F0A7"/>') + run("<t>the third</t>")),
  );
  expect(text).toBe(
    "one[^*] two[^1] three[^♣]\n\n[^*]: the first\n[^1]: the second\n[^♣]: the third",
  );
});

it("a workbook's cells and rows stand in their places, whatever their order", async ({
  expect,
}) => {
  const text = await textOf("xl/workbook.xml", {
    "xl/workbook.xml": '<workbook><sheets><sheet name="A" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": relations(["worksheet", "sheet.xml"]),
    "xl/sheet.xml": `<worksheet><sheetData><row r="3">${cell("C3", "33")}${cell("A3", "31")}${cell("A3", "310")}</row><row r="1">${cell("B1", "12")}</row><row r="6">${cell("A6", "61")}</row><row>${cell("A7", "71")}<c><v>72</v></c></row><row r="2">${cell("A2", "21")}</row></sheetData></worksheet>`,
  });
  expect(text).toBe("[sheet 1: A]\n\t12\n21\n310\t\t33\n\n61\n71\t72");
});
