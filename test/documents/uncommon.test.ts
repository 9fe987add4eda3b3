/** What formats allow and few files hold. */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { zipFile } from "../support/zip-file";
import { sourceOf } from "./fixtures";
import { relations, textOf } from "./office-package";

const textIn = async (content: string, name: string) =>
  (await extractText(sourceOf(content, name))).text;

const styles = (...formats: number[]) =>
  `<styleSheet><cellXfs>${formats.map((id) => `<xf numFmtId="${id}"/>`).join("")}</cellXfs></styleSheet>`;

const sheet = async (cells: string) =>
  (
    await textOf("xl/workbook.xml", {
      "xl/workbook.xml": '<workbook><sheets><sheet name="A" r:id="r1"/></sheets></workbook>',
      "xl/_rels/workbook.xml.rels": relations(
        ["worksheet", "sheet.xml"],
        ["sharedStrings", "strings.xml"],
        ["styles", "styles.xml"],
      ),
      "xl/sheet.xml": `<worksheet><sheetData><row r="1">${cells}</row></sheetData></worksheet>`,
      "xl/strings.xml": "<sst><si><t>first</t></si></sst>",
      "xl/styles.xml": styles(0, 31, 57, 33, 8, 44),
    })
  ).replace("[sheet 1: A]\n", "");

describe("XLSX", () => {
  it.for([
    [
      "cells of a type and without a value as empty",
      '<c r="A1" t="b"/><c r="B1" t="s"/><c r="C1" t="e"/><c r="D1"><v>1</v></c>',
      "\t\t\t1",
    ],
    [
      "truth values in words",
      '<c r="A1" t="b"><v>true</v></c><c r="B1" t="b"><v>false</v></c>',
      "TRUE\tFALSE",
    ],
    [
      "dates of East Asian readers",
      '<c r="A1" s="1"><v>45000</v></c><c r="B1" s="2"><v>45000</v></c><c r="C1" s="3"><v>0.5</v></c>',
      "2023-03-15\t2023-03-15\t12:00:00",
    ],
    [
      "amounts of the reader's own currency",
      '<c r="A1" s="4"><v>-1234.5</v></c><c r="B1" s="5"><v>12.5</v></c>',
      "(1,234.50)\t12.50",
    ],
    [
      "days that are written out, without a time that nobody gave",
      '<c r="A1" t="d"><v>2024-02-09T00:00:00</v></c><c r="B1" t="d"><v>2024-02-09T08:30:00</v></c>',
      "2024-02-09\t2024-02-09T08:30:00",
    ],
  ] as const)("reads %s", async ([, cells, text], { expect }) => {
    expect(await sheet(cells)).toBe(text);
  });
});

describe("HTML", () => {
  it.for([
    [
      "cells that span rows and columns",
      "<table><tr><th rowspan=2>A<th colspan=2>B<th>C</tr><tr><td>1<td>2<td>3</tr><tr><td>x</tr></table>",
      "A\tB\t\tC\n\t1\t2\t3\nx",
    ],
    [
      "cells that span no further than their group",
      "<table><thead><tr><th rowspan=9>A<th>B</tr></thead><tbody><tr><td rowspan=0>1<td>2</tr><tr><td>3</tr></tbody></table>",
      "A\tB\n1\t2\n\t3",
    ],
    [
      "a table in a cell that spans",
      "<table><tr><td colspan=2><table><tr><td>a<td>b</tr></table><td>c</tr></table>",
      "a b\t\tc",
    ],
    [
      "a formula once",
      '<p>so <math><semantics><mi>x</mi><annotation encoding="application/x-tex">x</annotation></semantics></math>',
      "so x",
    ],
    [
      "lists of letters and Roman numbers, and those that count down",
      '<ol type="a"><li>x<li>y</ol><p>-</p><ol type="I" start="4"><li>x</ol><p>-</p><ol reversed start="2"><li>x<li>y</ol>',
      "a. x\nb. y\n\n-\n\nIV. x\n\n-\n\n2. x\n1. y",
    ],
    ["a list that counts down from nowhere", "<ol reversed><li>x<li>y</ol>", "- x\n- y"],
    [
      "menus, groups of headings and searches apart",
      "<p>a<hgroup>b</hgroup><search>c</search><menu><li>d<menu><li>e</menu></menu>",
      "a\n\nb\n\nc\n\n- d\n  - e",
    ],
    [
      "no text that is made invisible",
      '<p>a<span style="visibility: hidden">b</span><span style="Display:None">c</span>',
      "a",
    ],
    [
      "XHTML, whose elements close themselves and whose CDATA is text",
      '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="a.js"/></head><body><p>seen<![CDATA[ & <this>]]></p></body></html>',
      "seen & <this>",
    ],
  ] as const)("reads %s", async ([, page, text], { expect }) => {
    expect(await textIn(page, "a.html")).toBe(text);
  });
});

