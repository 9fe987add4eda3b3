/**
 * Packages that ask for more than their size lets expect, one dimension at a time: `size` is how often the
 * thing is there. Made as they are asked for, since together they would fill the memory.
 */
import { ARCHIVE, EPUB, OPEN_DOCUMENT } from "./hostile-books";
import { FEW, MANY, VERY_MANY, type HostileFile } from "./hostile-file";
import {
  docx,
  paragraph,
  pptx,
  relation,
  relations,
  slideShape,
  times,
  xlsx,
} from "./small-packages";

const DOCX: HostileFile[] = [
  {
    name: "docx: styles",
    sizes: VERY_MANY,
    make: (size) =>
      docx(paragraph("text"), {
        "word/_rels/document.xml.rels": relations(relation("r1", "styles", "styles.xml")),
        "word/styles.xml": `<w:styles>${times(size, (at) => `<w:style w:styleId="s${at}"><w:basedOn w:val="s${at - 1}"/></w:style>`)}</w:styles>`,
      }),
  },
  {
    name: "docx: relations",
    sizes: [10, 400_000],
    make: (size) =>
      docx(paragraph("text"), {
        "word/_rels/document.xml.rels": relations(
          times(size, (at) => relation(`r${at}`, "image", `media/${at}.png`)),
        ),
      }),
  },
  {
    name: "docx: one chunk named often",
    sizes: MANY,
    make: (size) =>
      docx(
        times(size, (at) => `<w:altChunk r:id="r${at}"/>`),
        {
          "word/_rels/document.xml.rels": relations(
            times(size, (at) => relation(`r${at}`, "aFChunk", "a.html")),
          ),
          "word/a.html": `<p>${"chunk ".repeat(2000)}</p>`,
        },
      ),
  },
  {
    name: "docx: one chart named often",
    sizes: MANY,
    make: (size) =>
      docx(
        times(size, (at) => `<w:p><c:chart r:id="r${at}"/></w:p>`),
        {
          "word/_rels/document.xml.rels": relations(
            times(size, (at) => relation(`r${at}`, "chart", "chart.xml")),
          ),
          "word/chart.xml": `<c:chart><c:title>${"<a:t>title</a:t>".repeat(1000)}</c:title></c:chart>`,
        },
      ),
  },
  {
    name: "docx: series of a chart, a point each",
    sizes: MANY,
    make: (size) =>
      docx('<w:p><c:chart r:id="r1"/></w:p>', {
        "word/_rels/document.xml.rels": relations(relation("r1", "chart", "chart.xml")),
        "word/chart.xml": `<c:chart>${times(size, (at) => `<c:ser><c:val><c:pt idx="${at}"><c:v>1</c:v></c:pt></c:val></c:ser>`)}</c:chart>`,
      }),
  },
  {
    name: "docx: tables inside tables",
    sizes: [10, 160],
    make: (size) => {
      const text = paragraph("words in the innermost cell").repeat(20_000);
      return docx(
        "<w:tbl><w:tr><w:tc>".repeat(size) + text + "</w:tc></w:tr></w:tbl>".repeat(size),
      );
    },
  },
  {
    name: "docx: text boxes inside text boxes",
    sizes: [10, 200],
    make: (size) => {
      const text = paragraph("words in the innermost box").repeat(20_000);
      const open = "<w:p><w:r><w:t>box</w:t><w:txbxContent>";
      return docx(open.repeat(size) + text + "</w:txbxContent></w:r></w:p>".repeat(size));
    },
  },
  {
    name: "docx: items with long marks",
    sizes: MANY,
    make: (size) =>
      docx(
        times(size, () =>
          paragraph(
            "x",
            '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>',
          ),
        ),
        {
          "word/_rels/document.xml.rels": relations(relation("r1", "numbering", "n.xml")),
          "word/n.xml": `<w:numbering><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:lvlText w:val="${"mark %1 ".repeat(10_000)}"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`,
        },
      ),
  },
  {
    name: "docx: lists that take over a definition",
    sizes: MANY,
    make: (size) =>
      docx(paragraph("text"), {
        "word/_rels/document.xml.rels": relations(relation("r1", "numbering", "n.xml")),
        "word/n.xml": `<w:numbering><w:abstractNum w:abstractNumId="0">${times(2000, (at) => `<w:lvl w:ilvl="${at}"/>`)}</w:abstractNum>${times(size, (at) => `<w:num w:numId="${at}"><w:abstractNumId w:val="0"/></w:num>`)}</w:numbering>`,
      }),
  },
  {
    name: "docx: calls of notes",
    sizes: VERY_MANY,
    make: (size) =>
      docx(`<w:p>${times(size, (at) => `<w:footnoteReference w:id="${at}"/>`)}</w:p>`),
  },
  {
    name: "docx: paragraphs",
    sizes: VERY_MANY,
    make: (size) => docx(paragraph("x").repeat(size)),
  },
];

