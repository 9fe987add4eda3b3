/** PDFs that ask for more than their size lets expect, one dimension at a time. */
import type { HostileFile } from "./hostile-file";
import { FONT_TABLES, STRUCTURE } from "./hostile-pdf-structures";
import { deflated, pagePdf, type PdfObject, rawPdf, stream } from "./raw-pdf";

const WORDS = "BT /F 12 Tf 50 700 Td (harbour) Tj ET\n";
const MIB = 1024 * 1024;

/** Levels of forms, of which each draws all of the next level; the last draws `leaf`. */
function nestedForms(levels: number, each: number, leaf: string): Uint8Array {
  const forms: PdfObject[] = [];
  for (let level = 0; level < levels; level += 1) {
    const next = level + 1;
    for (let at = 0; at < each; at += 1) {
      const names = Array.from(
        { length: each },
        (_, name) => `/N${name} ${5 + next * each + name} 0 R`,
      );
      const isLast = next === levels;
      const resources = isLast ? FONTS : `/XObject<<${names.join("")}>>`;
      const draws = names.map((_, name) => `/N${name} Do`).join(" ");
      forms.push(
        stream(
          isLast ? leaf : draws,
          `/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<<${resources}>>`,
        ),
      );
    }
  }
  const first = Array.from({ length: each }, (_, name) => `/N${name} ${5 + name} 0 R`);
  const draws = first.map((_, name) => `/N${name} Do`).join(" ");
  return pagePdf(stream(draws), forms, `/XObject<<${first.join("")}>>`);
}

const FONTS = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>";

const FORMS: HostileFile[] = [
  {
    name: "pdf: forms inside forms",
    sizes: [2, 12],
    make: async (size) => nestedForms(size, 10, "q Q"),
  },
  {
    name: "pdf: forms inside forms, with words in the last",
    sizes: [2, 12],
    make: async (size) => nestedForms(size, 10, WORDS),
  },
  {
    name: "pdf: forms inside forms, drawn out of sight",
    sizes: [2, 12],
    make: async (size) => nestedForms(size, 10, "BT /F 12 Tf 5000 7000 Td (harbour) Tj ET"),
  },
  {
    name: "pdf: one form drawn often",
    sizes: [10, 1_000_000],
    make: async (size) =>
      pagePdf(
        stream("/N Do ".repeat(size)),
        [stream(WORDS, `/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<<${FONTS}>>`)],
        "/XObject<</N 5 0 R>>",
      ),
  },
];

/** As long as asked, unpacked. */
const zeros = (mebibytes: number) => new Uint8Array(mebibytes * MIB).fill(0x20);

/** A program of LZW codes that unpacks to some two thousand times its length. */
function lzwBomb(codes: number): Uint8Array {
  const bits: string[] = ["100000000", "000100000"];
  // Each code stands for the text before it and one byte more, until the table is full.
  for (let code = 258; code < 4094; code += 1) {
    const width = code < 511 ? 9 : code < 1023 ? 10 : code < 2047 ? 11 : 12;
    bits.push(code.toString(2).padStart(width, "0"));
  }
  for (let at = 0; at < codes; at += 1) {
    bits.push("111111111101");
  }
  const all = bits.join("");
  return Uint8Array.from({ length: Math.floor(all.length / 8) }, (_, at) =>
    Number.parseInt(all.slice(at * 8, at * 8 + 8), 2),
  );
}

/** Four blocks of a fixed code, each of which is its end and nothing else, take five bytes. */
function emptyBlocks(fours: number): Uint8Array {
  const bytes = new Uint8Array(2 + 5 * fours);
  const four = [0x02, 0x08, 0x20, 0x80, 0x00];
  bytes.set([0x78, 0x9c]);
  for (let at = 2; at < bytes.length; at += 1) {
    bytes[at] = four[(at - 2) % 5] ?? 0;
  }
  return bytes;
}

