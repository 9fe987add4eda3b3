/** Text that stands outside of the part that a reader begins with: diagrams, charts, shapes, documents inside. */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { zipFile } from "../support/zip-file";
import { fixture, sourceOf } from "./fixtures";
import { officeFile, relations, textOf } from "./office-package";

const CHART = `<c:chartSpace><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Catch</a:t></a:r><a:r><a:t> by year</a:t></a:r></a:p></c:rich></c:tx></c:title>
<c:plotArea><c:barChart>${series("Herring", ["2024", "2025"], ["12.5", "0.30000000000000004"])}${series("Cod", ["2024", "2025"], ["7", "8"])}</c:barChart></c:plotArea></c:chart></c:chartSpace>`;
const CHART_TEXT = "Catch by year\n\tHerring\tCod\n2024\t12.5\t7\n2025\t0.3\t8";

function series(name: string, categories: string[], values: string[]): string {
  return `<c:ser><c:tx><c:strRef><c:f>S!$B$1</c:f><c:strCache>${points([name])}</c:strCache></c:strRef></c:tx>
    <c:cat><c:strRef><c:strCache>${points(categories)}</c:strCache></c:strRef></c:cat>
    <c:val><c:numRef><c:numCache><c:formatCode>General</c:formatCode>${points(values)}</c:numCache></c:numRef></c:val></c:ser>`;
}

function points(texts: string[]): string {
  return texts.map((text, at) => `<c:pt idx="${at}"><c:v>${text}</c:v></c:pt>`).join("");
}

