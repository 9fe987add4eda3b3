import * as z from "zod";

import { DOCUMENT } from "../../limits";

/** `1-3,7`: page numbers and ranges. */
const RANGES = /^\s*\d{1,6}(\s*-\s*\d{1,6})?(\s*,\s*\d{1,6}(\s*-\s*\d{1,6})?)*\s*$/;

export const PagesField = z.union([
  z.string().regex(RANGES, "must be numbers and ranges, such as 1-3,7"),
  z.array(z.int().min(1)).min(1).max(DOCUMENT.maxPages),
]);

/** Whether a page's number is among those asked for. */
export function pageFilter(pages: z.output<typeof PagesField>): (page: number) => boolean {
  const ranges = Array.isArray(pages)
    ? pages.map((page) => [page, page] as const)
    : pages.split(",").map(readRange);
  return (page) => ranges.some(([first, last]) => first <= page && page <= last);
}

function readRange(text: string): readonly [number, number] {
  const [first = 0, last = first] = text.split("-").map(Number);
  return [first, last];
}
