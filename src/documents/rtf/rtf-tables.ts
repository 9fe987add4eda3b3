import { charsetOfFont } from "./rtf-charset";

/** The code of `\fcharset` for a font whose characters are pictures. */
const SYMBOL_CHARSET = 2;
/** Fonts and styles that are told apart. */
const MAX_TABLE_ENTRIES = 10_000;
/** Styles of Word's own headings are known by their names. */
const HEADING_STYLE = /^\s*heading ([1-9]);?$/i;

/** The fonts that an RTF defines, by the numbers that its text names them with. */
export class FontTable {
  /** The font that the open entry of the table defines. */
  entry = 0;
  readonly #charsets = new Map<number, string>();
  readonly #symbolFonts = new Set<number>();

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

  charsetOf(font: number): string | undefined {
    return this.#charsets.get(font);
  }

  isSymbol(font: number): boolean {
    return this.#symbolFonts.has(font);
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
