/**
 * What the styles of an OpenDocument text say of its letters: that they are pictures of a font, or digits
 * that are written raised. Told once for all parts of the document.
 */
import { raised } from "../text/raised";
import { isSymbolFont, shownIn } from "../text/symbol-fonts";
import { attribute, type Attributes } from "../text/xml";

/** Styles and fonts that are told apart; documents have a few dozen. */
const MAX_NAMES = 1000;
/** Styles that a style goes back to. */
const MAX_PARENTS = 10;

interface Letters {
  /** A font of pictures; null for one of letters. */
  font?: string | null;
  isRaised?: boolean;
}

interface Style extends Letters {
  /** The key of the style that says what this one leaves open. */
  parent: string;
}

/** Elements whose style their letters have, by the family of those styles. */
const FAMILIES: ReadonlyMap<string, string> = new Map([
  ["p", "paragraph"],
  ["h", "paragraph"],
  ["span", "text"],
  ["a", "text"],
  ["table-cell", "table-cell"],
  ["covered-table-cell", "table-cell"],
]);

export class OdfLetters {
  /** By family and name. */
  readonly #styles = new Map<string, Style>();
  /** Families of fonts by the names that styles call them. */
  readonly #fonts = new Map<string, string>();
  #styleBeingRead: Style | null = null;
  /** Of the open paragraphs and spans, the innermost last. */
  readonly #open: Letters[] = [];

  open(name: string, attributes: Attributes): void {
    const family = FAMILIES.get(name);
    if (family !== undefined) {
      const own = this.#lettersOf(`${family} ${attribute(attributes, "style-name") ?? ""}`);
      this.#open.push({ ...this.#open.at(-1), ...own });
    } else if (name === "style") {
      this.#startStyle(attributes);
    } else if (name === "text-properties") {
      this.#describe(attributes);
    } else if (name === "font-face" && this.#fonts.size < MAX_NAMES) {
      const fontFamily = attribute(attributes, "font-family") ?? "";
      this.#fonts.set(attribute(attributes, "name") ?? "", unquoted(fontFamily));
    }
  }

  close(name: string): void {
    if (FAMILIES.has(name)) {
      this.#open.pop();
    } else if (name === "style") {
      this.#styleBeingRead = null;
    }
  }

  shown(text: string): string {
    const { font, isRaised } = this.#open.at(-1) ?? {};
    const seen = shownIn(font ?? undefined, text);
    return isRaised === true ? raised(seen) : seen;
  }

  #startStyle(attributes: Attributes): void {
    const family = attribute(attributes, "family") ?? "text";
    const parent = `${family} ${attribute(attributes, "parent-style-name") ?? ""}`;
    this.#styleBeingRead = { parent };
    if (this.#styles.size < MAX_NAMES) {
      this.#styles.set(`${family} ${attribute(attributes, "name") ?? ""}`, this.#styleBeingRead);
    }
  }

  #describe(attributes: Attributes): void {
    const font = attribute(attributes, "font-name") ?? attribute(attributes, "font-family");
    const place = attribute(attributes, "text-position");
    if (this.#styleBeingRead !== null && font !== undefined) {
      this.#styleBeingRead.font = this.#pictures(font);
    }
    if (this.#styleBeingRead !== null && place !== undefined) {
      this.#styleBeingRead.isRaised = /^\s*(?:super|[1-9])/.test(place);
    }
  }

  #lettersOf(key: string): Letters {
    let found: Letters = {};
    let style = this.#styles.get(key);
    for (let depth = 0; style !== undefined && depth < MAX_PARENTS; depth += 1) {
      const { font = style.font, isRaised = style.isRaised } = found;
      found = { ...(font !== undefined && { font }), ...(isRaised !== undefined && { isRaised }) };
      style = this.#styles.get(style.parent);
    }
    return found;
  }

  /** LibreOffice numbers fonts of one name: `Wingdings1`. */
  #pictures(given: string): string | null {
    const names = [this.#fonts.get(given) ?? "", given, given.replace(/\d$/, "")];
    return names.map(unquoted).find(isSymbolFont) ?? null;
  }
}

function unquoted(font: string): string {
  return font.replaceAll(/^'|'$/g, "");
}
