/** The state of an RTF reader: its open groups and its paragraph. */
import { shownIn } from "../text/symbol-fonts";
import { appendCapped } from "../text/text-writer";
import type { Destination } from "./rtf-words";

/** The state that braces save and restore. */
export interface Group {
  destination: Destination;
  charset: string;
  /** The name of the font, where its characters are symbols; null for a font of letters. */
  symbolFont: string | null;
  isHidden: boolean;
  /** Written small and high. */
  isRaised: boolean;
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

/** What `\plain` sets. */
export const PLAIN = { symbolFont: null, isHidden: false, isRaised: false } as const;

type CharacterWord = (parameter: number | null) => Partial<Group>;

/** Words that say how the characters of a group are shown. */
export const CHARACTER_WORDS: ReadonlyMap<string, CharacterWord> = new Map<string, CharacterWord>([
  ["uc", (chars) => ({ fallbackChars: chars ?? 1 })],
  ["v", (isOn) => ({ isHidden: isOn !== 0 })],
  ["deleted", (isOn) => ({ isHidden: isOn !== 0 })],
  ["super", (isOn) => ({ isRaised: isOn !== 0 })],
  // In half points, six where none is said.
  ["up", (halfPoints) => ({ isRaised: halfPoints !== 0 })],
  ["sub", () => ({ isRaised: false })],
  ["dn", () => ({ isRaised: false })],
  ["nosupersub", () => ({ isRaised: false })],
]);

const MAX_MARK_CHARS = 10_000;
const BULLET = "•";

export function addMark(paragraph: Paragraph, { symbolFont }: Group, text: string): void {
  const seen = symbolFont === null ? text : BULLET;
  paragraph.listMark = appendCapped(paragraph.listMark, seen, MAX_MARK_CHARS);
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
