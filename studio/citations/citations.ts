import type { Step } from "../runs/use-runs.ts";
/** What an answer's marks, `【search:hit†title】`, quote. Pure. */
import type { Message } from "../threads/live-runs.ts";

const MARK = /【(\d{1,6}):(\d{1,6})†[^】]*】/g;
const SPACED_MARK = new RegExp(` ?${MARK.source}`, "g");
/** Leads from a mark in Markdown to its passage, and nowhere else. */
const LINK = "#passage-";

/** A passage of a document that a model was shown. */
export interface Passage {
  title: string;
  text: string;
  documentId: string;
  fileId: string | null;
  /** Numbers of its pages, in order; absent where it tells of none. */
  pages?: readonly number[] | undefined;
}

/** By the number that stands for them in the text, from 1. */
export type Passages = readonly (Passage | undefined)[];

export function marksIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(MARK), ([mark]) => mark))];
}

/** The text with a short link in the place of each mark. */
export function linkMarks(text: string): string {
  const marks = marksIn(text);
  return text.replaceAll(SPACED_MARK, (mark) => {
    const number = marks.indexOf(mark.trimStart()) + 1;
    return ` [${number}](${LINK}${number})`;
  });
}

/** The number of the passage that a link leads to; null where it leads elsewhere. */
export function linkedPassage(href: string): number | null {
  return href.startsWith(LINK) ? Number(href.slice(LINK.length)) : null;
}

export function passagesCited(citations: NonNullable<Message["citations"]>): Map<string, Passage> {
  return new Map(
    citations.map(
      ({ mark, title, quote, document_id: documentId, file_id: fileId = null, pages }) => [
        mark,
        { title, text: quote, documentId, fileId, pages },
      ],
    ),
  );
}

/**
 * As a run's steps tell them: the n-th hit, from 0, of the n-th search, from 1, of the action whose words
 * hold the mark.
 */
export function passagesFound(marks: readonly string[], steps: readonly Step[]) {
  return new Map(
    marks.flatMap((mark): [string, Passage][] => {
      const said = steps.find(({ text = "" }) => text.includes(mark));
      const [, ordinal, hit] = [...mark.matchAll(MARK)][0] ?? [];
      const searches = steps
        .filter((step) => said !== undefined && placeOf(step) === placeOf(said))
        .flatMap(({ searches: asked = [] }) => asked);
      const found = searches[Number(ordinal) - 1]?.results?.[Number(hit)];
      if (found === undefined) {
        return [];
      }
      const { title, content: text, document_id: documentId, file_id: fileId, pages } = found;
      return [[mark, { title, text, documentId, fileId, pages }]];
    }),
  );
}

function placeOf({ block_name: name, input_index: row, map }: Step): string {
  return JSON.stringify([name, row, map]);
}