const paragraph = (text: string) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
const shape = (text: string) =>
  `<p:sp><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
const frame = (inner: string) => `<p:graphicFrame>${inner}</p:graphicFrame>`;
const drawing = (inner: string) => `<w:p><w:r><w:drawing>${inner}</w:drawing></w:r></w:p>`;

describe("a DOCX", () => {
  it("tells a diagram's labels where the diagram stands", async ({ expect }) => {
    const { text } = await extractText(await fixture("odd/smartart.docx"));
    expect(text).toBe("Before\n\nApprove first\n\nAfter");
  });

  it("tells a chart as its table", async ({ expect }) => {
    const text = await textOf("word/document.xml", {
      "word/document.xml": `<w:body>${paragraph("Before")}${drawing('<c:chart r:id="r1"/>')}${paragraph("After")}</w:body>`,
      "word/_rels/document.xml.rels": relations(["chart", "charts/chart1.xml"]),
      "word/charts/chart1.xml": CHART,
    });
    expect(text).toBe(`Before\n\n${CHART_TEXT}\n\nAfter`);
  });

  it("takes in HTML", async ({ expect }) => {
    const { text } = await extractText(await fixture("odd/html-chunk.docx"));
    expect(text).toBe("Before\n\n# Offer\n\nPrice is 12 EUR.\n\nAfter");
  });

  it("takes in MHT, RTF, plain text and other DOCX files", async ({ expect }) => {
    const inner = await officeFile("word/document.xml", {
      "word/document.xml": `<w:body>${paragraph("inner")}</w:body>`,
    });
    const chunks: Record<string, string | Uint8Array> = {
      "a.mht":
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n" +
        "Content-Type: text/html\r\n\r\n<p>from MHT</p>\r\n--b--\r\n",
      "b.rtf": "{\\rtf1 from RTF\\par}",
      "c.txt": "from text",
      "d.docx": inner,
      "e.bin": new Uint8Array([0, 1, 2, 0, 3]),
    };
    const names = Object.keys(chunks);
    const body = names.map((_, at) => `<w:altChunk r:id="r${at + 1}"/>`).join("");
    const main = await officeFile("word/document.xml", {
      "word/document.xml": `<w:body>${paragraph("Before")}${body}${paragraph("After")}</w:body>`,
      "word/_rels/document.xml.rels": relations(
        ...names.map((name): [string, string] => ["aFChunk", name]),
      ),
      ...Object.fromEntries(names.map((name) => [`word/${name}`, chunks[name] ?? ""])),
    });
    const { text, metadata } = await extractText(sourceOf(main, "a.docx"));
    expect(text).toBe("Before\n\nfrom MHT\n\nfrom RTF\n\nfrom text\n\ninner\n\nAfter");
    expect(metadata["warning"]).toMatch(/^The part "word\/e\.bin" cannot be read: /);
  });

  it("ends where documents stand in each other for ever", async ({ expect }) => {
    let inner: Uint8Array = new TextEncoder().encode("the innermost");
    let name = "a.txt";
    for (let level = 0; level < 6; level += 1) {
      inner = await officeFile("word/document.xml", {
        "word/document.xml": `<w:body>${paragraph(`level ${level}`)}<w:altChunk r:id="r1"/></w:body>`,
        "word/_rels/document.xml.rels": relations(["aFChunk", name]),
        [`word/${name}`]: inner,
      });
      name = "a.docx";
    }
    const { text } = await extractText(sourceOf(inner, "a.docx"));
    expect(text).toBe("level 5\n\nlevel 4\n\nlevel 3");
  });
});

describe("an XLSX", () => {
  it("tells what is written over its cells", async ({ expect }) => {
    const { text } = await extractText(await fixture("odd/textbox.xlsx"));
    expect(text).toBe("[sheet 1: S]\ncell one\n\nNote: prices before tax");
  });

  it("tells a chart's titles, since its figures stand in cells", async ({ expect }) => {
    const text = await textOf("xl/workbook.xml", {
      "xl/workbook.xml": '<workbook><sheet name="Chart" r:id="r1"/></workbook>',
      "xl/_rels/workbook.xml.rels": relations(["chartsheet", "chartsheets/sheet1.xml"]),
      "xl/chartsheets/sheet1.xml": '<chartsheet><drawing r:id="r1"/></chartsheet>',
      "xl/chartsheets/_rels/sheet1.xml.rels": relations(["drawing", "../drawings/drawing1.xml"]),
      "xl/drawings/drawing1.xml":
        '<xdr:wsDr><xdr:graphicFrame><c:chart r:id="r1"/></xdr:graphicFrame></xdr:wsDr>',
      "xl/drawings/_rels/drawing1.xml.rels": relations(["chart", "../charts/chart1.xml"]),
      "xl/charts/chart1.xml": CHART,
    });
    expect(text).toBe("[sheet 1: Chart]\nCatch by year");
  });
});

describe("a PPTX", () => {
  it("tells charts of both vocabularies where they stand", async ({ expect }) => {
    const text = await textOf("ppt/presentation.xml", {
      "ppt/presentation.xml": '<p:presentation><p:sldId id="256" r:id="r1"/></p:presentation>',
      "ppt/_rels/presentation.xml.rels": relations(["slide", "slides/slide1.xml"]),
      "ppt/slides/slide1.xml": `<p:sld>${shape("Before")}${frame('<c:chart r:id="r1"/>')}${shape("Between")}${frame('<cx:chart r:id="r2"/>')}</p:sld>`,
      "ppt/slides/_rels/slide1.xml.rels": relations(
        ["chart", "../charts/chart1.xml"],
        ["chartEx", "../charts/chartEx1.xml"],
      ),
      "ppt/charts/chart1.xml": CHART,
      "ppt/charts/chartEx1.xml": `<cx:chartSpace><cx:chartData><cx:data id="0"><cx:strDim type="cat"><cx:f>A1</cx:f><cx:lvl><cx:pt idx="0">Port</cx:pt></cx:lvl></cx:strDim>
        <cx:numDim type="val"><cx:lvl formatCode="0%"><cx:pt idx="0">0.25</cx:pt></cx:lvl></cx:numDim></cx:data></cx:chartData>
        <cx:chart><cx:plotArea><cx:plotAreaRegion><cx:series><cx:tx><cx:txData><cx:f>B1</cx:f><cx:v>Share</cx:v></cx:txData></cx:tx></cx:series></cx:plotAreaRegion></cx:plotArea></cx:chart></cx:chartSpace>`,
    });
    expect(text).toBe(`[slide 1]\nBefore\n\n${CHART_TEXT}\n\nBetween\n\n\tShare\nPort\t25%`);
  });
});

describe("OpenDocument", () => {
  const chart =
    '<office:chart><chart:chart><chart:title><text:p>Catch</text:p></chart:title><table:table table:name="local-table">' +
    "<table:table-row><table:table-cell/><table:table-cell><text:p>Cod</text:p></table:table-cell></table:table-row>" +
    "<table:table-row><table:table-cell><text:p>2024</text:p></table:table-cell><table:table-cell><text:p>7</text:p></table:table-cell></table:table-row>" +
    "</table:table></chart:chart></office:chart>";
  const object = '<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>';

  async function odf(kind: string, content: string): Promise<string> {
    const file = await zipFile([
      { name: "mimetype", content: `application/vnd.oasis.opendocument.${kind}` },
      { name: "content.xml", content },
      { name: "Object 1/content.xml", content: chart },
    ]);
    return (await extractText(sourceOf(file, "a"))).text;
  }

  it("tells charts and the words of shapes in an ODT", async ({ expect }) => {
    const text = await odf(
      "text",
      `<text:p>Before<draw:custom-shape><text:p>in a shape</text:p></draw:custom-shape> and on</text:p><text:p>${object}</text:p><text:p>After</text:p>`,
    );
    expect(text).toBe("Before and on\n\nin a shape\n\nCatch\n\n\tCod\n2024\t7\n\nAfter");
  });

  it("tells what is drawn over an ODS", async ({ expect }) => {
    const text = await odf(
      "spreadsheet",
      `<table:table table:name="S"><table:shapes><draw:frame><draw:text-box><text:p>before tax</text:p></draw:text-box></draw:frame></table:shapes>
      <table:table-row><table:table-cell><text:p>one</text:p><draw:rect><text:p>over it</text:p></draw:rect></table:table-cell><table:table-cell><text:p>two</text:p></table:table-cell></table:table-row></table:table>`,
    );
    expect(text).toBe("[sheet 1: S]\none\ttwo\n\nbefore tax\n\nover it");
  });

  it("tells a chart in an ODP", async ({ expect }) => {
    const text = await odf("presentation", `<draw:page>${object}</draw:page>`);
    expect(text).toBe("[slide 1]\nCatch\n\n\tCod\n2024\t7");
  });
});
