/** What the programs at hand do not write, but others do: packages made by hand, as small as they can be. */
import { describe, it } from "vitest";

import { relations, textOf } from "./office-package";

function item(list: string, depth: number, text: string): string {
  const properties = `<w:numPr><w:ilvl w:val="${depth}"/><w:numId w:val="${list}"/></w:numPr>`;
  return `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
}

function level(at: number, format: string, text: string): string {
  return `<w:lvl w:ilvl="${at}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`;
}

function shape(type: string, text: string): string {
  const body = `<p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody>`;
  return `<p:sp><p:nvPr><p:ph type="${type}"/></p:nvPr>${body}</p:sp>`;
}

describe("DOCX", () => {
  it("numbers clauses by level, goes on in lists of one definition and starts anew where told", async ({
    expect,
  }) => {
    const numbering = `<w:numbering><w:abstractNum w:abstractNumId="0">${level(0, "upperRoman", "%1.")}${level(1, "lowerLetter", "%1.%2)")}</w:abstractNum>
      <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>
      <w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride></w:num></w:numbering>`;
    const body = [
      item("1", 0, "one"),
      item("1", 1, "sub"),
      item("1", 1, "sub"),
      item("2", 0, "two"),
      item("2", 1, "sub"),
      item("3", 0, "nine"),
      item("0", 0, "plain"),
    ];
    const text = await textOf("word/document.xml", {
      "word/document.xml": `<w:document><w:body>${body.join("")}</w:body></w:document>`,
      "word/_rels/document.xml.rels": relations(["numbering", "numbering.xml"]),
      "word/numbering.xml": numbering,
    });
    expect(text).toBe("I. one\n  I.a) sub\n  I.b) sub\nII. two\n  II.a) sub\nIX. nine\n\nplain");
  });

  it("tells a drawing's text once, and inserted but not deleted text", async ({ expect }) => {
    const box = "<w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent>";
    const text = await textOf("word/document.xml", {
      "word/document.xml": `<w:document><w:body><w:p><w:r><w:t>a</w:t></w:r><w:ins><w:r><w:t>b</w:t></w:r></w:ins>
        <w:del><w:r><w:delText>c</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>d</w:t></w:r></w:moveFrom>
        <w:r><mc:AlternateContent><mc:Choice>${box}</mc:Choice><mc:Fallback>${box}</mc:Fallback></mc:AlternateContent></w:r>
        <w:r><w:instrText>PAGE</w:instrText><w:sym w:char="F0B7"/><w:noBreakHyphen/><w:t>e</w:t></w:r></w:p></w:body></w:document>`,
    });
    expect(text).toBe("ab-e\n\nboxed");
  });
});

it("reads workbooks whose elements have prefixes and whose cells have no places", async ({
  expect,
}) => {
  const text = await textOf("xl/workbook.xml", {
    "xl/workbook.xml":
      '<x:workbook><x:sheets><x:sheet name="S" sheetId="7" rel:id="r1"/></x:sheets></x:workbook>',
    "xl/_rels/workbook.xml.rels": relations(["worksheet", "/xl/s.xml"], ["sharedStrings", "t.xml"]),
    "xl/t.xml":
      "<x:sst><x:si><x:r><x:t>Har</x:t></x:r><x:r><x:t>bour</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh></x:si></x:sst>",
    "xl/s.xml":
      '<x:worksheet><x:sheetData><x:row><x:c t="s"><x:v>0</x:v></x:c><x:c><x:f>A1</x:f><x:v>1.10</x:v></x:c><x:c t="e"><x:v>#N/A</x:v></x:c></x:row></x:sheetData></x:worksheet>',
  });
  expect(text).toBe("[sheet 1: S]\nHarbour\t1.1\t#N/A");
});

it("reads slides in the order of the show, their diagrams too, and no page numbers", async ({
  expect,
}) => {
  const text = await textOf("ppt/presentation.xml", {
    "ppt/presentation.xml":
      '<p:presentation><p:sldIdLst><p:sldId id="256" r:id="r2"/><p:sldId id="257" r:id="r1"/></p:sldIdLst></p:presentation>',
    "ppt/_rels/presentation.xml.rels": relations(
      ["slide", "slides/a.xml"],
      ["slide", "slides/b.xml"],
    ),
    "ppt/slides/a.xml": `<p:sld>${shape("title", "Last")}${shape("sldNum", "2")}</p:sld>`,
    "ppt/slides/b.xml": `<p:sld>${shape("ctrTitle", "First")}</p:sld>`,
    "ppt/slides/_rels/b.xml.rels": relations(["diagramData", "../diagrams/d.xml"]),
    "ppt/diagrams/d.xml":
      "<dgm:dataModel><dgm:t><a:p><a:r><a:t>step</a:t></a:r></a:p></dgm:t></dgm:dataModel>",
  });
  expect(text).toBe("[slide 1]\n# First\n\nstep\n\n[slide 2]\n# Last");
});
