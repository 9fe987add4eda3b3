/** The state of an RTF reader: its open groups and its paragraph. */
import { shownIn } from "../text/symbol-fonts";
import type { Destination } from "./rtf-words";

/** The state that braces save and restore. */
export interface Group {
  destination: Destination;
  charset: string;
  /** The name of the font, where its characters are symbols; null for a font of letters. */
  symbolFont: string | null;
  isHidden: boolean;
  /** How many characters after each `\u` are for readers without Unicode. */
  fallbackChars: number;
  /** The group began with `\*`: an unknown word that follows makes it invisible. */
  isOptional: boolean;
  /** Nothing of the group has come yet: only here does `\*` mean something. */
  isFresh: boolean;
}

/** The state that `\pard` resets. */
export interface Paragraph {
  headingLevel: number | null;
  listMark: string;
  listLevel: number;
  /** Some text of the paragraph has come. */
  hasText: boolean;
}

/** A list's mark as text: `1.` or `b)`; empty for a bullet, which is a symbol. */
export function markText(mark: string): string {
  return /[\p{L}\p{N}]/u.test(mark) ? mark.trim() : "";
}

/**
 * Whether a group may go from one destination to another. Groups inside an invisible one are invisible too,
 * except a shape's text and the document's title and author.
 */
export function isReachable(destination: Destination, from: Destination): boolean {
  if (destination === "body") {
    return from === "shape";
  }
  if (destination === "title" || destination === "author") {
    return from === "info";
  }
  return from === "body" || from === "note";
}

/** A paragraph as `\pard` leaves it. */
export function newParagraph(): Paragraph {
  return { headingLevel: null, listMark: "", listLevel: 0, hasText: false };
}

/** The text as its font shows it: characters of a symbol font become the symbols. */
export function shownText({ symbolFont }: Group, text: string): string {
  return symbolFont === null ? text : shownIn(symbolFont, text);
}
