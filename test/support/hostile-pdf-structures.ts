/** PDFs whose fonts, pages and tables ask for more than their size lets expect. */
import type { HostileFile } from "./hostile-file";
import { deflated, pagePdf, rawPdf, stream } from "./raw-pdf";

const MIB = 1024 * 1024;
const WORDS = "BT /F 12 Tf 50 700 Td (harbour) Tj ET\n";
/** A font of two-byte codes, with these entries. */
function compositeFont(entries: string, descendant: string): string {
  return `/Font<</F<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H${entries}/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>${descendant}>>]>>>>`;
}

const CODES = "BT /F 12 Tf 50 700 Td <00410042> Tj ET";

export const FONT_TABLES: HostileFile[] = [
  {
    name: "pdf: characters of one wide range",
    sizes: [0xff, 0xffffff, 0xffffffff],
    make: async (size) =>
      pagePdf(
        stream(CODES),
        [
          stream(
            `1 begincodespacerange <00000000> <ffffffff> endcodespacerange 1 beginbfrange <00000000> <${size.toString(16).padStart(8, "0")}> <0041> endbfrange`,
          ),
        ],
        compositeFont("/ToUnicode 5 0 R", ""),
      ),
  },
  {
    name: "pdf: ranges of characters",
    sizes: [10, 200_000],
    make: async (size) =>
      pagePdf(
        stream(CODES),
        [
          stream(
            await deflated("1 beginbfrange <0000> <ffff> <0041> endbfrange ".repeat(size)),
            "/Filter/FlateDecode",
          ),
        ],
        compositeFont("/ToUnicode 5 0 R", ""),
      ),
  },
  {
    name: "pdf: widths of a range",
    sizes: [10, 4_000_000_000],
    make: async (size) => pagePdf(stream(CODES), [], compositeFont("", `/W[0 ${size} 500]`)),
  },
  {
    name: "pdf: widths",
    sizes: [10, 2_000_000],
    make: async (size) =>
      pagePdf(stream(CODES), [`[0[${"500 ".repeat(size)}]]`], compositeFont("", "/W 5 0 R")),
  },
  {
    name: "pdf: the last character of a font",
    sizes: [255, 4_000_000_000],
    make: async (size) =>
      pagePdf(
        stream(CODES),
        [],
        `/Font<</F<</Type/Font/Subtype/TrueType/BaseFont/A/FirstChar 0/LastChar ${size}/FontDescriptor<</FontName/A/Flags 4>>>>>>`,
      ),
  },
  {
    name: "pdf: fonts",
    sizes: [10, 20_000],
    make: async (size) => {
      const fonts = Array.from(
        { length: size },
        (_, at) =>
          `/F${at}<</Type/Font/Subtype/Type1/BaseFont/A${at}/FontDescriptor<</FontName/A${at}>>>>`,
      );
      const text = Array.from({ length: size }, (_, at) => `/F${at} 12 Tf (a) Tj`);
      return pagePdf(
        stream(await deflated(`BT ${text.join(" ")} ET`), "/Filter/FlateDecode"),
        [],
        `/Font<<${fonts.join("")}>>`,
      );
    },
  },
];

export const STRUCTURE: HostileFile[] = [
  {
    name: "pdf: pages",
    sizes: [10, 200_000],
    make: async (size) =>
      rawPdf([
        "<</Type/Catalog/Pages 2 0 R>>",
        `<</Type/Pages/Kids[${"3 0 R ".repeat(size)}]/Count ${size}>>`,
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]>>",
      ]),
  },
  {
    name: "pdf: pages that are said to be there",
    sizes: [1, 2_000_000_000],
    make: async (size) =>
      rawPdf([
        "<</Type/Catalog/Pages 2 0 R>>",
        `<</Type/Pages/Kids[3 0 R]/Count ${size}>>`,
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]>>",
      ]),
  },
  {
    name: "pdf: objects",
    sizes: [10, 500_000],
    make: async (size) =>
      pagePdf(
        stream(WORDS),
        Array.from({ length: size }, () => "<<>>"),
      ),
  },
  {
    name: "pdf: entries of a packed table",
    sizes: [10, 8_000_000],
    make: async (size) => {
      const packed = await deflated(new Uint8Array(2 * size));
      const head = "%PDF-1.7\n";
      const table = `1 0 obj\n<</Type/XRef/Size ${size}/W[1 1 0]/Root 2 0 R/Filter/FlateDecode/Length ${packed.length}>>stream\n`;
      const tail = `\nendstream\nendobj\nstartxref\n${head.length}\n%%EOF\n`;
      return new Uint8Array(
        await new Blob([head, table, new Uint8Array(packed), tail]).arrayBuffer(),
      );
    },
  },
  {
    name: "pdf: white space behind the place of its table",
    sizes: [10, 30 * MIB],
    make: async (size) => {
      const file = `%PDF-1.7\n${" ".repeat(size)}`;
      return new TextEncoder().encode(file.replace("7\n", "7\nstartxref\n"));
    },
  },
  ...Object.entries({
    "objects without an end": "1 0 obj <</A[ ",
    "objects without an end, a line each": "1 0 obj <</A[\n",
    "streams without an end": "1 0 obj <</Length 9>>stream\n",
    "one line": "abcdefgh",
    "objects of one number": "1 0 obj\n<<>>\nendobj\n",
    trailers: "trailer <</Root 1 0 R>>\n",
    tables: "xref\n",
    places: "startxref\n9\n",
  }).map(([name, text]) => ({
    name: `pdf: a broken file of ${name}`,
    sizes: [10, 2_000_000],
    make: async (size: number) =>
      new TextEncoder().encode(
        `%PDF-1.7\n${text.repeat(Math.min(size, Math.floor((30 * MIB) / text.length)))}`,
      ),
  })),
  {
    name: "pdf: annotations",
    sizes: [10, 500_000],
    make: async (size) =>
      rawPdf([
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Annots 4 0 R>>",
        `[${"5 0 R ".repeat(size)}]`,
        "<</Type/Annot/Subtype/Widget/T(name)/V(value)/Parent 6 0 R>>",
        "<</T(outer)/Parent 5 0 R>>",
      ]),
  },
];
