/** The fonts of pictures that the styles of an OpenDocument text name, and the one that is open. */
import { isSymbolFont, shownIn } from "../text/symbol-fonts";
import { attribute, type Attributes } from "../text/xml";

/** Styles that are told apart; documents have a few dozen. */
const MAX_STYLES = 1000;

export class OdfFonts {
  /** By a style's name. */
  readonly #styles = new Map<string, string>();
  #styleBeingRead = "";
  /** Of the open spans, the innermost last. */
  readonly #open: (string | undefined)[] = [];

  open(name: string, attributes: Attributes): void {
    switch (name) {
      case "style":
        this.#styleBeingRead = attribute(attributes, "name") ?? "";
        break;
      case "text-properties":
        this.#addFont(attribute(attributes, "font-name") ?? attribute(attributes, "font-family"));
        break;
      case "span":
        this.#open.push(
          this.#styles.get(attribute(attributes, "style-name") ?? "") ?? this.#open.at(-1),
        );
        break;
    }
  }

  close(name: string): void {
    if (name === "span") {
      this.#open.pop();
    }
  }

  shown(text: string): string {
    return shownIn(this.#open.at(-1), text);
  }

  /** LibreOffice numbers fonts of one name: `Wingdings1`. */
  #addFont(given = ""): void {
    const font = [given, given.replace(/\d$/, "")]
      .map((name) => name.replaceAll(/^'|'$/g, ""))
      .find(isSymbolFont);
    if (font !== undefined && this.#styles.size < MAX_STYLES) {
      this.#styles.set(this.#styleBeingRead, font);
    }
  }
}
