/** ODT, ODS and ODP: one vocabulary, three kinds of body. */
import type { DocumentPage, Extraction, PageSink } from "../extractor";
import type { ZipArchive } from "../package/zip";
import type { ReaderContext } from "../reader";
import { type TextBudget, TextWriter } from "../text/text-writer";
import { readXml, type XmlEvents } from "../text/xml";
import { unreadable } from "../unreadable";
import { OdfLists } from "./odf-lists";
import { type OdfObjects, OdfText } from "./odf-text";
import { OdpSlides } from "./odp-slides";
import { OdsSheets } from "./ods-sheets";
import { readProperties } from "./ooxml";

/** Deleted text, comments, alternative texts, pronunciation guides, and what is no text. */
const SKIP = new Set("tracked-changes annotation title desc ruby-text binary-data".split(" "));
/** In a chart `title` is what is written over it. */
const OBJECT_SKIP = new Set([...SKIP].filter((name) => name !== "title"));

export async function readOdt(zip: ZipArchive, { budget }: ReaderContext): Promise<Extraction> {
  const writer = new TextWriter(budget);
  const events = new OdfText(writer, await readListStyles(zip), await readObjects(zip));
  const metadata = await readContent(zip, events, budget);
  return { text: writer.finish(), metadata };
}

export async function readOds(zip: ZipArchive, context: ReaderContext): Promise<Extraction> {
  const sheets = new OdsSheets(context, await readObjects(zip));
  const metadata = await readContent(zip, sheets, context.budget);
  await addAll(context.pages, sheets.finish());
  return { pageUnit: "sheet", metadata };
}

export async function readOdp(zip: ZipArchive, context: ReaderContext): Promise<Extraction> {
  const slides = new OdpSlides(context, await readListStyles(zip), await readObjects(zip));
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

/** Lists may be styled in the document's common styles; others are told with the body. */
async function readListStyles(zip: ZipArchive): Promise<OdfLists> {
  const lists = new OdfLists(zip.work);
  await refuseEncrypted(zip);
  if (zip.has("styles.xml")) {
    await readXml(zip.stream("styles.xml"), { open: (name, found) => lists.open(name, found) });
  }
  return lists;
}

/** Documents inside the document: the table that a chart is drawn from, a formula's words, a small sheet. */
async function readObjects(zip: ZipArchive): Promise<OdfObjects> {
  const objects = new Map<string, string>();
  await refuseEncrypted(zip);
  for (const name of zip.names()) {
    const folder = /^([^/]+)\/content\.xml$/.exec(name)?.[1];
    if (folder !== undefined) {
      const { ahead } = zip.work;
      const writer = new TextWriter(ahead);
      const events = new OdfText(writer, new OdfLists(zip.work));
      const isDone = () => ahead.isExceeded;
      await readXml(zip.stream(name), events, { skip: OBJECT_SKIP, isDone });
      objects.set(folder, writer.finish());
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
