/** Pages and slides of a document, whose text is headed by `[page 3]` and `[slide 3: Looms]`. */

const HEADING = /^\[(?:page|slide) (\d{1,6})(?:: [^\n]*)?\]$/gm;

/**
 * The page on which each place lies; asked of places in their order, it reads the text once. Null before
 * the first heading, and where the document has none.
 */
export function pagesBy(text: string): (offset: number) => number | null {
  const headings = text.matchAll(HEADING);
  let next = headings.next();
  let page: number | null = null;
  return (offset) => {
    while (next.done !== true && next.value.index <= offset) {
      page = Number(next.value[1]);
      next = headings.next();
    }
    return page;
  };
}

/** The pages that a passage has something of. @param first The one on which it begins, if it is known. */
export function pagesOf(passage: string, first: number | null): number[] {
  const headings = [...passage.matchAll(HEADING)];
  const begun = headings.map(({ 1: page }) => Number(page));
  const beginsWithHeading =
    headings[0] !== undefined && passage.slice(0, headings[0].index).trim() === "";
  return [...new Set(first === null || beginsWithHeading ? begun : [first, ...begun])];
}
