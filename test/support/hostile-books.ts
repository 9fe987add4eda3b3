/** OpenDocument files, books and archives that ask for more than their size lets expect. */
import { FEW, MANY, VERY_MANY, type HostileFile } from "./hostile-file";
import { docx, epub, odf, paragraph, times } from "./small-packages";

const CHAPTER = "<html><head><title>One</title></head><body><p>chapter</p></body></html>";
export const OPEN_DOCUMENT: HostileFile[] = [
  {
    name: "ods: rows and cells that are repeated",
    sizes: MANY,
    make: (size) =>
      odf(
        "spreadsheet",
        `<table:table>${'<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>'.repeat(size / 10)}</table:table>`,
      ),
  },
  {
    name: "ods: sheets",
    sizes: MANY,
    make: (size) => odf("spreadsheet", '<table:table table:name="S"></table:table>'.repeat(size)),
  },
  {
    name: "odt: styles of lists",
    sizes: VERY_MANY,
    make: (size) =>
      odf(
        "text",
        times(size, (at) => `<text:list-style style:name="L${at}"/>`) + "<text:p>x</text:p>",
      ),
  },
  {
    name: "odt: lists of styles of their own",
    sizes: VERY_MANY,
    make: (size) =>
      odf(
        "text",
        times(size, (at) => `<text:list text:style-name="L${at}"/>`) + "<text:p>x</text:p>",
      ),
  },
  {
    name: "odt: items deep inside lists",
    sizes: MANY,
    make: (size) =>
      odf(
        "text",
        "<text:list><text:list-item>".repeat(300) +
          "<text:list-item><text:p>x</text:p></text:list-item>".repeat(size) +
          "</text:list-item></text:list>".repeat(300),
      ),
  },
  {
    name: "odt: spaces",
    sizes: MANY,
    make: (size) => odf("text", `<text:p>x${'<text:s text:c="999999999"/>'.repeat(size)}</text:p>`),
  },
  {
    name: "odt: documents inside",
    sizes: FEW,
    make: (size) =>
      odf(
        "text",
        "<text:p>x</text:p>",
        Object.fromEntries(
          Array.from({ length: size }, (_, at) => [
            `Object ${at}/content.xml`,
            "<text:p>words of an object</text:p>".repeat(200),
          ]),
        ),
      ),
  },
  {
    name: "odp: slides",
    sizes: MANY,
    make: (size) => odf("presentation", "<draw:page/>".repeat(size)),
  },
];

export const EPUB: HostileFile[] = [
  {
    name: "epub: one chapter named often",
    sizes: MANY,
    make: (size) =>
      epub('<item id="a" href="a.xhtml"/>', '<itemref idref="a"/>'.repeat(size), {
        "a.xhtml": CHAPTER,
      }),
  },
  {
    name: "epub: items",
    sizes: VERY_MANY,
    make: (size) =>
      epub(
        times(size, (at) => `<item id="i${at}" href="a.xhtml"/>`),
        '<itemref idref="i1"/>',
        {
          "a.xhtml": CHAPTER,
        },
      ),
  },
  {
    name: "epub: elements of a chapter",
    sizes: VERY_MANY,
    make: (size) =>
      epub('<item id="a" href="a.xhtml"/>', '<itemref idref="a"/>', {
        "a.xhtml": `<html><body>${"<i></i>".repeat(size)}x</body></html>`,
      }),
  },
];

export const ARCHIVE: HostileFile[] = [
  {
    name: "zip: entries",
    sizes: [10, 20_000],
    make: (size) =>
      docx(
        paragraph("text"),
        Object.fromEntries(Array.from({ length: size }, (_, at) => [`word/media/${at}`, ""])),
      ),
  },
  {
    name: "zip: a part of empty elements",
    sizes: [10, 10_000_000],
    make: (size) => docx("<a/>".repeat(size) + paragraph("text")),
  },
  {
    name: "zip: a part of nothing",
    sizes: [10, 100_000_000],
    make: (size) => docx(" ".repeat(size) + paragraph("text")),
  },
];
