/** PPTX: slides in the order of the show, hidden ones too, each with its notes. */
import type { Extraction } from "../extractor";
import type { ZipArchive } from "../package/zip";
import { PackedPages } from "../packed-pages";
import type { ReaderContext } from "../reader";
import { type TextBudget, TextWriter } from "../text/text-writer";
import { prefixedAttribute, readXml } from "../text/xml";
import { DRAWING_SKIP } from "./drawn-text";
import { readDrawnTexts } from "./drawn-texts";
import { withNotes } from "./odp-slides";
import { mainPart, partOfType, partsById, readProperties, relationsOf } from "./ooxml";
import { ShapeText } from "./shape-text";

export async function readPptx(zip: ZipArchive, context: ReaderContext): Promise<Extraction> {
  const part = await mainPart(zip);
  const relations = await relationsOf(zip, part);
  const parts = await partsById(zip, relations);
  const pages = new PackedPages(zip, context, async (slide) => ({
    text: await readSlide(zip, slide, context.budget),
  }));
  for (const id of await readSlideIds(zip, part)) {
    await pages.add(parts.get(id));
  }
  const properties = partOfType(zip, await relationsOf(zip, ""), "core-properties");
  return { pageUnit: "slide", metadata: await readProperties(zip, properties) };
}

async function readSlideIds(zip: ZipArchive, part: string): Promise<string[]> {
  const ids: string[] = [];
  await readXml(zip.stream(part), {
    open(name, attributes) {
      if (name === "sldId") {
        zip.work.hold(0);
        ids.push(prefixedAttribute(attributes, "id") ?? "");
      }
    },
  });
  return ids;
}

async function readSlide(zip: ZipArchive, part: string, budget: TextBudget): Promise<string> {
  const relations = await relationsOf(zip, part);
  const options = { skip: DRAWING_SKIP, isDone: () => budget.isExceeded };
  const slide = new ShapeText(new TextWriter(budget), await readDrawnTexts(zip, relations));
  await readXml(zip.stream(part), slide, options);
  const notes = new ShapeText(new TextWriter(budget));
  const notesPart = partOfType(zip, relations, "notesSlide");
  if (notesPart !== undefined) {
    await readXml(zip.stream(notesPart), notes, options);
  }
  return withNotes(slide.finish(), notes.finish());
}
