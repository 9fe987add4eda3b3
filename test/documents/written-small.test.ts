/** What is written small or not at all: formulas, raised numbers, soft hyphens, what a page keeps closed. */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { sourceOf } from "./fixtures";
import { relations, textOf } from "./office-package";

const body = (content: string) =>
  textOf("word/document.xml", {
    "word/document.xml": `<w:document><w:body>${content}</w:body></w:document>`,
  });
const slide = (content: string) =>
  textOf("ppt/presentation.xml", {
    "ppt/presentation.xml":
      '<presentation><sldIdLst><sldId id="256" r:id="r1"/></sldIdLst></presentation>',
    "ppt/_rels/presentation.xml.rels": relations(["slide", "slide.xml"]),
    "ppt/slide.xml": `<sld><sp><txBody>${content}</txBody></sp></sld>`,
  });
const html = async (page: string) => (await extractText(sourceOf(page, "a.html"))).text;

const m = (name: string, ...content: string[]) => `<m:${name}>${content.join("")}</m:${name}>`;
const r = (text: string) => m("r", m("t", text));
const mark = (name: string, value: string) => `<m:${name} m:val="${value}"/>`;
const power = (base: string, exponent: string) => m("sSup", m("e", r(base)), m("sup", r(exponent)));

describe("a formula", () => {
  it.for([
    [m("f", m("num", r("a+1")), m("den", r("2b"))), "(a+1)/(2b)"],
    [m("f", m("num", r("3.5")), m("den", r("x"))), "3.5/x"],
    [r("2.2×") + power("10", "-6") + power("x", "n+1"), "2.2×10⁻⁶x^(n+1)"],
    [m("sSub", m("e", r("x")), m("sub", r("i"))), "x_i"],
    [m("sSubSup", m("e", r("x")), m("sub", r("i")), m("sup", r("2"))), "x_i²"],
    [m("rad", m("radPr", mark("degHide", "1")), m("deg"), m("e", r("a+b"))), "√(a+b)"],
    [m("rad", m("deg", r("3")), m("e", r("x"))), "3√x"],
    [
      m(
        "nary",
        m("naryPr", mark("chr", "∑")),
        m("sub", r("i=0")),
        m("sup", r("n")),
        m("e", r("i")),
      ),
      "∑_(i=0)^n i",
    ],
    [m("nary", m("sub"), m("sup"), m("e", r("f dx"))), "∫ f dx"],
    [
      m(
        "d",
        m("dPr", mark("begChr", "["), mark("endChr", "]")),
        m(
          "e",
          m("m", m("mr", m("e", r("1")), m("e", r("0"))), m("mr", m("e", r("0")), m("e", r("1")))),
        ),
      ),
      "[1, 0; 0, 1]",
    ],
    [m("f", m("num", r("1")), m("den", m("d", m("e", r("a+b"))))), "1/(a+b)"],
    [m("func", m("fName", r("sin")), m("e", r("θ"))), "sin θ"],
    [r("sin\u2061θ"), "sin θ"],
    [m("limLow", m("e", r("lim")), m("lim", r("x→0"))), "lim_(x→0)"],
    [m("acc", m("e", r("x"))), "x\u0302"],
  ] as const)("of a DOCX and of a slide: %s", async ([formula, text], { expect }) => {
    const written = m("oMathPara", m("oMath", formula));
    expect(
      await body(`<w:p><w:r><w:t>so </w:t></w:r>${written}<w:r><w:t>.</w:t></w:r></w:p>`),
    ).toBe(`so ${text}.`);
    expect(await slide(`<a:p><a:r><a:t>so </a:t></a:r>${written}</a:p>`)).toBe(
      `[slide 1]\nso ${text}`,
    );
  });
});

const run = (text: string, properties = "") =>
  `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;

describe("a raised number", () => {
  it("is none of the number that it stands behind", async ({ expect }) => {
    const up = '<w:vertAlign w:val="superscript"/>';
    const down = '<w:vertAlign w:val="subscript"/>';
    expect(
      await body(
        `<w:p>${run("10") + run("-6", up) + run(" m") + run("2", up) + run(" H") + run("2", down) + run("O on the 1") + run("st", up)}</w:p>`,
      ),
    ).toBe("10⁻⁶ m² H2O on the 1st");
    expect(
      await slide('<p><r><t>10</t></r><r><rPr baseline="30000"/><t>5</t></r><r><t>0</t></r></p>'),
    ).toBe("[slide 1]\n10⁵0");
    expect(await html("<p>10<sup>5</sup> x<sup>n</sup> H<sub>2</sub>O")).toBe("10⁵ xn H2O");
  });
});

describe("what nobody sees", () => {
  it("of a page is its closed dialogs, and the marks of where words may be divided", async ({
    expect,
  }) => {
    expect(
      await html(
        "<!doctype html><p>co&shy;op<dialog>closed</dialog><dialog open>open</dialog><noframes><p>old</noframes><p><q>said</q>",
      ),
    ).toBe("coop\n\nopen\n\n“said”");
    expect(await body("<w:p><w:r><w:t>co\u00adop</w:t></w:r></w:p>")).toBe("coop");
  });
});

it("a workbook's texts are shown as their cells say", async ({ expect }) => {
  const text = await textOf("xl/workbook.xml", {
    "xl/workbook.xml": '<workbook><sheets><sheet name="A" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": relations(["worksheet", "sheet.xml"], ["styles", "styles.xml"]),
    "xl/styles.xml":
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0;0;0;&quot;Dr &quot;@"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
    "xl/sheet.xml":
      '<worksheet><sheetData><row r="1"><c r="A1" s="1" t="str"><v>Bo</v></c><c r="B1" s="1"><v>7</v></c><c r="C1" t="str"><v>Bo</v></c></row></sheetData></worksheet>',
  });
  expect(text).toBe("[sheet 1: A]\nDr Bo\t7\tBo");
});
