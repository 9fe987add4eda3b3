/** What an RTF reader remembers of the groups and the paragraph that it is in. */
import { shownIn } from "../text/symbol-fonts";
import type { Destination } from "./rtf-words";

/** What braces save and restore. */
export interface Group {
  destination: Destination;
  charset: string;
  /** The name of a font whose characters are pictures; null in one of letters. */
  symbolFont: string | null;
  isHidden: boolean;
  /** Characters that follow each `\u` for readers without Unicode. */
  fallbackChars: number;
  /** It began with `\*`: an unknown word that follows makes the group invisible. */
  isOptional: boolean;
  /** Nothing of it has come yet: only here does `\*` mean something. */
  isFresh: boolean;
}

/** What `\pard` resets. */
export interface Paragraph {
  headingLevel: number | null;
  listMark: string;
  listLevel: number;
  /** Some of its text has come. */
  hasText: boolean;
}

/** `1.` or `b)`; a bullet is a picture of a symbol font and says nothing as text. */
export function markText(mark: string): string {
  return /[\p{L}\p{N}]/u.test(mark) ? mark.trim() : "";
}

/** What is inside an invisible group stays so, but for a shape's text and the document's properties. */
export function isReachable(destination: Destination, from: Destination): boolean {
  if (destination === "body") {
    return from === "shape";
  }
  if (destination === "title" || destination === "author") {
    return from === "info";
  }
  return from === "body" || from === "note";
}

export function newParagraph(): Paragraph {
  return { headingLevel: null, listMark: "", listLevel: 0, hasText: false };
}

/** Letters of a font of pictures as what they show. */
export function shownText({ symbolFont }: Group, text: string): string {
  return symbolFont === null ? text : shownIn(symbolFont, text);
}