function ascii85Zeros(bytes: number): string {
  return `${"z".repeat(bytes / 4)}~>`;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const STREAMS: HostileFile[] = [
  {
    name: "pdf: a page unpacked, its filter an escaped name",
    sizes: [1, 128],
    make: async (size) => pagePdf(stream(await deflated(zeros(size)), "/Filter/#46lateDecode")),
  },
  {
    name: "pdf: a page unpacked, its filter told by reference",
    sizes: [1, 128],
    make: async (size) =>
      pagePdf(stream(await deflated(zeros(size)), "/Filter 5 0 R"), ["[/FlateDecode]"]),
  },
  {
    name: "pdf: a page unpacked twice",
    sizes: [1, 128],
    make: async (size) =>
      pagePdf(stream(await deflated(await deflated(zeros(size))), "/Filter[/Fl/Fl]")),
  },
  {
    name: "pdf: a page unpacked out of hexadecimal Flate",
    sizes: [1, 128],
    make: async (size) =>
      pagePdf(stream(`${hex(await deflated(zeros(size)))}>`, "/Filter[/AHx/FlateDecode]")),
  },
  {
    name: "pdf: a page in LZW",
    sizes: [1, 20_000],
    make: async (size) => pagePdf(stream(lzwBomb(size), "/Filter/LZW")),
  },
  {
    name: "pdf: a page in ASCII85",
    sizes: [1, 24],
    make: async (size) => pagePdf(stream(ascii85Zeros(size * MIB), "/Filter/A85")),
  },
  {
    name: "pdf: white space among the letters of ASCII85",
    sizes: [1, 24],
    make: async (size) =>
      pagePdf(stream(await deflated(zeros(size)), "/Filter[/FlateDecode/ASCII85Decode]")),
  },
  {
    name: "pdf: blocks of Flate that hold nothing",
    sizes: [10, 6_000_000],
    make: async (size) => pagePdf(stream(emptyBlocks(size), "/Filter/FlateDecode")),
  },
  {
    name: "pdf: a page in runs",
    sizes: [1, 500_000],
    make: async (size) => pagePdf(stream("\u0001 ".repeat(size), "/Filter/RL")),
  },
  {
    name: "pdf: a page of one stream many times",
    sizes: [10, 5000],
    make: async (size) =>
      rawPdf([
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents[${"4 0 R ".repeat(size)}]>>`,
        stream(await deflated(zeros(8)), "/Filter/FlateDecode"),
      ]),
  },
  {
    name: "pdf: pages of one stream",
    sizes: [10, 4000],
    make: async (size) =>
      rawPdf([
        "<</Type/Catalog/Pages 2 0 R>>",
        `<</Type/Pages/Kids[${Array.from({ length: size }, (_, at) => `${at + 4} 0 R`).join(" ")}]/Count ${size}/Resources<<${FONTS}>>>>`,
        stream(await deflated(zeros(8)), "/Filter/FlateDecode"),
        ...Array.from(
          { length: size },
          () => "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 3 0 R>>",
        ),
      ]),
  },
  {
    name: "pdf: objects in one stream",
    sizes: [10, 2_000_000],
    make: (size) => objectStreamPdf(size),
  },
];

function entry(type: number, place: number, index: number): string {
  return hex(new Uint8Array([type, place >>> 24, place >>> 16, place >>> 8, place, index]));
}

/** A file whose objects but the streams stand in one packed stream, with as many empty ones. */
async function objectStreamPdf(size: number): Promise<Uint8Array> {
  const own = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
  ];
  const bodies = own.join(" ");
  let offset = 0;
  const places = own.map((body, at) => {
    const place = `${at + 1} ${offset}`;
    offset += body.length + 1;
    return place;
  });
  const head = `${[...places, ...Array.from({ length: size }, (_, at) => `${at + 10} ${bodies.length + 1 + at * 5}`)].join(" ")} `;
  const packed = await deflated(`${head}${bodies} ${"<<>> ".repeat(size)}`);
  const start = "%PDF-1.7\n";
  const objects = [
    `4 0 obj\n<</Length 0>>stream\n\nendstream\nendobj\n`,
    `5 0 obj\n<</Type/ObjStm/N ${size + 3}/First ${head.length}/Filter/FlateDecode/Length ${packed.length}>>stream\n`,
  ];
  const [first = "", second = ""] = objects;
  const offsets = [start.length, start.length + first.length];
  const tail = "\nendstream\nendobj\n";
  const tableAt = start.length + first.length + second.length + packed.length + tail.length;
  const entries = [
    entry(0, 0, 0),
    entry(2, 5, 0),
    entry(2, 5, 1),
    entry(2, 5, 2),
    entry(1, offsets[0] ?? 0, 0),
    entry(1, offsets[1] ?? 0, 0),
    entry(1, tableAt, 0),
  ].join("");
  const table = `6 0 obj\n<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Filter/AHx/Length ${entries.length + 1}>>stream\n${entries}>\nendstream\nendobj\nstartxref\n${tableAt}\n%%EOF\n`;
  return new Uint8Array(
    await new Blob([start, first, second, new Uint8Array(packed), tail, table]).arrayBuffer(),
  );
}

const CONTENT: HostileFile[] = [
  ...Object.entries({
    states: "q ",
    "words nobody knows": "w0 ",
    "pictures without an end": "BI /W 1 ID ",
    "arrays inside arrays": "[",
    "numbers in one array": "1 ",
    "names of their own": "/A ",
    "fonts chosen anew": "/F 12 Tf /F 13 Tf ",
    "one letter at one place": "BT /F 12 Tf 50 700 Td (a) Tj ET ",
    "states that are named": "/G gs ",
  }).map(([name, text]) => ({
    name: `pdf: ${name}`,
    sizes: [10, 2_000_000],
    make: async (size: number) => {
      const opening = name === "numbers in one array" ? "[" : "";
      const content = opening + text.repeat(Math.min(size, Math.floor((20 * MIB) / text.length)));
      return pagePdf(stream(await deflated(content), "/Filter/FlateDecode"));
    },
  })),
  {
    name: "pdf: one text of many letters",
    sizes: [10, 20_000_000],
    make: async (size) =>
      pagePdf(
        stream(
          await deflated(`BT /F 12 Tf 50 700 Td (${"a".repeat(size)}) Tj ET`),
          "/Filter/FlateDecode",
        ),
      ),
  },
];

/** Every dimension in which a reader of PDF can be asked for more than it was given. */
export const HOSTILE_PDFS: readonly HostileFile[] = [
  ...FORMS,
  ...STREAMS,
  ...CONTENT,
  ...FONT_TABLES,
  ...STRUCTURE,
];
