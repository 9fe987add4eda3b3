/** Encodings, and what a file is when its name says something else. */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { fixture, fixtureBytes, sourceOf } from "./fixtures";

describe("encodings", () => {
  for (const [file, text] of [
    ["gb18030.csv", "名称,城市\n灯塔,上海\n"],
    ["utf-16.txt", "Harbour 港口\n"],
    ["windows-1251.txt", "Гавань снова открыта с мая, и движение судов удвоилось.\n"],
    ["windows-1252.txt", "Der Hafen ist für größere Schiffe geöffnet – “endlich”.\n"],
    ["windows-1256.txt", "الميناء مفتوح من جديد منذ شهر مايو وقد تضاعفت حركة النقل في هذا العام\n"],
  ] as const) {
    it(`reads ${file}`, async ({ expect }) => {
      expect((await extractText(await fixture(`plain/${file}`))).text).toBe(text);
    });
  }

  it("drops a byte-order mark", async ({ expect }) => {
    const { text } = await extractText(sourceOf("\uFEFFplain", "a.txt"));
    expect(text).toBe("plain");
  });

  it("reads UTF-16 without a mark where the text is mostly Latin", async ({ expect }) => {
    const bytes = Uint8Array.from("Harbour\n", (letter) => letter.charCodeAt(0));
    const wide = Uint8Array.from({ length: 16 }, (_, at) =>
      at % 2 === 0 ? (bytes[at / 2] ?? 0) : 0,
    );
    expect((await extractText(sourceOf(wide, "a.txt"))).text).toBe("Harbour\n");
  });

  it("decides by the first letters that are not ASCII, however late they come", async ({
    expect,
  }) => {
    const ascii = new TextEncoder().encode("harbour ".repeat(20_000));
    const german = (await fixtureBytes("plain/windows-1252.txt")).slice();
    const late = new Uint8Array([...ascii, ...german]);
    expect((await extractText(sourceOf(late, "a.txt"))).text).toMatch(/größere Schiffe/);
  });

  it("keeps characters whole that lie across the pieces of a stream", async ({ expect }) => {
    const text = `x${"港口".repeat(50_000)}`;
    expect((await extractText(sourceOf(text, "a.txt"))).text).toBe(text);
  });

  it("believes a page's charset unless the bytes say otherwise", async ({ expect }) => {
    const declared = "<meta charset=gbk><p>\xb8\xdb\xbf\xda</p>";
    const gbk = Uint8Array.from(declared, (letter) => letter.charCodeAt(0));
    expect((await extractText(sourceOf(gbk, "a.html"))).text).toBe("港口");
    const wrong = Uint8Array.from("<meta charset=utf-8><p>gr\xfc\xdfe aus K\xf6ln</p>", (letter) =>
      letter.charCodeAt(0),
    );
    expect((await extractText(sourceOf(wrong, "a.html"))).text).toBe("grüße aus Köln");
  });
});

describe("what a file is", () => {
  for (const [file, mimeType] of [
    ["libreoffice/report.pdf", "application/pdf"],
    ["libreoffice/book.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    ["libreoffice/report.odt", "application/vnd.oasis.opendocument.text"],
    ["libreoffice/report.rtf", "application/rtf"],
    ["pandoc/notes.epub", "application/epub+zip"],
    ["pandoc/notes.html", "text/html"],
    ["python/mail.eml", "message/rfc822"],
  ] as const) {
    it(`knows ${file} by its bytes under a lying name`, async ({ expect }) => {
      for (const name of ["notes.txt", "notes.docx", "notes"]) {
        expect(await extractText(await fixture(file, name))).toMatchObject({ mimeType });
      }
    }, 30_000);
  }

  for (const [name, content, mimeType] of [
    ["a.md", "# Title\n\ntext", "text/markdown"],
    ["a.rst", "Title\n=====\n", "text/x-rst"],
    ["a.csv", "a,b\n1,2\n", "text/csv"],
    ["a.tsv", "a\tb\n1\t2\n", "text/tab-separated-values"],
    ["a.pdf", "a,b\n1,2\n3,4\n", "text/csv"],
    ["a.pdf", "Dear all,\nthis is a letter.\n", "text/plain"],
    ["a.txt", '{"a": 1}', "application/json"],
    ["a.csv", '[{"a": 1}, 2]', "application/json"],
    ["a.json", '{"a": 1}\n{"a": 2}\n', "application/jsonl"],
    ["a.md", "<div align=center>\n\n# Title\n", "text/markdown"],
    ["a.txt", "[1] A. Author, A Title, 2020.\n[2] B. Author\n", "text/plain"],
    ["a.txt", "<!-- c --><!DOCTYPE html><p>x", "text/html"],
    ["a.html", '<?xml version="1.0"?><rss><title>x</title></rss>', "application/xml"],
    ["a.txt", '<?xml version="1.0"?><rss><title>x</title></rss>', "application/xml"],
    ["a.txt", "Subject: minutes\nFrom here on: text\n\nbody", "text/plain"],
  ] as const) {
    it(`takes ${JSON.stringify(content.slice(0, 24))} in ${name} for ${mimeType}`, async ({
      expect,
    }) => {
      expect(await extractText(sourceOf(content, name))).toMatchObject({ mimeType });
    });
  }
});
