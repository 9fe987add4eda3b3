/** Office packages made by hand, as small as they can be. */
import { extractText } from "../../src/documents";
import { zipFile } from "../support/zip-file";
import { sourceOf } from "./fixtures";

const TYPES: Record<string, string> = {
  "word/document.xml": "application/vnd.ms-word.document.macroEnabled.main+xml",
  "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
  "ppt/presentation.xml":
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
};
/** Of the edition that few programs write. */
const STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships";

/** A part of relations, whose ids are `r1`, `r2` … */
export function relations(...targets: readonly [type: string, target: string][]): string {
  const items = targets.map(
    ([type, target], at) =>
      `<Relationship Id="r${at + 1}" Type="${STRICT}/${type}" Target="${target}"/>`,
  );
  return `<Relationships>${items.join("")}</Relationships>`;
}

/** The parts by name, those that every package has beside them where they are not given. */
export async function officeFile(
  main: string,
  parts: Record<string, string | Uint8Array>,
): Promise<Uint8Array> {
  const all = {
    "[Content_Types].xml": `<Types><Override PartName="/${main}" ContentType="${TYPES[main]}"/></Types>`,
    "_rels/.rels": relations(["officeDocument", `/${main}`]),
    ...parts,
  };
  return zipFile(Object.entries(all).map(([name, content]) => ({ name, content })));
}

export async function textOf(main: string, parts: Record<string, string>): Promise<string> {
  return (await extractText(sourceOf(await officeFile(main, parts), "a"))).text;
}
