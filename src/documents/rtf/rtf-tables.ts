import { isSymbolFont } from "../text/symbol-fonts";
import { appendCapped } from "../text/text-writer";
import { charsetOfFont } from "./rtf-charset";

/** The code of `\fcharset` for a font whose characters are pictures. */
const SYMBOL_CHARSET = 2;
/** As Windows allows them thrice. */
const MAX_NAME_CHARS = 100;
/** Fonts and styles that are told apart. */
const MAX_TABLE_ENTRIES = 10_000;
/** Styles of Word's own headings are known by their names. */
const HEADING_STYLE = /^\s*heading ([1-9]);?$/i;

export interface Font {
  /** The name of a font whose characters are pictures; null of one of letters. */
  symbolFont: string | null;
  charset: string | undefined;
}

/** A letter of a font of pictures is a number and no more. */
const BYTES_ALONE = "windows-1252";

/** The fonts that an RTF defines, by the numbers that its text names them with. */
export class FontTable {
  /** The font that the open entry of the table defines. */
  entry = 0;
  readonly #charsets = new Map<number, string>();
  readonly #symbolFonts = new Set<number>();
  readonly #names = new Map<number, string>();

  /** Sets the open entry's charset by RTF's code; codes that name none are passed over. */
  setCharset(code: number): void {
    if (this.#charsets.size + this.#symbolFonts.size >= MAX_TABLE_ENTRIES) {
      return;
    }
    const charset = charsetOfFont(code);
    if (code === SYMBOL_CHARSET) {
      this.#symbolFonts.add(this.entry);
    } else if (charset !== undefined) {
      this.#charsets.set(this.entry, charset);
    }
  }

  /** Adds to the name of the open entry. */
  addName(text: string): void {
    if (this.#names.size < MAX_TABLE_ENTRIES) {
      this.#names.set(this.entry, appendCapped(this.#nameOf(this.entry), text, MAX_NAME_CHARS));
    }
  }

  /** Where the file tells no charset, the font follows the document. */
  of(font: number): Font {
    const name = (this.#nameOf(font).split(";", 1)[0] ?? "").trim();
    const isSymbol = this.#symbolFonts.has(font) || isSymbolFont(name);
    return isSymbol
      ? { symbolFont: name, charset: BYTES_ALONE }
      : { symbolFont: null, charset: this.#charsets.get(font) };
  }

  #nameOf(font: number): string {
    return this.#names.get(font) ?? "";
  }
}

/** The styles of an RTF that are headings, by the numbers that its text names them with. */
export class StyleTable {
  /** The style that the open entry of the table defines. */
  entry = 0;
  readonly #levels = new Map<number, number>();

  /** Notes that the open entry is a heading of this level, 1 being the highest. */
  setLevel(level: number): void {
    if (this.#levels.size < MAX_TABLE_ENTRIES) {
      this.#levels.set(this.entry, level);
    }
  }

  /** Takes the open entry for a heading where its name is that of one of Word's own. */
  setName(name: string): void {
    const level = HEADING_STYLE.exec(name)?.[1];
    if (level !== undefined) {
      this.setLevel(Number(level));
    }
  }

  levelOf(style: number): number | null {
    return this.#levels.get(style) ?? null;
  }
}
