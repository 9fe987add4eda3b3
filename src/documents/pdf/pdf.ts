/** PDF, page by page. */
import { getDocumentProxy } from "unpdf";

import { DOCUMENT } from "../../limits";
import type { DocumentPage, DocumentSource, Extraction } from "../document";
import { refuseLarge } from "../refuse-large";
import type { TextBudget } from "../text/text-writer";
import { unreadable } from "../unreadable";
import { CharacterMaps } from "./cmaps/character-maps";
import { formLines } from "./pdf-form";
import { PageLines, type TextPiece } from "./pdf-page";
import { refuseInflation } from "./pdf-streams";

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

/** Throws ActionFailure `file_too_large`, `file_encrypted`, `file_damaged`, `file_no_text` or `zip_bomb`. */
export async function readPdf(source: DocumentSource, budget: TextBudget): Promise<Extraction> {
  refuseLarge(source, DOCUMENT.pdfMaxBytes);
  const bytes = await readWhole(source);
  await refuseInflation(bytes);
  const pdf = await openPdf(bytes);
  try {
    if (pdf.numPages > DOCUMENT.maxPages) {
      throw unreadable("file_too_large", `A PDF may have ${DOCUMENT.maxPages} pages at most.`);
    }
    const pages = await readPages(pdf, budget);
    return { pageUnit: "page", pages, metadata: await describe(pdf) };
  } finally {
    await pdf.loadingTask.destroy();
  }
}

/** Filled piece by piece: gathering the pieces first would take the memory twice. */
async function readWhole(source: DocumentSource): Promise<Uint8Array> {
  const whole = new Uint8Array(source.size);
  let at = 0;
  for await (const piece of await source.stream()) {
    whole.set(piece.subarray(0, whole.length - at), at);
    at += piece.length;
  }
  return whole;
}

async function openPdf(bytes: Uint8Array): Promise<Pdf> {
  try {
    return await getDocumentProxy(bytes, {
      verbosity: 0,
      // Fonts are not drawn, only read.
      disableFontFace: true,
      useSystemFonts: false,
      useWasm: false,
      useWorkerFetch: false,
      BinaryDataFactory: CharacterMaps,
      cMapPacked: true,
    });
  } catch (error) {
    if (error instanceof Error && error.name === "PasswordException") {
      throw unreadable("file_encrypted", "The PDF is protected by a password.");
    }
    throw unreadable("file_damaged", "The PDF is damaged: it has no readable structure.");
  }
}

async function readPages(pdf: Pdf, budget: TextBudget): Promise<DocumentPage[]> {
  const pages: DocumentPage[] = [];
  const form = formLines((await pdf.getFieldObjects()) ?? {});
  for (let number = 1; number <= pdf.numPages && !budget.isExceeded; number += 1) {
    const text = await readPage(pdf, number, budget);
    const filledIn = budget.take(form.get(number)?.join("\n") ?? "");
    pages.push({ number, text: [text, filledIn].filter((part) => part !== "").join("\n\n") });
  }
  if (pages.every((page) => page.text === "")) {
    throw unreadable(
      "file_no_text",
      "The PDF holds no text: its pages are pictures, as in a scan.",
    );
  }
  return pages;
}

/** Piece by piece: a small file may write a million words over each other on one page. */
async function readPage(pdf: Pdf, number: number, budget: TextBudget): Promise<string> {
  const lines = new PageLines(budget);
  try {
    const page = await pdf.getPage(number);
    const chunks: ReadableStream<{ items: TextPiece[] }> = page.streamTextContent();
    const reader = chunks.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      for (const item of next.value.items) {
        lines.add(item);
      }
      if (budget.isExceeded) {
        await reader.cancel(new Error("Enough text."));
        break;
      }
    }
    page.cleanup();
  } catch {
    throw unreadable("file_damaged", `The PDF is damaged: page ${number} cannot be read.`);
  }
  return lines.text();
}

const PROPERTIES: readonly [property: string, name: string][] = [
  ["Title", "title"],
  ["Author", "author"],
  ["Subject", "subject"],
  ["CreationDate", "created"],
  ["ModDate", "modified"],
];

async function describe(pdf: Pdf): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const { info } = await pdf.getMetadata();
  for (const [property, name] of PROPERTIES) {
    const value: unknown = Reflect.get(info, property);
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