const body = (content: string) =>
  textOf("word/document.xml", {
    "word/document.xml": `<document><body>${content}</body></document>`,
    "word/_rels/document.xml.rels": relations(["numbering", "numbering.xml"]),
    "word/numbering.xml":
      '<numbering><abstractNum abstractNumId="0"><lvl ilvl="0"><start val="1"/><numFmt val="decimal"/><lvlText val="%1."/></lvl></abstractNum><num numId="1"><abstractNumId val="0"/></num></numbering>',
  });
const run = (text: string) => `<r><t xml:space="preserve">${text}</t></r>`;
const cell = (text: string, properties = "") =>
  `<tc><tcPr>${properties}</tcPr><p>${run(text)}</p></tc>`;
const formField = (data: string, result = "") =>
  `<r><fldChar fldCharType="begin"><ffData>${data}</ffData></fldChar></r><r><instrText>FORM</instrText></r><r><fldChar fldCharType="separate"/></r>${result}<r><fldChar fldCharType="end"/></r>`;
const item = (content: string, mark = "") =>
  `<p><pPr><numPr><ilvl val="0"/><numId val="1"/></numPr><rPr>${mark}</rPr></pPr>${content}</p>`;
const LIST = '<ddList><result val="1"/><listEntry val="red"/><listEntry val="blue"/></ddList>';

describe("DOCX", () => {
  it.for([
    [
      "tabs that stand at a place of the page",
      `<p>${run("left")}<r><ptab alignment="right"/></r>${run("right")}</p>`,
      "left\tright",
    ],
    [
      "paragraphs as one whose break is deleted, and as the last of them is",
      `<p><pPr><rPr><del id="1"/></rPr></pPr>${run("Hello ")}</p><p><pPr><outlineLvl val="0"/></pPr>${run("world")}</p><p>${run("end")}</p>`,
      "# Hello world\n\nend",
    ],
    [
      "no number for an item that is deleted or moved away",
      item("<del><r><delText>x</delText></r></del>", "<del/>") +
        item(`<moveFrom>${run("y")}</moveFrom>`, "<moveFrom/>") +
        item(run("kept")),
      "1. kept",
    ],
    [
      "what is chosen in a form's list, once",
      `<p>${run("Colour: ")}${formField(LIST)}${run(", ")}${formField(LIST, run("blue"))}</p>`,
      "Colour: blue, blue",
    ],
    [
      "a form's boxes",
      `<p>${formField('<checkBox><default val="0"/><checked/></checkBox>')}${run(" yes ")}${formField('<checkBox><default val="1"/><checked val="0"/></checkBox>')}${run(" no ")}${formField('<checkBox><default val="1"/></checkBox>')}</p>`,
      "☒ yes ☐ no ☒",
    ],
    [
      "cells that span columns, and rows that begin with none",
      `<tbl><tr>${cell("AB", '<gridSpan val="2"/>')}${cell("C")}</tr><tr><trPr><gridBefore val="1"/></trPr>${cell("b")}${cell("c")}</tr></tbl>`,
      "AB\t\tC\n\tb\tc",
    ],
  ] as const)("reads %s", async ([, content, text], { expect }) => {
    expect(await body(content)).toBe(text);
  });
});

