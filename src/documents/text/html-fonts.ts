/** The font that an HTML text stands in, where its letters are pictures: mails of Outlook smile with a `J`. */
import type { Attributes } from "./markup-parser";
import { isSymbolFont, shownIn } from "./symbol-fonts";

/** Of a `style`; the font of a symbol stands in a short one. */
const MAX_STYLE_CHARS = 1000;

export class HtmlFonts {
  /** Of the elements that name one, the innermost last; null for one of letters. */
  readonly #open: { depth: number; font: string | null }[] = [];

  open(depth: number, { face, style }: Attributes): void {
    const font = familyOf(face ?? styledFont(style ?? ""));
    if (font !== "") {
      this.#open.push({ depth, font: isSymbolFont(font) ? font : null });
    }
  }

  close(depth: number): void {
    if (this.#open.at(-1)?.depth === depth) {
      this.#open.pop();
    }
  }

  shown(text: string): string {
    const font = this.#open.at(-1)?.font;
    return font ? shownIn(font, text) : text;
  }
}

/** What a `style` says of its font: the last word counts. */
function styledFont(style: string): string {
  let font = "";
  for (const declaration of style.slice(0, MAX_STYLE_CHARS).split(";")) {
    const colon = declaration.indexOf(":");
    const property = declaration.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (property === "font-family" || property === "font") {
      font = declaration.slice(colon + 1);
    }
  }
  return font;
}

/** The first of a list of families, whose size may stand before it. */
function familyOf(font: string): string {
  const [first = ""] = font.split(",", 1);
  const quoted = first.split(/["']/)[1];
  const words = first.trim().split(/\s+/);
  const behindSize = words.slice(words.findLastIndex((word) => /^[\d.]/.test(word)) + 1);
  return quoted ?? (behindSize.length > 0 ? behindSize : words).join(" ");
}
