/**
 * Text out of documents. The one door of this room: what a file is is told from its bytes, and the
 * reader of its format is loaded only then.
 */
import { cutText } from "../domain/text";
import { DOCUMENT } from "../limits";
import type { DocumentPage, DocumentSource, ExtractedText, Extraction, PageUnit } from "./document";
import { bufferSmallFile } from "./package/buffer-small-file";
import type { PackedReader } from "./reader";
import { MIME_TYPES, type PackedKind, sniff, type Sniffed, type StreamedKind } from "./sniff";
import { declaredCharset, SourceText } from "./text/charset";
import { TextBudget } from "./text/text-writer";
import { unreadable } from "./unreadable";
import { WorkBudget } from "./work-budget";

export type { DocumentPage, DocumentSource, ExtractedText, PageUnit } from "./document";
export { readRows } from "./table/rows";

export interface ExtractOptions {
  /** UTF-16 units of text to keep; `DOCUMENT.maxChars` at most and by default. */
  maxChars?: number;
}

type StreamedReader = (source: DocumentSource, budget: TextBudget) => Promise<Extraction>;

const PACKED: Record<PackedKind, () => Promise<PackedReader>> = {
  docx: async () => (await import("./office/docx")).readDocx,
  xlsx: async () => (await import("./office/xlsx")).readXlsx,
  pptx: async () => (await import("./office/pptx")).readPptx,
  odt: async () => (await import("./office/odf")).readOdt,
  ods: async () => (await import("./office/odf")).readOds,
  odp: async () => (await import("./office/odf")).readOdp,
  epub: async () => (await import("./epub")).readEpub,
};

const readPlain = async () => (await import("./text/plain")).readPlain;

const STREAMED: Record<StreamedKind, () => Promise<StreamedReader>> = {
  pdf: async () => (await import("./pdf/pdf")).readPdf,
  rtf: async () => (await import("./rtf/rtf")).readRtf,
  eml: async () => (await import("./mail/email")).readEmail,
  mbox: async () => (await import("./mail/email")).readMailbox,
  html: async () => (await import("./text/html")).readHtml,
  xml: async () => (await import("./text/xml-outline")).readXmlOutline,
  txt: readPlain,
  md: readPlain,
  rst: readPlain,
  csv: readPlain,
  tsv: readPlain,
  json: readPlain,
  jsonl: readPlain,
};

/** A web page's source, decoded piece by piece; other work has its turn between the pieces. */
export async function* readMarkup(source: DocumentSource): AsyncGenerator<string, void, undefined> {
  const head = await source.read(0, DOCUMENT.sniffBytes);
  const text = await SourceText.open(source, declaredCharset(head));
  yield* text.pieces();
}

/**
 * The text of a file in reading order, with what the file says about itself.
 *
 * Throws ActionFailure with an `UnreadableCode`: `file_empty`, `file_encrypted`, `file_no_text`,
 * `file_damaged`, `file_too_large`, `file_unsupported` or `zip_bomb`. What the source throws passes through.
 */
export async function extractText(
  source: DocumentSource,
  options: ExtractOptions = {},
): Promise<ExtractedText> {
  const near = await bufferSmallFile(source);
  const work = new WorkBudget();
  const sniffed = await sniff(near, work);
  const maxChars = Math.min(options.maxChars ?? DOCUMENT.maxChars, DOCUMENT.maxChars);
  const budget = new TextBudget(maxChars);
  const found = wellFormed(await read(sniffed, near, { budget, work }));
  const text = "pages" in found ? joinPages(found.pages, found.pageUnit) : found.text;
  if (!hasText(found)) {
    throw unreadable("file_no_text", "The file holds no text; it may be made of pictures.");
  }
  const isCut = "isCut" in found && found.isCut;
  return {
    mimeType: MIME_TYPES[sniffed.kind],
    ...("pages" in found ? { pages: found.pages, pageUnit: found.pageUnit } : {}),
    text: cutText(text, maxChars),
    metadata: isCut ? { ...found.metadata, warning: "The file ends too early." } : found.metadata,
    truncated: isCut || budget.isExceeded || text.length > maxChars,
  };
}

/** Without half of a surrogate pair, which formats that number their characters may hold. */
function wellFormed(found: Extraction): Extraction {
  const metadata = Object.fromEntries(
    Object.entries(found.metadata).map(([name, value]) => [name, value.toWellFormed()]),
  );
  if (!("pages" in found)) {
    return { ...found, metadata, text: found.text.toWellFormed() };
  }
  const pages = found.pages.map((page) => ({
    ...page,
    ...(page.name === undefined ? {} : { name: page.name.toWellFormed() }),
    text: page.text.toWellFormed(),
  }));
  return { ...found, metadata, pages };
}

function hasText(found: Extraction): boolean {
  return "pages" in found ? found.pages.some(({ text }) => text !== "") : /\S/.test(found.text);
}

/** Pages as one text, each headed by its number so that an answer can point at it. */
export function joinPages(pages: readonly DocumentPage[], unit: PageUnit): string {
  return pages
    .map(({ number, name, text }) => {
      const title = name === undefined ? "" : `: ${name}`;
      return `[${unit} ${number}${title}]\n${text}`.trimEnd();
    })
    .join("\n\n");
}

/** `depth`: how many documents this one stands in. */
async function read(
  sniffed: Sniffed,
  source: DocumentSource,
  budgets: { budget: TextBudget; work: WorkBudget },
  depth = 0,
): Promise<Extraction> {
  if ("zip" in sniffed) {
    const readPacked = await PACKED[sniffed.kind]();
    return readPacked(sniffed.zip, {
      ...budgets,
      readEmbedded: (embedded) => readEmbedded(embedded, budgets.work, depth + 1),
    });
  }
  const readStreamed = await STREAMED[sniffed.kind]();
  return readStreamed(source, budgets.budget);
}

async function readEmbedded(
  source: DocumentSource,
  work: WorkBudget,
  depth: number,
): Promise<string> {
  if (source.size === 0) {
    return "";
  }
  if (depth > DOCUMENT.maxEmbeddedDepth) {
    throw unreadable("file_unsupported", "It stands in too many documents inside each other.");
  }
  const budgets = { budget: new TextBudget(DOCUMENT.maxChars), work };
  const found = await read(await sniff(source, work), source, budgets, depth);
  const text = "pages" in found ? joinPages(found.pages, found.pageUnit) : found.text;
  return work.ahead.take(text);
}
