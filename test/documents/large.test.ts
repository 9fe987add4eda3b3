/**
 * Files of 50 MB and more: read within bounds, or refused before they are read. What is held is counted
 * by what the source hands out, since an isolate cannot weigh itself.
 */
import { describe, it } from "vitest";

import { type DocumentSource, extractText, readRows } from "../../src/documents";
import { DOCUMENT } from "../../src/limits";
import { zipFile } from "../support/zip-file";
import { sourceOf } from "./fixtures";

const MIB = 1024 * 1024;
const HUGE = 50 * MIB;

/** A file of one line told over and over, made while it is read. */
function repeated(name: string, line: string, size: number) {
  const block = new TextEncoder().encode(line.repeat(Math.ceil((64 * 1024) / line.length)));
  const told = { bytes: 0, largestRead: 0 };
  const source: DocumentSource = {
    name,
    size,
    read: async (offset, length) => {
      told.largestRead = Math.max(told.largestRead, length);
      const start = offset % line.length;
      const bytes = new TextEncoder().encode(line.repeat(Math.ceil(length / line.length) + 1));
      return bytes.slice(start, start + Math.min(length, size - offset));
    },
    stream: async () =>
      new ReadableStream({
        pull(controller) {
          const piece = block.slice(0, size - told.bytes);
          told.bytes += piece.length;
          if (piece.length === 0) {
            controller.close();
          } else {
            controller.enqueue(piece);
          }
        },
      }),
  };
  return { source, told };
}

describe("text of 50 MB", () => {
  for (const name of ["a.txt", "a.html", "a.xml", "a.rtf", "a.jsonl", "a.csv"]) {
    it(`keeps what fits of ${name} and reads no further`, async ({ expect }) => {
      const lines: Record<string, string> = {
        "a.html": "<p>The harbour was reopened in May.</p>\n",
        "a.xml": "<p>The harbour was reopened in May.</p>\n",
        "a.rtf": "{\\rtf1 The harbour was reopened in May.\\par}\n",
        "a.jsonl": '{"text": "The harbour was reopened in May."}\n',
      };
      const { source, told } = repeated(
        name,
        lines[name] ?? "The harbour, reopened in May.\n",
        HUGE,
      );
      const { text, truncated } = await extractText(source, { maxChars: 1_000_000 });
      expect(text.length).toBeGreaterThan(990_000);
      expect(text.length).toBeLessThanOrEqual(1_000_000);
      expect(truncated).toBe(true);
      expect(told.largestRead).toBeLessThanOrEqual(MIB);
      expect(told.bytes).toBeLessThan(4 * MIB);
    });
  }

  it("gives the first rows of a CSV without looking at the rest", async ({ expect }) => {
    const few = repeated("a.csv", "one,two\n", HUGE);
    expect(await readRows(few.source, { limit: 100 })).toHaveLength(100);
    expect(few.told.bytes).toBeLessThan(MIB);
  });

  it("refuses to hold all rows of a JSONL", async ({ expect }) => {
    const { source, told } = repeated("a.jsonl", `["${"harbour ".repeat(1000)}"]\n`, HUGE);
    await expect(readRows(source, { limit: 1_000_000 })).rejects.toMatchObject({
      code: "file_too_large",
    });
    expect(told.bytes).toBeLessThan(DOCUMENT.rowsMaxChars + MIB);
  });
});

it("refuses a PDF beyond its limit before reading it", async ({ expect }) => {
  const { source, told } = repeated("a.pdf", "%PDF-1.7\n", DOCUMENT.pdfMaxBytes + 1);
  await expect(extractText(source)).rejects.toMatchObject({
    code: "file_too_large",
    message: expect.stringContaining("32 MiB"),
  });
  expect(told.largestRead).toBeLessThanOrEqual(MIB);
  expect(told.bytes).toBe(0);
});

describe("mail of 50 MB", () => {
  const head =
    "Message-ID: <1@x>\r\nSubject: tides\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
    "--b\r\n\r\nDear Bo\r\n-- \r\nAda\r\n--b\r\n";
  const base64 = `${"QUJD".repeat(19)}\r\n`.repeat(1000);
  const pictures = HUGE / base64.length;

  it("is read without what is attached", async ({ expect }) => {
    const type =
      'Content-Type: image/png; name="tide.png"\r\nContent-Transfer-Encoding: base64\r\n\r\n';
    const { text } = await extractText(mail(`${head}${type}`, base64, pictures, "--b--\r\n"));
    expect(text).toBe("Subject: tides\n\nDear Bo\n-- \nAda\n\nAttachments: tide.png");
  });

  it("is refused where the text itself is as large", async ({ expect }) => {
    await expect(extractText(mail(`${head}\r\n`, base64, pictures, ""))).rejects.toMatchObject({
      code: "file_too_large",
    });
  });
});

/** A mail whose long part is made while it is read. */
function mail(head: string, piece: string, count: number, tail: string): DocumentSource {
  const encoder = new TextEncoder();
  return {
    name: "a.eml",
    size: HUGE,
    read: async (offset, length) => encoder.encode(head).slice(offset, offset + length),
    stream: async () => {
      let told = -1;
      return new ReadableStream({
        pull(controller) {
          controller.enqueue(encoder.encode(told < 0 ? head : told < count ? piece : tail));
          told += 1;
          if (told > count) {
            controller.close();
          }
        },
      });
    },
  };
}

describe("a large workbook", () => {
  it("is unpacked only as far as its text is kept", async ({ expect }) => {
    const rows = Array.from({ length: 200_000 }, (_, at) => {
      const number = at + 1;
      return `<row r="${number}"><c r="A${number}"><v>${number}</v></c><c t="inlineStr"><is><t>harbour ${number}</t></is></c></row>`;
    });
    const book = await zipFile([
      {
        name: "[Content_Types].xml",
        content:
          '<Types><Override PartName="/xl/book.xml" ContentType="spreadsheetml.sheet.main+xml"/></Types>',
      },
      {
        name: "_rels/.rels",
        content:
          '<Relationships><Relationship Type="x/officeDocument" Target="xl/book.xml"/></Relationships>',
      },
      {
        name: "xl/book.xml",
        content: '<workbook><sheet name="A" r:id="r1"/><sheet name="B" r:id="r1"/></workbook>',
      },
      {
        name: "xl/_rels/book.xml.rels",
        content:
          '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="sheet.xml"/></Relationships>',
      },
      { name: "xl/sheet.xml", content: `<worksheet>${rows.join("")}</worksheet>` },
    ]);
    const found = await extractText(sourceOf(book, "a.xlsx"), { maxChars: 10_000 });
    expect(found.truncated).toBe(true);
    expect(found.text).toHaveLength(10_000);
    expect(found.pages?.map(({ text }) => text.length > 0)).toEqual([true, false]);
    expect(found.pages?.[0]?.text).toMatch(/^1\tharbour 1\n2\tharbour 2\n/);
  }, 30_000);
});