const XLSX: HostileFile[] = [
  {
    name: "xlsx: one sheet named often",
    sizes: FEW,
    make: (size) =>
      xlsx(`<row>${"<c><v>1</v></c>".repeat(5000)}</row>`, {
        "xl/workbook.xml": `<workbook>${times(size, (at) => `<sheet name="S${at}" r:id="s"/>`)}</workbook>`,
      }),
  },
  {
    name: "xlsx: sheets",
    sizes: MANY,
    make: (size) =>
      xlsx("", {
        "xl/workbook.xml": `<workbook>${times(size, (at) => `<sheet name="S${at}" r:id="s${at}"/>`)}</workbook>`,
        "xl/_rels/workbook.xml.rels": relations(
          times(size, (at) => relation(`s${at}`, "worksheet", "sheet.xml")),
        ),
      }),
  },
  {
    name: "xlsx: shared strings, all empty",
    sizes: VERY_MANY,
    make: (size) => xlsx("", { "xl/strings.xml": `<sst>${"<si/>".repeat(size)}</sst>` }),
  },
  {
    name: "xlsx: one long shared string named often",
    sizes: MANY,
    make: (size) =>
      xlsx(`<row>${'<c t="s"><v>0</v></c>'.repeat(size)}</row>`, {
        "xl/strings.xml": `<sst><si><t>${"words ".repeat(100_000)}</t></si></sst>`,
      }),
  },
  {
    name: "xlsx: one long blank string named often",
    sizes: MANY,
    make: (size) =>
      xlsx(`<row>${'<c t="s"><v>0</v></c>'.repeat(size)}</row>`, {
        "xl/strings.xml": `<sst><si><t>${" ".repeat(1_000_000)}</t></si></sst>`,
      }),
  },
  {
    name: "xlsx: cell styles",
    sizes: VERY_MANY,
    make: (size) =>
      xlsx("", {
        "xl/styles.xml": `<styleSheet><cellXfs>${'<xf numFmtId="14"/>'.repeat(size)}</cellXfs></styleSheet>`,
      }),
  },
  {
    name: "xlsx: a long number format used often",
    sizes: MANY,
    make: (size) =>
      xlsx(`<row>${'<c s="0"><v>1.5</v></c>'.repeat(size)}</row>`, {
        "xl/styles.xml": `<styleSheet><numFmt numFmtId="200" formatCode="${"0.0 ".repeat(50_000)}"/><cellXfs><xf numFmtId="200"/></cellXfs></styleSheet>`,
      }),
  },
  {
    name: "xlsx: cells of one row, far apart",
    sizes: VERY_MANY,
    make: (size) =>
      xlsx(`<row>${'<c r="A1"><v>1</v></c><c r="IV1"><v>1</v></c>'.repeat(size / 2)}</row>`),
  },
  {
    name: "xlsx: rows without cells",
    sizes: VERY_MANY,
    make: (size) => xlsx("<row/>".repeat(size)),
  },
  {
    name: "xlsx: one cell's value in pieces",
    sizes: VERY_MANY,
    make: (size) =>
      xlsx(`<row><c t="inlineStr"><is>${"<t>piece of it </t>".repeat(size)}</is></c></row>`),
  },
];

const PPTX: HostileFile[] = [
  {
    name: "pptx: one slide named often",
    sizes: FEW,
    make: (size) =>
      pptx('<p:sldId r:id="s"/>'.repeat(size), relation("s", "slide", "slide.xml"), {
        "ppt/slide.xml": slideShape.repeat(500),
      }),
  },
  {
    name: "pptx: slides that share their notes",
    sizes: FEW,
    make: (size) =>
      pptx(
        times(size, (at) => `<p:sldId r:id="s${at}"/>`),
        times(size, (at) => relation(`s${at}`, "slide", `s${at}.xml`)),
        {
          "ppt/notes.xml": slideShape.repeat(500),
          ...Object.fromEntries(
            Array.from({ length: size }, (_, at) => [
              [`ppt/s${at}.xml`, slideShape],
              [`ppt/_rels/s${at}.xml.rels`, relations(relation("n", "notesSlide", "notes.xml"))],
            ]).flat(),
          ),
        },
      ),
  },
  {
    name: "pptx: shapes",
    sizes: MANY,
    make: (size) =>
      pptx('<p:sldId r:id="s"/>', relation("s", "slide", "slide.xml"), {
        "ppt/slide.xml": slideShape.repeat(size),
      }),
  },
];

/** Every dimension in which a reader of packages can be asked for more than it was given. */
export const HOSTILE_PACKAGES: readonly HostileFile[] = [
  ...DOCX,
  ...XLSX,
  ...PPTX,
  ...OPEN_DOCUMENT,
  ...EPUB,
  ...ARCHIVE,
];
