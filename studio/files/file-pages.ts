/** What a `file` action gives of a document, page by page. Pure. */
import { asText, isObject } from "../api/json.ts";

export interface FilePage {
  number: string;
  text: string;
}

/** The head that each page has where a document's pages are one text. */
const PAGE_HEAD = /\[(?:page|sheet|slide|chapter) (\d+)(?:: [^\]\n]*)?\]\n?/;
/** Characters of a passage by which it is found on its page. */
const FOUND_BY_CHARS = 200;

/** A document without pages is one. */
export function pagesOf(output: unknown): FilePage[] {
  if (!isObject(output)) {
    return [{ number: "1", text: asText(output) }];
  }
  const pages: unknown[] = Array.isArray(output["pages"]) ? output["pages"] : [];
  return pages.length === 0
    ? [{ number: "1", text: asText(output["text"]) }]
    : pages
        .filter(isObject)
        .map(({ number, text }) => ({ number: asText(number), text: asText(text) }));
}

export function isTruncated(output: unknown): boolean {
  return isObject(output) && output["truncated"] === true;
}

/** The page on which a passage of the document begins; null where it does not tell and none of the pages has it. */
export function pageOf(passage: string, pages: readonly FilePage[]): string | null {
  const [before = "", number] = passage.trimStart().split(PAGE_HEAD);
  if (before === "" && number !== undefined) {
    return number;
  }
  const wanted = oneLine(before).slice(0, FOUND_BY_CHARS);
  return pages.find(({ text }) => oneLine(text).includes(wanted))?.number ?? null;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
