/** What DOCX, XLSX and PPTX share: the package's parts, their relations, the document's properties. */
import { DOCUMENT } from "../../limits";
import type { ZipArchive } from "../package/zip";
import { appendCapped } from "../text/text-writer";
import { readXml } from "../text/xml";
import { unreadable } from "../unreadable";

export interface Relation {
  id: string;
  /** The last word of the type's address, e.g. `footnotes`: the two editions differ before it. */
  type: string;
  /** Name of the part in the package. */
  part: string;
}

/** The relations of a part, or of the package where the name is empty; none is an empty list. */
export async function relationsOf(zip: ZipArchive, part: string): Promise<Relation[]> {
  const slash = part.lastIndexOf("/") + 1;
  const name = `${part.slice(0, slash)}_rels/${part.slice(slash)}.rels`;
  const relations: Relation[] = [];
  if (!zip.has(name)) {
    return relations;
  }
  await readXml(zip.stream(name), {
    open(element, attributes) {
      const { Id, Type, Target, TargetMode } = attributes;
      if (element === "Relationship" && Target !== undefined && TargetMode !== "External") {
        zip.work.hold(Target.length + (Id?.length ?? 0));
        relations.push({
          id: Id ?? "",
          type: Type?.slice(Type.lastIndexOf("/") + 1) ?? "",
          part: resolvePart(part.slice(0, slash), Target),
        });
      }
    },
  });
  return relations;
}

/** The part that a relation of this type leads to, where there is one and it exists. */
export function partOfType(
  zip: ZipArchive,
  relations: readonly Relation[],
  type: string,
): string | undefined {
  const part = relations.find((relation) => relation.type === type)?.part;
  return part !== undefined && zip.has(part) ? part : undefined;
}

/** The parts that relations lead to, by the relations' ids. */
export async function partsById(
  zip: ZipArchive,
  relations: readonly Relation[],
): Promise<ReadonlyMap<string, string>> {
  const parts = new Map<string, string>();
  for (const { id, part } of relations) {
    await zip.work.passEntry();
    parts.set(id, part);
  }
  return parts;
}

/** Where the document stands if the package does not say: every program of the field puts it there. */
const USUAL_PARTS = ["word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"];

/** Where the document itself stands in its package. Throws ActionFailure `file_damaged` where it is missing. */
export async function mainPart(zip: ZipArchive): Promise<string> {
  const part =
    partOfType(zip, await relationsOf(zip, ""), "officeDocument") ??
    USUAL_PARTS.find((name) => zip.has(name));
  if (part === undefined) {
    throw unreadable("file_damaged", "The file is packed like an Office document, but lacks one.");
  }
  return part;
}

const TYPES = "[Content_Types].xml";

/**
 * What a part is: as its package says of the part itself, else of all that end like it; empty where it
 * says nothing. Names and endings compare without case.
 */
export async function contentTypeOf(zip: ZipArchive, part: string): Promise<string> {
  const name = `/${part}`.toLowerCase();
  let own: string | undefined;
  let byEnding = "";
  if (zip.has(TYPES)) {
    await readXml(zip.stream(TYPES), {
      open(element, { PartName, Extension, ContentType = "" }) {
        if (element === "Override" && PartName?.toLowerCase() === name) {
          own = ContentType;
        } else if (
          element === "Default" &&
          Extension &&
          name.endsWith(`.${Extension.toLowerCase()}`)
        ) {
          byEnding = ContentType;
        }
      },
    });
  }
  return own ?? byEnding;
}

/** A link between parts, made a name of a part. */
export function resolvePart(folder: string, target: string): string {
  const path: string[] = [];
  for (const step of (target.startsWith("/") ? target : folder + target).split("/")) {
    if (step === "..") {
      path.pop();
    } else if (step !== "" && step !== ".") {
      path.push(step);
    }
  }
  return path.join("/");
}

const PROPERTIES: ReadonlyMap<string, string> = new Map([
  ["title", "title"],
  ["subject", "subject"],
  ["creator", "author"],
  // Where both are kept, the other one is who saved last.
  ["initial-creator", "author"],
  ["language", "language"],
  ["description", "description"],
  ["publisher", "publisher"],
  ["created", "created"],
  ["creation-date", "created"],
  ["modified", "modified"],
]);

/** Title, author and dates by Dublin Core's names, from whatever part a format keeps them in. */
export async function readProperties(
  zip: ZipArchive,
  part: string | undefined,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  if (part === undefined || !zip.has(part)) {
    return found;
  }
  let value = "";
  await readXml(zip.stream(part), {
    open() {
      value = "";
    },
    text(text) {
      value = appendCapped(value, text, DOCUMENT.metadataMaxChars);
    },
    close(name) {
      const property = PROPERTIES.get(name);
      const isBetter = name === "initial-creator" || found[property ?? ""] === undefined;
      if (property !== undefined && value.trim() !== "" && isBetter) {
        found[property] = value.trim();
      }
      value = "";
    },
  });
  return found;
}

/** `w:val="0"` and its spellings switch a property off; without a value it is on. */
export function isOn(value: string | undefined): boolean {
  return value === undefined || !["0", "false", "off", "none"].includes(value);
}