const rtf = (content: string) => textIn(`{\\rtf1\\ansi\\ansicpg1252 ${content}}`, "a.rtf");

describe("RTF", () => {
  it.for([
    [
      "letters that old readers get in a form of their own",
      String.raw`a {\upr{?}{\*\ud{\u1046?}}} b`,
      "a Ж b",
    ],
    ["the joints between letters", String.raw`a\zwnj b\zwj c`, "a\u200cb\u200dc"],
    ["columns apart", String.raw`a\column b`, "a\n\nb"],
  ] as const)("reads %s", async ([, content, text], { expect }) => {
    expect(await rtf(content)).toBe(text);
  });
});

const openDocument = async (kind: string, content: string) => {
  const file = await zipFile([
    { name: "mimetype", content: `application/vnd.oasis.opendocument.${kind}` },
    {
      name: "content.xml",
      content: `<document-content><body>${content}</body></document-content>`,
    },
  ]);
  return (await extractText(sourceOf(file, "a"))).text;
};

describe("OpenDocument", () => {
  it("reads cells that do not tell how they are shown", async ({ expect }) => {
    const cells =
      '<table-cell o:value-type="float" o:value="4.5"/><table-cell o:value-type="date" o:date-value="2024-05-06"/><table-cell o:value-type="boolean" o:boolean-value="true"/><table-cell o:value-type="string" o:string-value="w"/><table-cell o:value="1"><p/></table-cell><table-cell o:value="0.5"><p>50%</p></table-cell>';
    const text = await openDocument(
      "spreadsheet",
      `<spreadsheet><table name="S"><table-row>${cells}</table-row></table></spreadsheet>`,
    );
    expect(text).toMatch(/\n4\.5\t2024-05-06\tTRUE\tw\t\t50%$/);
  });

  it("reads no sections and words that are hidden", async ({ expect }) => {
    const text = await openDocument(
      "text",
      '<text><p>a<hidden-text is-hidden="true">x</hidden-text><hidden-text is-hidden="false">b</hidden-text></p><section display="none"><p>unseen</p><list><list-item><p>y</p></list-item></list></section><section display="condition" is-hidden="true"><p>z</p></section><p>c</p></text>',
    );
    expect(text).toBe("ab\n\nc");
  });
});

const shape = (text: string, hidden = "") =>
  `<sp><nvSpPr><cNvPr id="1" name="n"${hidden}/></nvSpPr><txBody><p><r><t>${text}</t></r></p></txBody></sp>`;

describe("what is hidden", () => {
  it("by a style of a DOCX is not told", async ({ expect }) => {
    const text = await textOf("word/document.xml", {
      "word/document.xml": `<document><body><p>${run("seen")}<r><rPr><rStyle val="Base"/></rPr><t>not</t></r><r><rPr><rStyle val="Derived"/></rPr><t>not</t></r><r><rPr><rStyle val="Shown"/></rPr><t>, too</t></r></p><p><pPr><pStyle val="Base"/></pPr>${run("not")}</p><p>${run("end")}</p></body></document>`,
      "word/_rels/document.xml.rels": relations(["styles", "styles.xml"]),
      "word/styles.xml":
        '<styles><style styleId="Base"><rPr><vanish/></rPr></style><style styleId="Derived"><basedOn val="Base"/></style><style styleId="Shown"><basedOn val="Base"/><rPr><vanish val="0"/></rPr></style></styles>',
    });
    expect(text).toBe("seen, too\n\nend");
  });

  it("of a slide's shapes is not told", async ({ expect }) => {
    const text = await textOf("ppt/presentation.xml", {
      "ppt/presentation.xml":
        '<presentation><sldIdLst><sldId id="256" r:id="r1"/></sldIdLst></presentation>',
      "ppt/_rels/presentation.xml.rels": relations(["slide", "slide.xml"]),
      "ppt/slide.xml": `<sld>${shape("not", ' hidden="1"')}${shape("seen")}${shape("also", ' hidden="0"')}</sld>`,
    });
    expect(text).toBe("[slide 1]\nseen\n\nalso");
  });
});
