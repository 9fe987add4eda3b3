/** Packages whose parts are named or typed in ways that Open Packaging allows and few programs use. */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { zipFile } from "../support/zip-file";
import { fixture, fixtureBytes, sourceOf } from "./fixtures";
import { officeFile, relations } from "./office-package";

const TRANSCRIPT = "0:00:01 --> 0:00:04\nAnn Example\nShip it on Monday.";
const BODY = "<w:body><w:p><w:r><w:t>found</w:t></w:r></w:p></w:body>";
const WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";

async function textOfParts(parts: Record<string, string>): Promise<string> {
  const file = await zipFile(Object.entries(parts).map(([name, content]) => ({ name, content })));
  return (await extractText(sourceOf(file, "a"))).text;
}

describe("a part's type", () => {
  it("may be that of all parts which end like it", async ({ expect }) => {
    const { text } = await extractText(await fixture("odd/default-type.docx"));
    expect(text).toBe(TRANSCRIPT);
  });

  it("is found by a name in other letters", async ({ expect }) => {
    const { text } = await extractText(await fixture("odd/override-case.docx"));
    expect(text).toBe(TRANSCRIPT);
  });

  it("is told by its folder where the package says nothing of use", async ({ expect }) => {
    const rels = relations(["officeDocument", "word/document.xml"]);
    for (const types of [
      "<Types/>",
      '<Types><Default Extension="XML" ContentType="text/xml"/></Types>',
    ]) {
      const parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": rels,
        "word/document.xml": BODY,
      };
      expect(await textOfParts(parts)).toBe("found");
    }
    expect(await textOfParts({ "_rels/.rels": rels, "word/document.xml": BODY })).toBe("found");
    expect(await textOfParts({ "word/document.xml": BODY })).toBe("found");
  });
});

describe("a part's name", () => {
  it("compares without case, escapes and Windows' strokes", async ({ expect }) => {
    for (const name of ["Word/Document.XML", "word\\document.xml", "word/docu%6Dent.xml"]) {
      const text = await textOfParts({
        "[content_types].xml": `<Types><Default Extension="xml" ContentType="${WORD}"/></Types>`,
        "_RELS/.rels": relations(["officeDocument", "/word/document.xml"]),
        [name]: BODY,
      });
      expect(text).toBe("found");
    }
  });

  it("may be escaped in a book's list of chapters", async ({ expect }) => {
    const text = await textOfParts({
      "META-INF/container.xml": '<container><rootfile full-path="OEBPS/book.opf"/></container>',
      "OEBPS/book.opf":
        '<package><item id="a" href="chapter%20one.xhtml"/><itemref idref="a"/></package>',
      "OEBPS/chapter one.xhtml": "<html><body><p>found</p></body></html>",
    });
    expect(text).toBe("[chapter 1]\nfound");
  });

  it("is the exact one where two differ in case alone", async ({ expect }) => {
    const text = await textOfParts({
      "[Content_Types].xml": `<Types><Default Extension="xml" ContentType="${WORD}"/></Types>`,
      "_rels/.rels": relations(["officeDocument", "/word/document.xml"]),
      "word/DOCUMENT.xml": BODY.replace("found", "another"),
      "word/document.xml": BODY,
    });
    expect(text).toBe("found");
  });
});

describe("files that are refused", () => {
  it("are encrypted in whatever letters they say so", async ({ expect }) => {
    const bytes = (await fixtureBytes("libreoffice/locked.docx")).slice();
    const name = Uint8Array.from("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0", (letter) =>
      letter.charCodeAt(0),
    );
    const at = bytes.findIndex((_, index) =>
      name.every((byte, step) => bytes[index + step] === byte),
    );
    for (let step = 0; step < name.length; step += 2) {
      bytes[at + step] = "ENCRYPTEDPACKAGE".charCodeAt(step / 2);
    }
    await expect(extractText(sourceOf(bytes, "REPORT.DOCX"))).rejects.toMatchObject({
      code: "file_encrypted",
    });
  });

  it("name the format to save them in", async ({ expect }) => {
    const type = "application/vnd.ms-excel.sheet.binary.macroEnabled.main";
    const file = await officeFile("xl/workbook.bin", {
      "[Content_Types].xml": `<Types><Override PartName="/xl/workbook.bin" ContentType="${type}"/></Types>`,
      "xl/workbook.bin": "",
    });
    await expect(extractText(sourceOf(file, "a.xlsb"))).rejects.toMatchObject({
      code: "file_unsupported",
      message: expect.stringContaining("XLSX"),
    });
  });
});
