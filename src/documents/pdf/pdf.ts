/** PDF, page by page. */
import { DOCUMENT } from "../../limits";
import type { DocumentSource, Extraction, PageSink } from "../extractor";
import type { ReaderContext } from "../reader";
import type { ReadingPlace } from "../reading-place";
import { refuseLarge } from "../refuse-large";
import type { TextBudget } from "../text/text-writer";
import { isUnreadable, unreadable } from "../unreadable";
import { PdfFile } from "./pdf-file";
import { formLines } from "./pdf-form";
import { PageLines } from "./pdf-page";

const DAMAGED = "file_damaged";
/** A PDF of more is damaged as a whole. */
const MAX_DAMAGED_PAGES = 20;

/** Throws ActionFailure `file_too_large`, `file_encrypted`, `file_damaged`, `file_no_text` or `zip_bomb`. */
export async function readPdf(
  source: DocumentSource,
  budget: TextBudget,
  { pages, place }: ReaderContext,
): Promise<Extraction> {
  refuseLarge(source, DOCUMENT.pdfMaxBytes);
  if (source.size <= DOCUMENT.readWholeMaxBytes) {
    return readBytes(await source.read(0, source.size), budget, pages, place);
  }
  const bytes = await readWhole(source);
  try {
    return await readBytes(bytes, budget, pages, place);
  } finally {
    // Gone now, not when they are collected: the next large document has its own.
    bytes.buffer.transfer(0);
  }
}

async function readBytes(
  bytes: Uint8Array,
  budget: TextBudget,
  pages: PageSink,
  place: ReadingPlace,
): Promise<Extraction> {
  const pdf = await PdfFile.open(bytes, place);
  try {
    if (pdf.pages > DOCUMENT.maxPages) {
      throw unreadable("file_too_large", `A PDF may have ${DOCUMENT.maxPages} pages at most.`);
    }
    const damaged = await readPages(pdf, budget, pages);
    const warning = damaged.length === 0 ? {} : { warning: leftOut(damaged) };
    return { pageUnit: "page", metadata: { ...describe(pdf), ...warning } };
  } finally {
    await pdf.close();
  }
}

/** Into one buffer, without a copy beside it: pieces that come one by one lie about until they are collected. */
async function readWhole(source: DocumentSource): Promise<Uint8Array<ArrayBuffer>> {
  const reader = (await source.stream()).getReader({ mode: "byob" });
  let whole = new Uint8Array(source.size);
  try {
    for (let at = 0; at < source.size;) {
      const wanted = Math.min(source.size - at, DOCUMENT.readAheadBytes);
      // The buffer is handed over with each read and comes back with what was read.
      const room = new Uint8Array(whole.buffer, at, wanted);
      const { done, value } = await reader.readAtLeast(wanted, room);
      if (value === undefined) {
        break;
      }
      whole = new Uint8Array(value.buffer);
      at += value.byteLength;
      if (done) {
        break;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  return whole;
}

/** Answers with the numbers of pages that are damaged and left out. */
async function readPages(pdf: PdfFile, budget: TextBudget, sink: PageSink): Promise<number[]> {
  const { kept } = sink;
  const damaged: number[] = [];
  budget.pass(kept.chars);
  let hasText = kept.chars > 0;
  for (let number = kept.pages + 1; number <= pdf.pages && !budget.isExceeded; number += 1) {
    const text = await readPage(pdf, number, budget).catch((error: unknown) => {
      if (!isDamage(error) || damaged.length >= MAX_DAMAGED_PAGES) {
        throw error;
      }
      damaged.push(number);
      return "";
    });
    hasText ||= text !== "";
    await sink.add({ number, text });
  }
  if (!hasText && damaged.length > 0) {
    throw unreadable(DAMAGED, `The PDF is damaged: page ${damaged[0]} cannot be read.`);
  }
  if (!hasText) {
    throw unreadable(
      "file_no_text",
      "The PDF holds no text: its pages are pictures, as in a scan.",
    );
  }
  return damaged;
}

function isDamage(error: unknown): boolean {
  return isUnreadable(error) && error.code === DAMAGED;
}

function leftOut(pages: readonly number[]): string {
  return pages.length === 1
    ? `Page ${pages[0]} is damaged and was left out.`
    : `Pages ${pages.join(", ")} are damaged and were left out.`;
}

/** Piece by piece: a small file may write a million words over each other on one page. */
async function readPage(pdf: PdfFile, number: number, budget: TextBudget): Promise<string> {
  const lines = new PageLines(budget);
  const page = await pdf.readPage(number, ({ items, styles }) => {
    lines.addStyles(styles);
    for (const item of items) {
      lines.add(item);
    }
    return !budget.isExceeded;
  });
  const filledIn = budget.take(formLines(pdf, page).join("\n"));
  return [lines.text(), filledIn].filter((part) => part !== "").join("\n\n");
}

const PROPERTIES: readonly [property: string, name: string][] = [
  ["Title", "title"],
  ["Author", "author"],
  ["Subject", "subject"],
  ["CreationDate", "created"],
  ["ModDate", "modified"],
];

function describe({ info }: PdfFile): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [property, name] of PROPERTIES) {
    const value = info[property];
    if (typeof value === "string" && value.trim() !== "") {
      found[name] = plainDate(value.trim()).slice(0, DOCUMENT.metadataMaxChars);
    }
  }
  return found;
}

/** `D:20260504093000+02'00'` as ISO 8601 says it. */
function plainDate(value: string): string {
  return value.replace(
    /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z.*|([+-]\d\d)'(\d\d)'?)?$/,
    (_, ...[year, month, day, hour, minute, second, zoneHour, zoneMinute]: string[]) => {
      const zone = zoneHour === undefined ? "Z" : `${zoneHour}:${zoneMinute}`;
      return `${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`;
    },
  );
}
