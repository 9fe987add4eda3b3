/** Packages of the fewest parts that a reader takes. */
import { zipFile } from "./zip-file";

export type Parts = Record<string, string>;

const TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

export function times(size: number, make: (at: number) => string): string {
  return Array.from({ length: size }, (_, at) => make(at)).join("");
}

export function relations(items: string): string {
  return `<Relationships>${items}</Relationships>`;
}

export function relation(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="${TYPE}/${type}" Target="${target}"/>`;
}

async function pack(parts: Parts): Promise<Uint8Array> {
  return zipFile(Object.entries(parts).map(([name, content]) => ({ name, content })));
}

function office(main: string, parts: Parts): Promise<Uint8Array> {
  return pack({
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": relations(relation("r1", "officeDocument", main)),
    ...parts,
  });
}

export function docx(body: string, parts: Parts = {}): Promise<Uint8Array> {
  return office("word/document.xml", {
    "word/document.xml": `<w:document><w:body>${body}</w:body></w:document>`,
    ...parts,
  });
}

export const paragraph = (text: string, properties = "") =>
  `<w:p>${properties}<w:r><w:t>${text}</w:t></w:r></w:p>`;

export function xlsx(sheet: string, parts: Parts = {}): Promise<Uint8Array> {
  return office("xl/workbook.xml", {
    "xl/workbook.xml": '<workbook><sheets><sheet name="S" r:id="s"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": relations(
      relation("s", "worksheet", "sheet.xml") +
        relation("t", "sharedStrings", "strings.xml") +
        relation("f", "styles", "styles.xml"),
    ),
    "xl/sheet.xml": `<worksheet><sheetData>${sheet}</sheetData></worksheet>`,
    ...parts,
  });
}

export function pptx(ids: string, slides: string, parts: Parts): Promise<Uint8Array> {
  return office("ppt/presentation.xml", {
    "ppt/presentation.xml": `<p:presentation>${ids}</p:presentation>`,
    "ppt/_rels/presentation.xml.rels": relations(slides),
    ...parts,
  });
}

export const slideShape =
  "<p:sp><p:txBody><a:p><a:r><a:t>shape</a:t></a:r></a:p></p:txBody></p:sp>";

export function odf(kind: string, content: string, parts: Parts = {}): Promise<Uint8Array> {
  return pack({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    "content.xml": `<office:document-content>${content}</office:document-content>`,
    ...parts,
  });
}

export function epub(items: string, spine: string, parts: Parts): Promise<Uint8Array> {
  return pack({
    mimetype: "application/epub+zip",
    "META-INF/container.xml": '<container><rootfile full-path="book.opf"/></container>',
    "book.opf": `<package><manifest>${items}</manifest><spine>${spine}</spine></package>`,
    ...parts,
  });
}
