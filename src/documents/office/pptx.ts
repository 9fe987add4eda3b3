/** PPTX: slides in the order of the show, hidden ones too, each with its notes. */
import type { DocumentPage, Extraction } from "../document";
import type { ZipArchive } from "../package/zip";
import { type TextBudget, TextWriter } from "../text/text-writer";
import { prefixedAttribute, readXml } from "../text/xml";
import { withNotes } from "./odp-slides";
import { mainPart, partOfType, readProperties, relationsOf } from "./ooxml";
import { PptxSlide } from "./pptx-slide";

/** The fallback of newer drawings would tell their text twice. */
const SKIP = new Set(["Fallback"]);

export async function readPptx(zip: ZipArchive, budget: TextBudget): Promise<Extraction> {
  const { part } = await mainPart(zip);
  const relations = await relationsOf(zip, part);
  const pages: DocumentPage[] = [];
  for (const id of await readSlideIds(zip, part)) {
    const slide = relations.find((relation) => relation.id === id)?.part;
    const isRead = slide !== undefined && zip.has(slide) && !budget.isExceeded;
    const text = isRead ? await readSlide(zip, slide, budget) : "";
    pages.push({ number: pages.length + 1, text });
  }
  const properties = partOfType(zip, await relationsOf(zip, ""), "core-properties");
  return { pageUnit: "slide", pages, metadata: await readProperties(zip, properties) };
}

async function readSlideIds(zip: ZipArchive, part: string): Promise<string[]> {
  const ids: string[] = [];
  await readXml(zip.stream(part), {
    open(name, attributes) {
      if (name === "sldId") {
        ids.push(prefixedAttribute(attributes, "id") ?? "");
      }
    },
  });
  return ids;
}

async function readSlide(zip: ZipArchive, part: string, budget: TextBudget): Promise<string> {
  const relations = await relationsOf(zip, part);
  const writer = new TextWriter(budget);
  const options = { skip: SKIP, isDone: () => budget.isExceeded };
  await readXml(zip.stream(part), new PptxSlide(writer), options);
  for (const { type, part: drawing } of relations) {
    if (type === "diagramData" && zip.has(drawing)) {
      await readXml(zip.stream(drawing), new PptxSlide(writer), options);
    }
  }
  const notes = new TextWriter(budget);
  const notesPart = partOfType(zip, relations, "notesSlide");
  if (notesPart !== undefined) {
    await readXml(zip.stream(notesPart), new PptxSlide(notes), options);
  }
  return withNotes(writer.finish(), notes.finish());
}
