/** ODT, ODS and ODP: one vocabulary, three kinds of body. */
import type { DocumentPage, Extraction, PageSink } from "../extractor";
import type { ZipArchive } from "../package/zip";
import type { ReaderContext } from "../reader";
import { type TextBudget, TextWriter } from "../text/text-writer";
import { readXml, type XmlEvents } from "../text/xml";
import { unreadable } from "../unreadable";
import { OdfLetters } from "./odf-letters";
import { OdfLists } from "./odf-lists";
import { type OdfObject, type OdfObjects, type OdfStyles, OdfText } from "./odf-text";
import { OdpSlides } from "./odp-slides";
import { OdsSheets } from "./ods-sheets";
import { readProperties } from "./ooxml";

/** Deleted text, comments, alternative texts, pronunciation guides, and what is no text. */
const SKIP = new Set("tracked-changes annotation title desc ruby-text binary-data".split(" "));
/** In a chart `title` is what is written over it. */
const OBJECT_SKIP = new Set([...SKIP].filter((name) => name !== "title"));

export async function readOdt(zip: ZipArchive, { budget }: ReaderContext): Promise<Extraction> {
  const writer = new TextWriter(budget);
  const events = new OdfText(writer, await readStyles(zip), await readObjects(zip));
  const metadata = await readContent(zip, events, budget);
  return { text: writer.finish(), metadata };
}

export async function readOds(zip: ZipArchive, context: ReaderContext): Promise<Extraction> {
  const sheets = new OdsSheets(context, await readStyles(zip), await readObjects(zip));
  const metadata = await readContent(zip, sheets, context.budget);
  await addAll(context.pages, sheets.finish());
  return { pageUnit: "sheet", metadata };
}

export async function readOdp(zip: ZipArchive, context: ReaderContext): Promise<Extraction> {
  const slides = new OdpSlides(context, await readStyles(zip), await readObjects(zip));
  const metadata = await readContent(zip, slides, context.budget);
  await addAll(context.pages, slides.finish());
  return { pageUnit: "slide", metadata };
}

/** They all stand in one part: what was kept before is read again. */
async function addAll(sink: PageSink, pages: readonly DocumentPage[]): Promise<void> {
  for (const page of pages.slice(sink.kept.pages)) {
    await sink.add(page);
  }
}

/** The document's common styles; others are told with the body. */
async function readStyles(zip: ZipArchive): Promise<OdfStyles> {
  const styles = newStyles(zip);
  await refuseEncrypted(zip);
  if (zip.has("styles.xml")) {
    await readXml(zip.stream("styles.xml"), {
      open(name, found) {
        styles.lists.open(name, found);
        styles.letters.open(name, found);
      },
      close: (name) => styles.letters.close(name),
    });
  }
  return styles;
}

function newStyles(zip: ZipArchive): OdfStyles {
  return { lists: new OdfLists(zip.work), letters: new OdfLetters() };
}

/** Documents inside the document: the table that a chart is drawn from, a formula's words, a small sheet. */
async function readObjects(zip: ZipArchive): Promise<OdfObjects> {
  const objects: Map<string, OdfObject> = new Map();
  await refuseEncrypted(zip);
  for (const name of zip.names()) {
    const folder = /^([^/]+)\/content\.xml$/.exec(name)?.[1];
    if (folder !== undefined) {
      const { ahead } = zip.work;
      const writer = new TextWriter(ahead);
      const events = new OdfText(writer, newStyles(zip));
      const isDone = () => ahead.isExceeded;
      await readXml(zip.stream(name), events, { skip: OBJECT_SKIP, isDone });
      objects.set(folder, { text: writer.finish(), isFormula: events.hasFormula });
    }
  }
  return objects;
}

/** Hands the body to `events`; answers with the document's properties. */
async function readContent(
  zip: ZipArchive,
  events: XmlEvents,
  budget: TextBudget,
): Promise<Record<string, string>> {
  await refuseEncrypted(zip);
  await readXml(zip.stream("content.xml"), events, { skip: SKIP, isDone: () => budget.isExceeded });
  return readProperties(zip, "meta.xml");
}

/** With a password the parts are ciphered one by one, and the manifest says how. */
async function refuseEncrypted(zip: ZipArchive): Promise<void> {
  const manifest = "META-INF/manifest.xml";
  if (!zip.has(manifest)) {
    return;
  }
  await readXml(zip.stream(manifest), {
    open(name) {
      if (name === "encryption-data") {
        throw unreadable("file_encrypted", "The file is protected by a password.");
      }
    },
  });
}
