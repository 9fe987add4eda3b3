/**
 * Text out of documents. The one door of this room: what a file is is told from its bytes, and the
 * reader of its format is loaded only then.
 */
import { cutText } from "../domain/text";
import { DOCUMENT } from "../limits";
import type {
  DocumentPage,
  DocumentSource,
  ExtractedText,
  Extraction,
  PageSink,
  PageUnit,
} from "./extractor";
import { bufferSmallFile } from "./package/buffer-small-file";
import type { PackedReader, ReaderContext, StreamedReader } from "./reader";
import { type ReadingPlace, withPlace } from "./reading-place";
import { MIME_TYPES, type PackedKind, sniff, type Sniffed, type StreamedKind } from "./sniff";
import { declaredCharset, SourceText } from "./text/charset";
import { TextBudget } from "./text/text-writer";
import { unreadable } from "./unreadable";
import { WorkBudget } from "./work-budget";

export type { DocumentPage, DocumentSource, PageSink, PageUnit } from "./extractor";
export { withPlace } from "./reading-place";
export { readRows } from "./table/rows";

export interface ExtractOptions {
  /** UTF-16 units of text to keep; `DOCUMENT.maxChars` at most and by default. */
  maxChars?: number;
  /** Ends the wait for other large documents, and the reading between two turns. */
  signal?: AbortSignal;
}

const PACKED: Record<PackedKind, () => Promise<PackedReader>> = {
  docx: async () => (await import("./office/docx/docx")).readDocx,
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
  ics: async () => (await import("./cards/cards")).readCards,
  vcf: async () => (await import("./cards/cards")).readCards,
  ipynb: async () => (await import("./text/notebook")).readNotebook,
  tnef: async () => (await import("./mail/tnef")).readTnef,
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

/** The MIME type of a document, told from its first bytes. Throws like `extractText` for what is none. */
export async function detectType(source: DocumentSource): Promise<string> {
  return MIME_TYPES[(await sniff(source)).kind];
}

/** A web page's source, decoded piece by piece; other work has its turn between the pieces. */
export async function* readMarkup(source: DocumentSource): AsyncGenerator<string, void, undefined> {
  const head = await source.read(0, DOCUMENT.sniffBytes);
  const text = await SourceText.open(source, declaredCharset(head));
  yield* text.pieces();
}

/**
 * The text of a file in reading order, with what the file says about itself; held whole.
 *
 * Throws ActionFailure with an `UnreadableCode`: `file_empty`, `file_encrypted`, `file_no_text`,
 * `file_damaged`, `file_too_large`, `file_unsupported` or `zip_bomb`. What the source throws passes through,
 * and the signal's reason.
 */
export async function extractText(
  source: DocumentSource,
  { maxChars = DOCUMENT.maxChars, signal }: ExtractOptions = {},
): Promise<ExtractedText> {
  const sink = new PageList();
  const { pageUnit, ...found } = await withPlace(source.size, signal, (place) =>
    extractPages(source, sink, place, maxChars),
  );
  if (pageUnit === undefined) {
    return { ...found, text: found.text ?? "" };
  }
  const { pages } = sink;
  const text = joinPages(pages, pageUnit);
  return {
    ...found,
    pages,
    pageUnit,
    text: cutText(text, maxChars),
    truncated: found.truncated || text.length > maxChars,
  };
}

/** What is told of a document beside its pages, which have gone to the sink. */
export type ExtractedPages = Omit<ExtractedText, "pages" | "text"> & {
  /** Null where the format has pages. */
  text: string | null;
};

/**
 * Hands the pages of a file to the sink as they are read, so that reading may be cut off and go on later.
 * Where the format has none, the text comes back. Throws like `extractText`.
 */
export async function extractPages(
  source: DocumentSource,
  sink: PageSink,
  place: ReadingPlace,
  maxChars: number = DOCUMENT.maxChars,
): Promise<ExtractedPages> {
  const near = await bufferSmallFile(source);
  const work = new WorkBudget(place);
  const sniffed = await sniff(near, work);
  const mostChars = Math.min(maxChars, DOCUMENT.maxChars);
  const budget = new TextBudget(mostChars);
  const pages = new WellFormedPages(sink);
  const found = await read(sniffed, near, { budget, work, pages, place });
  const mimeType = MIME_TYPES[sniffed.kind];
  const metadata = Object.fromEntries(
    Object.entries(found.metadata).map(([name, value]) => [name, value.toWellFormed()]),
  );
  const hasText = "text" in found ? /\S/.test(found.text) : pages.hasText;
  if (!hasText) {
    throw unreadable("file_no_text", "The file holds no text; it may be made of pictures.");
  }
  if (!("text" in found)) {
    const { pageUnit } = found;
    return { mimeType, pageUnit, text: null, metadata, truncated: budget.isExceeded };
  }
  const { text, isCut = false } = found;
  return {
    mimeType,
    text: cutText(text.toWellFormed(), mostChars),
    metadata: isCut ? { ...metadata, warning: "The file ends too early." } : metadata,
    truncated: isCut || budget.isExceeded || text.length > mostChars,
  };
}

/** Holds the pages of one document. */
class PageList implements PageSink {
  readonly kept = { pages: 0, chars: 0 };
  readonly pages: DocumentPage[] = [];

  async add(page: DocumentPage): Promise<void> {
    this.pages.push(page);
  }
}

/** Without half of a surrogate pair, which formats that number their characters may hold. */
class WellFormedPages implements PageSink {
  readonly #sink: PageSink;
  hasText: boolean;

  constructor(sink: PageSink) {
    this.#sink = sink;
    this.hasText = sink.kept.chars > 0;
  }

  get kept(): PageSink["kept"] {
    return this.#sink.kept;
  }

  add({ number, name, text }: DocumentPage): Promise<void> {
    this.hasText ||= text !== "";
    return this.#sink.add({
      number,
      ...(name === undefined ? {} : { name: name.toWellFormed() }),
      text: text.toWellFormed(),
    });
  }
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
  given: Omit<ReaderContext, "readEmbedded">,
  depth = 0,
): Promise<Extraction> {
  const context: ReaderContext = {
    ...given,
    readEmbedded: (embedded) => readEmbedded(embedded, given, depth + 1),
  };
  if ("zip" in sniffed) {
    const readPacked = await PACKED[sniffed.kind]();
    return readPacked(sniffed.zip, context);
  }
  const readStreamed = await STREAMED[sniffed.kind]();
  return readStreamed(source, context.budget, context);
}

async function readEmbedded(
  source: DocumentSource,
  { work, place }: Pick<ReaderContext, "work" | "place">,
  depth: number,
): Promise<string> {
  if (source.size === 0) {
    return "";
  }
  if (depth > DOCUMENT.maxEmbeddedDepth) {
    throw unreadable("file_unsupported", "It stands in too many documents inside each other.");
  }
  const pages = new PageList();
  const context = { budget: new TextBudget(DOCUMENT.maxChars), work, pages, place };
  const found = await read(await sniff(source, work), source, context, depth);
  return work.ahead.take("text" in found ? found.text : joinPages(pages.pages, found.pageUnit));
}
