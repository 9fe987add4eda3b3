/** Marks by which a text quotes passages that its model was shown: `【search:hit†title】`. */
import type { Citation } from "../message";
import type { ActionPlace, FoundPassage } from "../run-event";
import { cutText } from "../text";
import type { MessageStep, RunStep } from "./run-steps";

const MARK = /【(\d{1,6}):(\d{1,6})†[^】]*】/g;

/** No mark is longer; a title that would make one so is cut. */
export const MARK_MAX_CHARS = 100;

const TITLE_MAX_CHARS = 80;

/** A citation with its place in a JavaScript string. */
export interface PlacedCitation extends Citation {
  /** In UTF-16 units of the text. */
  at: number;
}

/** @param title Of which the mark says what it can hold. */
export function markOf(ordinal: number, hit: number, title: string): string {
  const plain = title.replaceAll(/[【】\s]+/g, " ").trim();
  return `【${ordinal}:${hit}†${cutText(plain, TITLE_MAX_CHARS).trim()}】`;
}

/** As a model reads the passage: under its mark, with the pages that the mark cannot say. */
export function showPassage(mark: string, { text, pages = [] }: FoundPassage): string {
  const [first, last] = [pages[0], pages.at(-1)];
  const on = first === last ? `page ${first}` : `pages ${first} to ${last}`;
  return `${mark}${pages.length === 0 ? "" : ` (${on})`}\n${text}`;
}

/** The marks of passages that there are, in their order; others are text like any. */
export function findCitations(
  text: string,
  passageOf: (ordinal: number, hit: number) => FoundPassage | undefined,
): PlacedCitation[] {
  let units = 0;
  let points = 0;
  return [...text.matchAll(MARK)].flatMap(({ 0: mark, 1: ordinal, 2: hit, index }) => {
    const passage = passageOf(Number(ordinal), Number(hit));
    if (passage === undefined) {
      return [];
    }
    points += codePoints(text.slice(units, index));
    units = index;
    const { documentId, fileId, title, text: quote, pages } = passage;
    const end = points + codePoints(mark);
    const cited = { documentId, fileId, title, quote, ...(pages && { pages }) };
    return [{ mark, start: points, end, at: index, ...cited }];
  });
}

/** The passages whose marks a message's text has: those that searches before it have found. */
export function citationsOf(
  steps: readonly RunStep[],
  { n, place, text }: Pick<MessageStep, "n" | "place" | "text">,
): PlacedCitation[] {
  const searches = steps.flatMap((one) =>
    one.type !== "message" && one.n < n && isSamePlace(one.place, place) ? one.searches : [],
  );
  return findCitations(text, (ordinal, hit) =>
    searches.find((one) => one.ordinal === ordinal)?.passages?.at(hit),
  );
}

function isSamePlace(left: ActionPlace, right: ActionPlace): boolean {
  return (
    left.name === right.name &&
    left.row === right.row &&
    left.map?.name === right.map?.name &&
    left.map?.iteration === right.map?.iteration
  );
}

function codePoints(text: string): number {
  return Array.from(text).length;
}
