/** Files that give no text: each ends in an error that says why, none in a hang or an exhausted isolate. */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { DOCUMENT } from "../../src/limits";
import { pdfFile, repeatedBytes } from "../support/pdf-file";
import { zipFile } from "../support/zip-file";
import { fixture, fixtureBytes, sourceOf } from "./fixtures";

const OFFICE_RELATIONS =
  '<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="word/document.xml"/></Relationships>';
const OFFICE_TYPES =
  '<Types><Override PartName="/word/document.xml" ContentType="wordprocessingml.document.main+xml"/></Types>';
const OFFICE_PARTS = [
  { name: "[Content_Types].xml", content: OFFICE_TYPES },
  { name: "_rels/.rels", content: OFFICE_RELATIONS },
];

// The first test waits for the PDF parser, a megabyte and a half, to be loaded.
describe("protected files", { timeout: 30_000 }, () => {
  for (const file of [
    "pdf/locked.pdf",
    "libreoffice/locked.docx",
    "libreoffice/locked.xlsx",
    "libreoffice/locked.odt",
  ]) {
    it(`says that ${file} needs a password`, async ({ expect }) => {
      await expect(extractText(await fixture(file))).rejects.toMatchObject({
        name: "ActionFailure",
        code: "file_encrypted",
      });
    });
  }

  it("says so for a ZIP whose parts are locked one by one", async ({ expect }) => {
    const document = { name: "word/document.xml", content: "<p/>", isEncrypted: true };
    const locked = await zipFile([...OFFICE_PARTS, document]);
    await expect(extractText(sourceOf(locked, "a.docx"))).rejects.toMatchObject({
      code: "file_encrypted",
    });
  });
});

describe("files without text", () => {
  it("says that a scanned PDF holds none", async ({ expect }) => {
    await expect(extractText(await fixture("pdf/scanned.pdf"))).rejects.toMatchObject({
      code: "file_no_text",
    });
  });

  it("tells an empty file from one of white space", async ({ expect }) => {
    await expect(extractText(sourceOf("", "a.txt"))).rejects.toMatchObject({ code: "file_empty" });
    await expect(extractText(sourceOf(" \n", "a.txt"))).rejects.toMatchObject({
      code: "file_no_text",
    });
  });
});

describe("damaged files", () => {
  for (const file of [
    "libreoffice/report.docx",
    "libreoffice/book.xlsx",
    "libreoffice/talk.pptx",
    "libreoffice/report.odt",
    "libreoffice/book.ods",
    "libreoffice/talk.odp",
    "libreoffice/report.epub",
    "libreoffice/report.pdf",
  ]) {
    it(`says that ${file} is cut off`, async ({ expect }) => {
      const bytes = await fixtureBytes(file);
      const half = sourceOf(bytes.slice(0, bytes.length / 2), file);
      await expect(extractText(half)).rejects.toMatchObject({ code: "file_damaged" });
    });
  }

  it("keeps what an RTF says before it is cut off, and says that it is", async ({ expect }) => {
    const bytes = await fixtureBytes("libreoffice/report.rtf");
    const { text, truncated, metadata } = await extractText(
      sourceOf(bytes.slice(0, bytes.length * 0.8), "report.rtf"),
    );
    expect(text).toMatch(/^# Harbour report/);
    expect(truncated).toBe(true);
    expect(metadata["warning"]).toBe("The file ends too early.");
  });

  it("notices one changed byte inside a packed part", async ({ expect }) => {
    const bytes = (await fixtureBytes("libreoffice/report.odt")).slice();
    const name = new TextEncoder().encode("content.xml");
    const at = bytes.findIndex((_, index) =>
      name.every((byte, step) => bytes[index + step] === byte),
    );
    const target = at + name.length + 200;
    bytes[target] = (bytes[target] ?? 0) ^ 0x10;
    await expect(extractText(sourceOf(bytes, "report.odt"))).rejects.toMatchObject({
      code: "file_damaged",
    });
  });

  it("refuses markup that is nested without end", async ({ expect }) => {
    const deep = `<html>${"<div>".repeat(DOCUMENT.maxMarkupDepth + 1)}x`;
    await expect(extractText(sourceOf(deep, "deep.html"))).rejects.toMatchObject({
      code: "file_damaged",
    });
  });
});

describe("archives that lie", () => {
  it("refuses a part that would unpack to more than a hundred megabytes", async ({ expect }) => {
    const bomb = await fixture("python/bomb.docx");
    expect(bomb.size).toBeLessThan(150_000);
    await expect(extractText(bomb)).rejects.toMatchObject({ code: "zip_bomb" });
  });

  it("stops unpacking where a part grows beyond what it declared", async ({ expect }) => {
    const content = "<p><t>grown</t></p>".repeat(10_000);
    const liar = { name: "word/document.xml", content, declaredSize: 1000 };
    const bomb = await zipFile([...OFFICE_PARTS, liar]);
    await expect(extractText(sourceOf(bomb, "bomb.docx"))).rejects.toMatchObject({
      code: "zip_bomb",
    });
  });

  for (const packings of [1, 2]) {
    it(`refuses a PDF whose page unpacks to 32 MiB, packed ${packings} times`, async ({
      expect,
    }) => {
      const bomb = await pdfFile(repeatedBytes(" ".repeat(1024 * 1024), 32), packings);
      expect(bomb.length).toBeLessThan(50_000);
      await expect(extractText(sourceOf(bomb, "a.pdf"))).rejects.toMatchObject({
        code: "zip_bomb",
      });
    }, 30_000);
  }

  it("stops reading a PDF's page that writes without end", async ({ expect }) => {
    // What is drawn again at the same place is bold print: each stands at a place of its own.
    const places = Array.from({ length: 5000 }, (_, at) => [
      5 + 5 * (at % 100),
      5 + 15 * Math.floor(at / 100),
    ]);
    const page = places.map(([x, y]) => `BT /F 12 Tf ${x} ${y} Td (harbour) Tj ET\n`).join("");
    const words = repeatedBytes(page, 20);
    const found = await extractText(sourceOf(await pdfFile(words), "a.pdf"), { maxChars: 20_000 });
    expect(found.truncated).toBe(true);
    expect(found.text).toHaveLength(20_000);
  }, 30_000);

  it("does not expand entities that a document defines in terms of each other", async ({
    expect,
  }) => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`,
    );
    const xml = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "lol">${levels.join("")}]><l>&l9;</l>`;
    const { text } = await extractText(sourceOf(xml, "laughs.xml"));
    expect(text).toBe("l: &l9;");
  });
});

describe("files of no known format", () => {
  it("names Office's formats from before 2007 as such", async ({ expect }) => {
    await expect(extractText(await fixture("libreoffice/report.doc"))).rejects.toMatchObject({
      code: "file_unsupported",
      message: expect.stringContaining("before 2007"),
    });
  });

  it("refuses pictures, programs and plain archives, whatever their names", async ({ expect }) => {
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
    const archive = await zipFile([{ name: "a.txt", content: "text" }]);
    for (const bytes of [png, archive]) {
      for (const name of ["a.txt", "a.docx", "a.pdf", "a"]) {
        await expect(extractText(sourceOf(bytes, name))).rejects.toMatchObject({
          code: "file_unsupported",
        });
      }
    }
  });
});
